"""A whole workspace, to be exported or imported into: on a server, or in a database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol

import click
from click.core import ParameterSource

from signalcraft.client import Client
from signalcraft.client.importing import ImportedChange, ImportResult
from signalcraft.model.resource import Resource

# As long as the server takes for a large import at most.
_IMPORT_SECONDS = 60


@dataclass(frozen=True)
class Kept:
    """The resources of a workspace that aren't marked for deletion."""

    resources: Mapping[str, Resource]
    """By id."""
    managers: Mapping[str, str]
    """Which tool manages a resource as code, by id."""


class Workspace(Protocol):
    """A workspace as a whole."""

    def kept(self) -> Kept:
        """The resources that aren't marked for deletion."""
        ...

    def export(self) -> str:
        """The text of its export."""
        ...

    def import_(self, export: str, *, dry_run: bool) -> ImportResult:
        """Writes an export's text into it, or says what that would change."""
        ...


class ServerWorkspace:
    """The workspace of an API key."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def kept(self) -> Kept:
        """The resources that aren't marked for deletion."""
        from signalcraft.cli.sources.server import ServerSource  # noqa: PLC0415 — for a quick start

        snapshot = ServerSource(self._client).snapshot()
        found = snapshot.resources.items()
        kept = {id: resource for id, resource in found if id not in snapshot.marked}
        return Kept(kept, snapshot.managers)

    def export(self) -> str:
        """The text of its export."""
        from signalcraft.cli.sources.documents import read_documents  # noqa: PLC0415 — for a quick start

        return read_documents(self._client).export()

    def import_(self, export: str, *, dry_run: bool) -> ImportResult:
        """Writes an export's text into it, or says what that would change."""
        from signalcraft.client.importing import import_configuration  # noqa: PLC0415 — for a quick start

        request = import_configuration(export, dry_run=dry_run)
        return self._client.send(request, timeout=_IMPORT_SECONDS)


class DatabaseWorkspace:
    """A workspace of a database, worked on directly."""

    def __init__(self, url: str, workspace: str | None) -> None:
        self._url = url
        self._workspace = workspace

    def kept(self) -> Kept:
        """The resources that aren't marked for deletion."""
        from signalcraft.cli.sources.databases import chosen_workspace, ready  # noqa: PLC0415 — for a quick start
        from signalcraft.store.config.exporting import stored  # noqa: PLC0415

        with ready(self._url) as database:
            found = stored(database, chosen_workspace(database.connection(), self._workspace))
        kept = {record.id: record.resource for record in found if not record.deletion_requested_at}
        return Kept(kept, {record.id: record.manager for record in found if record.manager})

    def export(self) -> str:
        """The text of its export."""
        from signalcraft.cli.sources.databases import chosen_workspace, ready  # noqa: PLC0415 — for a quick start
        from signalcraft.store.config.exporting import export  # noqa: PLC0415

        with ready(self._url) as database:
            return export(database, chosen_workspace(database.connection(), self._workspace))

    def import_(self, export: str, *, dry_run: bool) -> ImportResult:
        """Writes an export's text into it, or says what that would change. Raises
        `click.ClickException`.
        """
        from signalcraft.cli.sources.databases import chosen_workspace, ready  # noqa: PLC0415 — for a quick start
        from signalcraft.model.export import read_export  # noqa: PLC0415
        from signalcraft.store.config import setup  # noqa: PLC0415
        from signalcraft.store.config.importing import Terms, import_configuration  # noqa: PLC0415

        read = read_export(export.encode())
        with ready(self._url) as database:
            id = chosen_workspace(database.connection(), self._workspace)
            done = import_configuration(database, setup.operator(id), read, Terms(dry_run=dry_run))
        items = tuple(ImportedChange.model_validate(change) for change in done.changes)
        return ImportResult(items=items, unchanged=done.unchanged, revision=done.revision)


def asks_a_workspace(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command its options `--endpoint`, `--database` and `--workspace`, and hands it the
    workspace that they name, first.
    """

    @click.option(
        "--endpoint",
        envvar="SIGNALCRAFT_ENDPOINT",
        show_envvar=True,
        metavar="URL",
        help="The server. Its API key is read from SIGNALCRAFT_API_KEY.",
    )
    @click.option(
        "--database",
        envvar="SIGNALCRAFT_DATABASE",
        show_envvar=True,
        metavar="URL",
        help="Work on this database instead: sqlite:///FILE, or "
        "postgresql://USER:PASSWORD@HOST/NAME.",
    )
    @click.option(
        "--workspace",
        metavar="ID",
        help="The workspace, if the database has several.",
    )
    @wraps(command)
    def with_workspace(
        *args: Any,
        endpoint: str | None,
        database: str | None,
        workspace: str | None,
        **options: Any,
    ) -> None:
        if _prefers_database(endpoint, database):
            return command(DatabaseWorkspace(database or "", workspace), *args, **options)
        from signalcraft.cli.sources.connection import connect  # noqa: PLC0415 — for a quick start

        advice = "Name a server with --endpoint or a database with --database."
        with connect(endpoint, advice) as client:
            return command(ServerWorkspace(client), *args, **options)

    return with_workspace


def _prefers_database(endpoint: str | None, database: str | None) -> bool:
    """Whether to work on the database: what is named on the command line counts before what is in
    the environment. Raises `click.UsageError` if both are named alike.
    """
    if not (endpoint and database):
        return database is not None
    named = {
        option
        for option in ("endpoint", "database")
        if click.get_current_context().get_parameter_source(option) is ParameterSource.COMMANDLINE
    }
    if len(named) != 1:
        raise click.UsageError("Choose a server with --endpoint or a database with --database.")
    return named == {"database"}
