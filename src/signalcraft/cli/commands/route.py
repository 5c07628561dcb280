"""`signalcraft route`."""

import click

from signalcraft.cli import options
from signalcraft.cli.alert_options import describes_an_alert
from signalcraft.cli.render.decision import Told, show
from signalcraft.cli.render.instants import now, read_instant
from signalcraft.cli.render.terminal import tell_json
from signalcraft.cli.sources.source import Source, asks_a_source
from signalcraft.cli.suggestions import did_you_mean
from signalcraft.model.alert import Alert
from signalcraft.model.alert_policy import AlertPolicy
from signalcraft.model.service import Service


@click.command()
@describes_an_alert
@click.option("--at", metavar="TIME", help="When it opens; now if left out.")
@options.output
@asks_a_source
def route(source: Source, alert: Alert, at: str | None, output: str) -> None:
    """Say where an alert would go: which rule sends it there and why, and who is paged when.

    A time without an offset ('2026-03-23 09:00') is local time of the workspace.
    """
    zone = source.workspace_zone()
    opened = read_instant(at, zone, "--at") if at else now()
    [result] = source.test_routing([alert], opened, explain=True)
    told = Told.of(source, alert, result)
    if output == "json":
        tell_json(told.for_scripts())
    else:
        show(told, opened, zone)
        _tell_unknown(source, Service, "service", alert.service)
        _tell_unknown(source, AlertPolicy, "alert policy", alert.alert_policy)


def _tell_unknown(
    source: Source, kind: type[Service | AlertPolicy], what: str, name: str | None
) -> None:
    """Says so if the alert names something that the configuration doesn't have."""
    if name and source.find(kind, name) is None:
        names = [body.name for body in source.all(kind).values()]
        said = f"There is no {what} called {name!r}.{did_you_mean(name, names)}"
        click.echo(said, err=True)
