"""`signalcraft restore`: an older version of a resource, read back from the change feed."""

import json
from typing import Any

import click

from signalcraft.cli.render.changes import fields_in_words
from signalcraft.cli.sources.connection import asks_a_server
from signalcraft.client import Change, Client, feed
from signalcraft.model.diff import diff, undone
from signalcraft.model.kinds import KINDS

_PAGE = 1000
# What the feed says of a resource beside its fields.
_BESIDE = {"/deletion_requested_at", "/managed_by", "/managed_by/manager"}


@click.command()
@click.argument("kind", type=click.Choice([kind.replace("_", "-") for kind in KINDS]))
@click.argument("name")
@click.option(
    "--version",
    type=click.IntRange(min=1),
    metavar="N",
    required=True,
    help="The version whose fields to restore.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@asks_a_server
def restore(client: Client, kind: str, name: str, version: int, dry_run: bool, yes: bool) -> None:
    """Give the KIND called NAME (users: their e-mail address) the fields that version N had.

    `signalcraft history` shows what each change did. The restored fields become the newest version.
    """
    body = KINDS[kind.replace("-", "_")].body
    stored = client.find(body, name)
    if stored is None:
        raise click.ClickException(f"There is no {kind.replace('-', ' ')} called {name!r}.")
    if version >= stored.version:
        raise click.ClickException(f"{name!r} is at version {stored.version}. Name an older one.")
    fields = json.loads(stored.body.model_dump_json())
    wanted = body.model_validate_json(
        json.dumps(_at_version(fields, _changes(client, stored.id), stored.version - version))
    )
    changed = diff(fields, json.loads(wanted.model_dump_json()))
    if not changed:
        click.echo(f"{name!r} already has the fields of version {version}.")
        return
    click.echo(f"Restoring version {version} of {name!r} changes:")
    click.echo(fields_in_words(changed))
    if dry_run:
        return
    if not yes:
        click.confirm("Restore it?", abort=True)
    now = client.replace(stored.id, wanted, if_match=stored.etag)
    click.echo(f"Restored. It is at version {now.version}.")


def _changes(client: Client, id: str) -> list[Change]:
    """The changes to a resource, the newest first."""
    found: list[Change] = []
    page = client.send(feed.changes(limit=_PAGE, id=id))
    while page.items:
        found += page.items
        page = client.send(feed.changes(page.revision, limit=_PAGE, id=id))
    return found[::-1]


def _at_version(fields: dict[str, Any], changes: list[Change], back: int) -> dict[str, Any]:
    """What a resource's fields were so many versions ago."""
    for change in changes:
        if back == 0:
            break
        own = [f.model_dump() for f in change.diff if f.pointer not in _BESIDE]
        fields = undone(fields, own)
        # A request to delete it, alone, is not a version.
        if any(f.pointer != "/deletion_requested_at" for f in change.diff):
            back -= 1
    return fields
