"""`signalcraft lint`."""

from collections.abc import Sequence
from itertools import groupby

import click
from rich.padding import Padding
from rich.text import Text

from signalcraft.cli import options
from signalcraft.cli.render.instants import now, read_instant
from signalcraft.cli.render.terminal import console, tell_json
from signalcraft.cli.sources.source import Source, asks_a_source
from signalcraft.model.kinds import KINDS
from signalcraft.review.findings import Finding, findings
from signalcraft.review.names import count


@click.command()
@click.option(
    "--at", metavar="TIME", help="Look at the 90 days from this time on; now if left out."
)
@options.output
@asks_a_source
def lint(source: Source, at: str | None, output: str) -> None:
    """Find what is likely a mistake in the configuration, although it is valid.

    Exits with 1 if there is something. docs/lint.md lists what that can be. A time without an offset
    ('2026-03-23 09:00') is local time of the workspace.
    """
    snapshot = source.snapshot()
    start = read_instant(at, snapshot.workspace.time_zone, "--at") if at else now()
    found = findings(snapshot, start)
    resources = len(snapshot.resources)
    if output == "json":
        tell_json({"findings": [_for_scripts(each) for each in found], "resources": resources})
    else:
        _tell(found, resources)
    if found:
        click.get_current_context().exit(1)


def _for_scripts(finding: Finding) -> dict[str, str]:
    return {
        "kind": finding.kind,
        "name": finding.about,
        "code": finding.code,
        "pointer": finding.pointer,
        "detail": finding.detail,
    }


def _tell(found: Sequence[Finding], resources: int) -> None:
    out = console()
    for (kind, name), of_resource in groupby(found, lambda each: (each.kind, each.about)):
        out.print(Text(f"{KINDS[kind].title.capitalize()} {name}", "bold"))
        for each in of_resource:
            out.print(
                Padding(Text.assemble((each.code, "yellow"), f": {each.detail}"), (0, 0, 0, 2))
            )
    said = count(len(found), "finding") if found else "Nothing found"
    out.print(f"{said} in {count(resources, 'resource')}")
