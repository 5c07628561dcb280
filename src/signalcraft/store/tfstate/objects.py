"""The objects that Terraform has created in SignalCraft, compared with those that a state has."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, select

from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement, among
from signalcraft.store.db.tables import change, resource
from signalcraft.store.tfstate import runs, states, versions
from signalcraft.store.tfstate.keyring import Keyring
from signalcraft.store.tfstate.runs import Run
from signalcraft.store.tfstate.snapshot import ONE_AT_A_TIME, object_ids, read_snapshot
from signalcraft.store.tfstate.states import State

MANAGER = "terraform"
"""What the provider calls itself."""


class ManagedObject(NamedTuple):
    """A resource that Terraform manages."""

    id: str
    kind: str
    name: str
    source: str | None


class _Change(NamedTuple):
    resource_id: str
    source: str | None


_resource = resource.c
_change = change.c
_MANAGED = Statement(
    select(_resource.id, _resource.kind, _resource.name, _resource.source)
    .where(
        _resource.workspace_id == bindparam("workspace_id"),
        _resource.manager == MANAGER,
        _resource.deletion_requested_at.is_(None),
        # A key's own workspace is adopted, not created.
        _resource.kind != "workspace",
    )
    .order_by(_resource.kind, _resource.name)
)
_SOURCES = Statement(
    select(_resource.source)
    .where(
        _resource.workspace_id == bindparam("workspace_id"),
        _resource.manager == MANAGER,
        among(_resource.id, "ids"),
    )
    .distinct()
)
_CHANGES = Statement(
    select(_change.resource_id, _change.source).where(
        _change.workspace_id == bindparam("workspace_id"),
        _change.revision > bindparam("after"),
        _change.actor_id == bindparam("account_id"),
        _change.manager == MANAGER,
    )
)


class Ownership:
    """Which objects belong to which state of a workspace, as the states themselves say it."""

    def __init__(self, connection: Connection, workspace_id: str, keyring: Keyring) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._ids: dict[str, frozenset[str]] = {}
        self._encrypted: set[str] = set()
        for state in states.all_of(connection, workspace_id):
            self._ids[state.id] = self._object_ids(state, keyring)

    def is_encrypted(self, state: State) -> bool:
        """Whether OpenTofu has encrypted the state, so that its objects can't be seen."""
        return state.id in self._encrypted

    def missing(self, state: State) -> list[ManagedObject]:
        """The objects of this state's source that neither this state nor another one has.

        A state without objects has no source yet: then all objects count that belong to no state,
        unless their source is another state's.
        """
        known = frozenset().union(*self._ids.values())
        sources, others = self._sources_of(state)
        return [
            found
            for found in self._managed()
            if found.id not in known and _belongs(found.source, sources, others)
        ]

    def changed_by(self, state: State, run: Run) -> bool:
        """Whether objects of this state's source changed since the run took the lock.

        Where that can't be told from what the account changes for another state at the same time,
        it is False: no apply is refused on a guess.
        """
        rows = self._connection.all(
            _CHANGES,
            workspace_id=self._workspace_id,
            after=run.taken_revision,
            account_id=run.account_id,
        )
        changes = [_Change(*row) for row in rows]
        if not changes:
            return False
        sources, others = self._sources_of(state)
        other_ids = self._ids_of_others(state)
        ours = [
            found
            for found in changes
            if found.resource_id not in other_ids and _belongs(found.source, sources, others)
        ]
        if any(found.source in sources and found.source not in others for found in ours):
            return True
        return bool(ours) and not runs.overlapping_states(
            self._connection, self._workspace_id, run.account_id, state.id, run.taken_at
        )

    def _managed(self) -> Iterable[ManagedObject]:
        rows = self._connection.all(_MANAGED, workspace_id=self._workspace_id)
        return [ManagedObject(*row) for row in rows]

    def _sources_of(self, state: State) -> tuple[set[str | None], set[str | None]]:
        """The sources of a state's objects, and those of all other states' objects."""
        return self._sources(self._ids[state.id]), self._sources(self._ids_of_others(state))

    def _ids_of_others(self, state: State) -> frozenset[str]:
        return frozenset().union(*(ids for id, ids in self._ids.items() if id != state.id))

    def _sources(self, ids: frozenset[str]) -> set[str | None]:
        rows = self._connection.all(
            _SOURCES, workspace_id=self._workspace_id, ids=json.dumps(sorted(ids))
        )
        return {source for (source,) in rows}

    def _object_ids(self, state: State, keyring: Keyring) -> frozenset[str]:
        version = versions.latest(self._connection, state.id)
        if version is None:
            return frozenset()
        with ONE_AT_A_TIME:
            plain = versions.plain(self._connection, version, keyring)
            if read_snapshot(plain).is_encrypted:
                self._encrypted.add(state.id)
            return object_ids(plain)


def _belongs(source: str | None, ours: set[str | None], others: set[str | None]) -> bool:
    """Whether what has this source belongs to a state whose objects have our sources."""
    return source in ours if ours else source not in others or source is None
