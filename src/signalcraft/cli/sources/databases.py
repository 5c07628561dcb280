"""The database that a command works on."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from signalcraft.store.config import setup
from signalcraft.store.db.database import Connection, Database
from signalcraft.store.db.schema_revision import pending


@contextmanager
def ready(url: str) -> Iterator[Database]:
    """The database at a URL, which must be there, with tables that are up to date, for a block."""
    with closing(Database(url)) as database:
        refuse_unfit(database)
        yield database


def refuse_unfit(database: Database) -> None:
    """Raises `click.ClickException` for a database that isn't there, or whose tables aren't up to
    date.
    """
    file = Path(database.url.database or "")
    if database.dialect == "sqlite" and not file.exists():  # Opening it would make it.
        raise click.ClickException(
            f"No database at {file.resolve()}. Check the path, or create one with `signalcraft init`."
        )
    if pending(database):
        raise click.ClickException(
            "The database's tables are not up to date. Run `signalcraft migrate` first, or "
            "`signalcraft init` for a new database."
        )


def chosen_workspace(connection: Connection, workspace: str | None) -> str:
    """The id of the workspace that was named, or else of the only one that there is."""
    ids = setup.workspaces(connection)
    if not ids:
        raise click.ClickException("The database has no workspace. Run `signalcraft init` first.")
    if workspace is None and len(ids) > 1:
        raise click.UsageError(
            f"The database has several workspaces: choose one with --workspace. {', '.join(ids)}"
        )
    if workspace is not None and workspace not in ids:
        raise click.ClickException(f"The database has no workspace {workspace}.")
    return workspace or ids[0]
