"""Commands that bring in configuration and copy databases."""

from pathlib import Path

import click

from signalcraft.cli import options
from signalcraft.cli.render.changes import import_in_words
from signalcraft.cli.render.terminal import tell_json
from signalcraft.cli.sources.databases import ready
from signalcraft.cli.sources.workspaces import Workspace, asks_a_workspace
from signalcraft.client import ApiProblem
from signalcraft.client.importing import ImportResult
from signalcraft.model.export import UnreadableExport
from signalcraft.model.problem import Slug
from signalcraft.store.config.importing import UnfitExport
from signalcraft.store.db.backup import NoBackup, back_up, renew_feed


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@options.output
@asks_a_workspace
def import_(workspace: Workspace, file: Path, dry_run: bool, output: str) -> None:
    """Bring what `signalcraft export` wrote to FILE into a workspace, all of it or nothing.

    What the workspace has already, by its id or else by its name (users: e-mail address), is
    replaced, and nothing is deleted. The workspace itself gets the file's name and settings.
    Importing the same again changes nothing. Service accounts come without their keys.
    """
    try:
        done = workspace.import_(file.read_text(encoding="utf-8"), dry_run=dry_run)
    except (UnreadableExport, UnfitExport) as error:
        raise click.ClickException(f"{file}: Nothing was imported.\n{error}") from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{file}: Nothing was imported.\nIt is not UTF-8.") from None
    except ApiProblem as problem:
        if problem.slug is not Slug.VALIDATION:
            raise
        mistakes = "\n".join(mistake.detail for mistake in problem.errors)
        raise click.ClickException(f"{file}: Nothing was imported.\n{mistakes}") from None
    if output == "json":
        tell_json(_counts(done) | {"dry_run": dry_run} | done.model_dump(mode="json"))
        return
    changed = import_in_words(done.items, dry_run=dry_run)
    counts = "{created:,} {to}created, {changed:,} {to}changed, {unchanged:,} unchanged."
    to = "to be " if dry_run else ""
    click.echo("\n".join(filter(None, [changed, counts.format(to=to, **_counts(done))])))


def _counts(done: ImportResult) -> dict[str, int]:
    return {
        "created": done.count("created"),
        "changed": done.count("updated"),
        "unchanged": done.unchanged,
    }


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@options.database
def backup(file: Path, url: str) -> None:
    """Copy an SQLite database into the new FILE, also while a server uses it.

    To restore it, stop the server, remove the files that are named like the database and end in
    -wal and -shm, if there are any, and put FILE in the database's place. Whoever follows its feed
    of changes sees that it was restored.
    """
    try:
        with ready(url) as database:
            back_up(database, file)
    except NoBackup as error:
        raise click.ClickException(str(error)) from None


@click.command("renew-feed")
@options.database
def renew(url: str) -> None:
    """Let whoever follows the feed of changes know that the database was restored.

    Run it once, after restoring a PostgreSQL database from a dump and before serving it. A restored
    database has forgotten changes that others have seen: they read everything anew.
    """
    with ready(url) as database, database.transaction() as connection:
        renew_feed(connection)
