"""What goes when a resource goes: what was planned for it, keys with their service account or their
trust, kept answers with their service account, overrides with their schedule or
whom they put on call, calendar links with their schedule or their user.
"""

from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Table, bindparam, delete, or_, select

from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import (
    api_key,
    calendar_link,
    idempotency,
    planned_change,
    schedule_override,
)

_id: BindParameter[str] = bindparam("id")


class Dependent(NamedTuple):
    """Something that went, as the feed tells it."""

    kind: str
    id: str
    name: str
    fields: dict[str, Any]


class _Kind:
    """A kind of dependents: where they are, and what the feed says of one."""

    def __init__(
        self, table: Table, goes: ColumnElement[bool], name: str, fields: tuple[str, ...]
    ) -> None:
        self._kind = table.name
        self._fields = fields
        columns = (table.c.id, table.c[name], *(table.c[field] for field in fields))
        self._select = Statement(select(*columns).where(goes).order_by(table.c.id))
        self._delete = Statement(delete(table).where(goes))

    def delete(self, connection: Connection, id: str) -> list[Dependent]:
        """Deletes those of the resource with this id."""
        rows = connection.all(self._select, id=id)
        if rows:
            connection.run(self._delete, id=id)
        return [
            Dependent(self._kind, row[0], row[1], dict(zip(self._fields, row[2:], strict=True)))
            for row in rows
        ]


_KINDS = (
    _Kind(
        api_key,
        or_(api_key.c.service_account_id == _id, api_key.c.trust_id == _id),
        "name",
        ("service_account_id", "name", "hint", "expires_at"),
    ),
    _Kind(
        schedule_override,
        or_(schedule_override.c.schedule_id == _id, schedule_override.c.participant == _id),
        "schedule_id",
        ("schedule_id", "participant", "starts_at", "ends_at", "created_at", "revision"),
    ),
    _Kind(
        calendar_link,
        or_(calendar_link.c.schedule_id == _id, calendar_link.c.user_id == _id),
        "name",
        ("schedule_id", "user_id", "name"),
    ),
)
# What the feed doesn't tell.
_DELETES = (
    Statement(delete(planned_change).where(planned_change.c.resource_id == _id)),
    Statement(delete(idempotency).where(idempotency.c.service_account_id == _id)),
)


def delete_with(connection: Connection, id: str) -> list[Dependent]:
    """Deletes everything that can't be without the resource with this id; returns what the feed is
    to tell of it.
    """
    for statement in _DELETES:
        connection.run(statement, id=id)
    return [dependent for kind in _KINDS for dependent in kind.delete(connection, id)]
