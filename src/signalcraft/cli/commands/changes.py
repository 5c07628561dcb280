"""`signalcraft changes` and `signalcraft history`: who changed what."""

import click

from signalcraft.cli import options
from signalcraft.cli.render.changes import changes_in_words
from signalcraft.cli.render.instants import read_instant
from signalcraft.cli.render.terminal import tell_json
from signalcraft.cli.sources.connection import asks_a_server
from signalcraft.cli.sources.documents import changes_of, revision_at
from signalcraft.client import Change, Client
from signalcraft.model.kinds import KINDS


@click.command("changes")
@click.option("--since", metavar="TIME", help="Only after this time; UTC if it has no offset.")
@click.option("--by", metavar="ACCOUNT", help="Only by the service account with this name.")
@click.option("--kind", metavar="KIND", help="Only of this kind, such as schedule or team.")
@options.output
@asks_a_server
def list_changes(
    client: Client, since: str | None, by: str | None, kind: str | None, output: str
) -> None:
    """List what was changed in the workspace, by whom and when, the oldest first."""
    start = read_instant(since, "UTC", "--since").to_stdlib() if since else None
    wanted = kind.replace("-", "_") if kind else None
    found = [
        change
        for change in changes_of(client, revision_at(client, start) if start else 0)
        if by in {None, change.actor.name} and wanted in {None, change.kind}
    ]
    _tell(found, output)


@click.command()
@options.kind()
@click.argument("name")
@options.output
@asks_a_server
def history(client: Client, kind: str, name: str, output: str) -> None:
    """List what was changed in the KIND called NAME (users: their e-mail address), and by whom.

    KIND is workspace, user, team, schedule, escalation-policy, service, routing-rule, alert-policy,
    service-account or service-account-trust. A deleted resource is found too, by the last name that
    it had.
    """
    body = KINDS[kind.replace("-", "_")].body
    stored = client.find(body, name)
    id = stored.id if stored else _last_id(client, kind.replace("-", "_"), name)
    if id is None:
        raise click.ClickException(f"No {kind.replace('-', ' ')} is or was called {name!r}.")
    _tell(list(changes_of(client, id=id)), output)


def _last_id(client: Client, kind: str, name: str) -> str | None:
    """The id of the resource that had this name last."""
    ids = [c.id for c in changes_of(client) if (c.kind, c.name) == (kind, name)]
    return ids[-1] if ids else None


def _tell(found: list[Change], output: str) -> None:
    if output == "json":
        tell_json({"items": [change.model_dump(mode="json") for change in found]})
    else:
        click.echo(changes_in_words(found) or "There are no such changes.")
