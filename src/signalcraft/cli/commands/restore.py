"""`signalcraft restore`: an older version of a resource, or of everything, from the change feed."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import click
from whenever import Instant

from signalcraft.cli import options
from signalcraft.cli.render.changes import fields_in_words, import_in_words
from signalcraft.cli.render.instants import read_instant, tell_instant
from signalcraft.cli.sources.connection import asks_a_server
from signalcraft.cli.sources.documents import (
    BESIDE_FIELDS,
    Documents,
    changes_of,
    read_documents,
    revision_at,
)
from signalcraft.client import ApiProblem, Change, Client
from signalcraft.client.importing import ImportedChange, import_configuration
from signalcraft.model.diff import diff, undone
from signalcraft.model.kinds import KINDS
from signalcraft.model.problem import Slug

# As long as the server takes for a large import at most.
_IMPORT_SECONDS = 60
_LOST = {"api_key": "API keys", "calendar_link": "calendar links"}


@click.command()
@options.kind(required=False)
@click.argument("name", required=False)
@click.option(
    "--version",
    type=click.IntRange(min=1),
    metavar="N",
    help="The version whose fields to restore.",
)
@click.option(
    "--at",
    metavar="TIME",
    help="Restore the whole workspace as of this time; UTC if it has no offset.",
)
@click.option(
    "--delete-created",
    is_flag=True,
    help="With --at: also delete what was created since, except the calling service account.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@asks_a_server
def restore(
    client: Client,
    kind: str | None,
    name: str | None,
    version: int | None,
    at: str | None,
    delete_created: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Restore an older version of one resource, or the whole workspace.

    `restore KIND NAME --version N` gives the KIND called NAME (users: their e-mail address) the
    fields that version N had. `signalcraft history` shows what each change did.

    `restore --at TIME` gives the whole workspace the configuration that was in force at that time,
    all of it or nothing. What was deleted since comes back under its id. What was created since
    stays, unless you say --delete-created.

    Either becomes the newest version, and can itself be undone.
    """

    def confirmed(question: str) -> bool:
        return not dry_run and (yes or click.confirm(question, abort=True))

    if at and not (kind or name or version):
        _restore_workspace(client, at, confirmed, delete_created=delete_created)
    elif kind and name and version and not (at or delete_created):
        _restore_version(client, kind, name, version, confirmed)
    else:
        raise click.UsageError("Say either KIND NAME --version N, or --at TIME.")


_Confirmed = Callable[[str], bool]


def _restore_version(
    client: Client, kind: str, name: str, version: int, confirmed: _Confirmed
) -> None:
    body = KINDS[kind.replace("-", "_")].body
    stored = client.find(body, name)
    if stored is None:
        raise click.ClickException(f"There is no {kind.replace('-', ' ')} called {name!r}.")
    if version >= stored.version:
        raise click.ClickException(f"{name!r} is at version {stored.version}. Name an older one.")
    fields = json.loads(stored.body.model_dump_json())
    changes = list(changes_of(client, id=stored.id))[::-1]
    wanted = body.model_validate_json(
        json.dumps(_at_version(fields, changes, stored.version - version))
    )
    changed = diff(fields, json.loads(wanted.model_dump_json()))
    if not changed:
        click.echo(f"{name!r} already has the fields of version {version}.")
        return
    click.echo(f"Restoring version {version} of {name!r} changes:")
    click.echo(fields_in_words(changed))
    if confirmed("Restore it?"):
        now = client.replace(stored.id, wanted, if_match=stored.etag)
        click.echo(f"Restored. It is at version {now.version}.")


def _at_version(fields: dict[str, Any], changes: list[Change], back: int) -> dict[str, Any]:
    """What a resource's fields were so many versions ago, from its changes, the newest first."""
    for change in changes:
        if back == 0:
            break
        own = [f.model_dump() for f in change.diff if f.pointer not in BESIDE_FIELDS]
        fields = undone(fields, own)
        # A request to delete it, alone, is not a version.
        if any(f.pointer != "/deletion_requested_at" for f in change.diff):
            back -= 1
    return fields


def _restore_workspace(
    client: Client, at: str, confirmed: _Confirmed, *, delete_created: bool
) -> None:
    instant = read_instant(at, "UTC", "--at")
    if instant > Instant.now():
        raise click.BadParameter(f"{at!r} is in the future.", param_hint="--at")
    documents = read_documents(client)
    there = documents.names()
    revision = revision_at(client, instant.to_stdlib())
    since = list(changes_of(client, revision))
    documents.rewind(since[::-1])
    if not any(kind == "workspace" for kind, _ in documents.resources.values()):
        raise click.BadParameter("The workspace didn't exist yet.", param_hint="--at")

    def request(*, dry_run: bool) -> Sequence[ImportedChange]:
        asked = import_configuration(
            documents.export(),
            dry_run=dry_run,
            delete_others=delete_created,
            revision=documents.revision,
        )
        return client.send(asked, timeout=_IMPORT_SECONDS).items

    try:
        changes = request(dry_run=True)
    except ApiProblem as problem:
        if problem.slug is not Slug.VALIDATION:
            raise
        mistakes = "\n".join(mistake.detail for mistake in problem.errors)
        raise click.ClickException(f"Nothing was restored.\n{mistakes}") from None
    click.echo(f"At {tell_instant(instant, 'UTC')} revision {revision} was in force.")
    names = there | documents.names()
    click.echo(
        import_in_words(changes, names, dry_run=True) or "The configuration is as it was then."
    )
    for remark in _remarks(documents, there, since, changes, delete_created=delete_created):
        click.echo(remark)
    if changes and confirmed("Restore all of it?"):
        request(dry_run=False)
        click.echo(f"Restored: {len(changes):,} changes.")


def _remarks(
    then: Documents,
    now: dict[str, str],
    since: Sequence[Change],
    changes: Sequence[ImportedChange],
    *,
    delete_created: bool,
) -> list[str]:
    """What restoring doesn't do."""
    remarks = []
    deleted = {change.id for change in changes if change.action == "deleted"}
    kept = [repr(name) for id, name in now.items() if id not in {*then.resources, *deleted}]
    if kept and not delete_created:
        remarks.append(
            f"Created since then, and kept (--delete-created deletes them): {', '.join(kept)}."
        )
    lost = {_LOST[c.kind] for c in since if c.action == "deleted" and c.kind in _LOST}
    if lost:
        remarks.append(f"Deleted since then, and not restored: {' and '.join(sorted(lost))}.")
    changed = {change.id for change in changes}
    managers = {c.managed_by.manager for c in since if c.id in changed and c.managed_by}
    remarks += [
        f"{manager.capitalize()} manages some of these, and will change them again unless its "
        "source says the same."
        for manager in sorted(managers)
    ]
    return remarks
