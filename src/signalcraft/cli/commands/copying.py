"""Commands that copy configuration and databases: they need no server and no API key."""

from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile

import click

from signalcraft.cli import options
from signalcraft.cli.sources.databases import chosen_workspace, ready
from signalcraft.model.export import UnreadableExport, read_export
from signalcraft.store.config import setup
from signalcraft.store.config.exporting import export as export_workspace
from signalcraft.store.config.importing import UnfitExport, import_configuration
from signalcraft.store.db.backup import NoBackup, back_up, renew_feed


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@options.database
@options.workspace
def export(file: str, url: str, workspace: str | None) -> None:
    """Write all configuration of a workspace to FILE, as JSON; `-` is standard output.

    What `oncall`, `shifts`, `route` and `test` read with --file, and `signalcraft import` brings
    into a workspace. It holds no secrets, and the same configuration always gives the same file.
    """
    with ready(url) as database:
        workspace_id = chosen_workspace(database.connection(), workspace)
        text = export_workspace(database, workspace_id)
    if file == "-":
        click.echo(text, nl=False)
    else:
        _write_private(Path(file), text)


def _write_private(file: Path, text: str) -> None:
    """Writes a file that only its owner can read, in place of an older one, all of it or nothing."""
    try:
        with NamedTemporaryFile(
            "w", encoding="utf-8", dir=file.parent, prefix=f".{file.name}.", delete=False
        ) as written:  # Made with mode 0600.
            written.write(text)
        Path(written.name).replace(file)
    except OSError as error:
        raise click.ClickException(f"Can't write {file}: {error.strerror}.") from None


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options.database
@options.workspace
@options.output
def import_(file: Path, url: str, workspace: str | None, output: str) -> None:
    """Bring what `signalcraft export` wrote to FILE into a workspace, all of it or nothing.

    What the workspace has already, by its name (users: e-mail address), is replaced, and nothing is
    deleted. Importing the same again changes nothing. Service accounts come without their keys.
    """
    try:
        read = read_export(file.read_bytes())
        with ready(url) as database, database.transaction() as connection:
            workspace_id = chosen_workspace(connection, workspace)
            done = import_configuration(connection, setup.operator(workspace_id), read)
    except (UnreadableExport, UnfitExport) as error:
        raise click.ClickException(f"{file}: Nothing was imported.\n{error}") from None
    text = f"{done.created:,} created, {done.changed:,} changed, {done.unchanged:,} unchanged."
    options.tell(output, text, asdict(done) | {"workspace_id": workspace_id})


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
