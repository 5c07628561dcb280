"""Resources as they are stored: reading them."""

import json
from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, select

from signalcraft.model.kinds import KINDS, Kind
from signalcraft.model.parts import Reference, references_in
from signalcraft.model.problem import Problem, Slug, not_found
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
        return references_in(KINDS[self.kind].body, self.fields)

    @property
    def natural_key(self) -> str:
        """What people tell it from others of its kind by, as it is compared."""
        kind = KINDS[self.kind]
        return kind.fold(self.fields[kind.natural_key])


_t = resource.c
_COLUMNS = tuple(_t[name] for name in Columns._fields)
_of_workspace = _t.workspace_id == bindparam("workspace_id")
_of_kind = and_(_of_workspace, _t.kind == bindparam("kind"))
_after = and_(_of_kind, _t.id > bindparam("after"))

_BY_ID = Statement(select(*_COLUMNS).where(_of_kind, _t.id == bindparam("id")))
# In no order, since SQLite would rather read a whole kind by id than sort the few that are found.
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


def named(connection: Connection, workspace_id: str, kind: Kind, natural_key: str) -> list[Record]:
    """All resources with this name (users: e-mail address), the oldest first; those that are
    marked for deletion too, which hold it no more.
    """
    rows = connection.all(
        _BY_KEY, workspace_id=workspace_id, kind=kind.name, natural_key=kind.fold(natural_key)
    )
    return sorted(map(Record._make, rows), key=lambda record: record.id)


def existing(connection: Connection, workspace_id: str, kind: Kind, id: str) -> Record:
    """The resource with this id. Raises `not-found`."""
    record = find(connection, workspace_id, kind, id)
    if record is None:
        raise not_found(f"{kind.title} with the id {id}")
    return record


def find_by_key(
    connection: Connection, workspace_id: str, kind: Kind, natural_key: str
) -> Record | None:
    """The resource with this name (users: e-mail address), if the workspace has it: one that is
    marked for deletion only where no other has the name.

    Raises `ambiguous-name`.
    """
    found = named(connection, workspace_id, kind, natural_key)
    holders = [record for record in found if not record.deletion_requested_at]
    if len(holders) > 1:
        raise _ambiguous(kind, natural_key, holders)
    return holders[0] if holders else marked_last(found)


def marked_last(found: Iterable[Record]) -> Record | None:
    """Of several resources the one that was marked for deletion last, if any is."""
    marked = [record for record in found if record.deletion_requested_at]
    return max(marked, key=lambda record: record.deletion_requested_at or "", default=None)


def _ambiguous(kind: Kind, natural_key: str, holders: list[Record]) -> Problem:
    ids = [record.id for record in holders]
    return Problem(
        Slug.AMBIGUOUS_NAME,
        f"{len(ids)} resources of the kind {kind.title} have the {kind.natural_key} "
        f"{natural_key!r}: {', '.join(ids)}. Use an id, or rename all but one.",
        ids=ids,
    )


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

    `key` keeps those with that name (users: e-mail address), `ids` those with these ids.
    """
    values = {"workspace_id": workspace_id, "kind": kind.name, "after": after, "limit": limit}
    if key is not None:
        found = named(connection, workspace_id, kind, key)
        wanted = [one for one in found if one.id > after and one.id in (ids or [one.id])]
        return wanted[:limit]
    if ids:
        rows = connection.all(_PAGE_OF_IDS, ids=json.dumps(ids), **values)
    else:
        rows = connection.all(_PAGE, **values)
    return list(map(Record._make, rows))
