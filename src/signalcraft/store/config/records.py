"""Resources as they are stored: reading them."""

import json
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, select

from signalcraft.model.draft import Draft
from signalcraft.model.kinds import KINDS, Kind
from signalcraft.model.parts import Reference, references_in
from signalcraft.model.resource import Resource
from signalcraft.store.db.database import Connection, Row
from signalcraft.store.db.statement import Statement, among
from signalcraft.store.db.tables import resource


class Columns(NamedTuple):
    """What is stored of a resource: its document as text, and its read-only fields."""

    id: str
    kind: str
    name: str
    document: str
    version: int
    created_at: str
    updated_at: str
    manager: str | None
    source: str | None
    deletion_requested_at: str | None
    status: str | None


class Record(Columns):
    """A resource as it is stored, and what can be read in its document."""

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The document, decoded."""
        fields: dict[str, Any] = json.loads(self.document)
        return fields

    @cached_property
    def resource(self) -> Resource:
        """The document, typed."""
        return KINDS[self.kind].body.model_validate_json(self.document)

    @cached_property
    def references(self) -> list[Reference]:
        """The references in the document."""
        return references_in(KINDS[self.kind], self.fields)

    @property
    def natural_key(self) -> str:
        """What no other of its kind has in the workspace, as it is compared."""
        kind = KINDS[self.kind]
        return kind.fold(self.fields[kind.natural_key])


_t = resource.c
_COLUMNS = tuple(_t[name] for name in Columns._fields)
_of_workspace = _t.workspace_id == bindparam("workspace_id")
_of_kind = and_(_of_workspace, _t.kind == bindparam("kind"))
_after = and_(_of_kind, _t.id > bindparam("after"))

_BY_ID = Statement(select(*_COLUMNS).where(_of_kind, _t.id == bindparam("id")))
_BY_KEY = Statement(select(*_COLUMNS).where(_of_kind, _t.natural_key == bindparam("natural_key")))
_PAGE = Statement(select(*_COLUMNS).where(_after).order_by(_t.id).limit(bindparam("limit")))
_PAGE_OF_IDS = Statement(
    select(*_COLUMNS).where(_after, among(_t.id, "ids")).order_by(_t.id).limit(bindparam("limit"))
)


def _record(row: Row | None) -> Record | None:
    return Record._make(row) if row else None


def find(connection: Connection, workspace_id: str, kind: Kind, id: str) -> Record | None:
    """The resource with this id, if the workspace has it."""
    return _record(connection.one(_BY_ID, workspace_id=workspace_id, kind=kind.name, id=id))


def find_by_key(
    connection: Connection, workspace_id: str, kind: Kind, natural_key: str
) -> Record | None:
    """The resource with this name (users: e-mail address), if the workspace has it."""
    return _record(
        connection.one(
            _BY_KEY, workspace_id=workspace_id, kind=kind.name, natural_key=kind.fold(natural_key)
        )
    )


def taken_over_by(connection: Connection, workspace_id: str, draft: Draft) -> Record | None:
    """What a new resource with the draft's name takes over: one that is to be deleted."""
    if draft.natural_key is None:
        return None
    holder = find_by_key(connection, workspace_id, draft.kind, draft.natural_key)
    return holder if holder and holder.deletion_requested_at else None


def page(
    connection: Connection,
    workspace_id: str,
    kind: Kind,
    *,
    after: str = "",
    limit: int,
    key: str | None = None,
    ids: list[str] | None = None,
) -> list[Record]:
    """At most `limit` resources in order of id, beginning behind the id `after`.

    `key` keeps the one with that name (users: e-mail address), `ids` those with these ids.
    """
    values = {"workspace_id": workspace_id, "kind": kind.name, "after": after, "limit": limit}
    if key is not None:
        found = find_by_key(connection, workspace_id, kind, key)
        return [found] if found and found.id > after and found.id in (ids or [found.id]) else []
    if ids:
        rows = connection.all(_PAGE_OF_IDS, ids=json.dumps(ids), **values)
    else:
        rows = connection.all(_PAGE, **values)
    return list(map(Record._make, rows))
