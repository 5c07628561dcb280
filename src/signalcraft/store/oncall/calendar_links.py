"""Links by which calendar programs read who is on call: what they hold is a secret of its own."""

import secrets
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, delete, insert, select

from signalcraft.model.ids import new_id
from signalcraft.model.secret import digest
from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import calendar_link


@dataclass(frozen=True)
class CalendarLink:
    """A link, without its secret."""

    id: str
    schedule_id: str
    user_id: str | None
    """Whose shifts it shows; None for everybody's."""
    name: str
    created_at: str


_t = calendar_link.c
_COLUMNS = (_t.id, _t.schedule_id, _t.user_id, _t.name, _t.created_at)
_of_schedule = and_(
    _t.workspace_id == bindparam("workspace_id"), _t.schedule_id == bindparam("schedule_id")
)
_LIST = Statement(select(*_COLUMNS).where(_of_schedule).order_by(_t.id))
_FIND = Statement(select(*_COLUMNS).where(_of_schedule, _t.id == bindparam("id")))
_BY_TOKEN = Statement(select(_t.workspace_id, *_COLUMNS).where(_t.digest == bindparam("digest")))
_INSERT = Statement(insert(calendar_link))
_DELETE = Statement(delete(calendar_link).where(_t.id == bindparam("id")))


def of_schedule(connection: Connection, workspace_id: str, schedule_id: str) -> list[CalendarLink]:
    """A schedule's links, the oldest first."""
    rows = connection.all(_LIST, workspace_id=workspace_id, schedule_id=schedule_id)
    return [CalendarLink(*row) for row in rows]


def find(
    connection: Connection, workspace_id: str, schedule_id: str, id: str
) -> CalendarLink | None:
    """The link with this id, if the schedule has it."""
    row = connection.one(_FIND, workspace_id=workspace_id, schedule_id=schedule_id, id=id)
    return CalendarLink(*row) if row else None


def by_token(connection: Connection, token: str) -> tuple[str, CalendarLink] | None:
    """The link with this secret, and the workspace that it belongs to."""
    row = connection.one(_BY_TOKEN, digest=digest(token))
    return (row[0], CalendarLink(*row[1:])) if row else None


def create(
    connection: Connection,
    workspace_id: str,
    schedule_id: str,
    name: str,
    user_id: str | None,
    at: str,
) -> tuple[CalendarLink, str]:
    """A new link, and its secret, which nothing can show again."""
    token = secrets.token_urlsafe(32)
    link = CalendarLink(new_id("cal"), schedule_id, user_id, name, at)
    connection.run(_INSERT, workspace_id=workspace_id, digest=digest(token), **vars(link))
    return link, token


def remove(connection: Connection, id: str) -> None:
    """Deletes a link: it stops working at once."""
    connection.run(_DELETE, id=id)
