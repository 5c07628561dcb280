"""A whole workspace, to be exported or imported into: on a server, or in a database."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from signalcraft.cli.sources.where import asks_where
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


asks_a_workspace = asks_where(ServerWorkspace, DatabaseWorkspace)
"""Hands a command the workspace that its options name, first."""
