"""The feed of changes, which is the audit log too: reading it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

from signalcraft.store.db.database import Connection, Row
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import change, database, workspace

_t = change.c
_COLUMNS = (
    _t.revision,
    _t.at,
    _t.actor_id,
    _t.actor_name,
    _t.action,
    _t.kind,
    _t.resource_id,
    _t.name,
    _t.diff,
    _t.manager,
    _t.source,
    _t.request_id,
)
_DIFF = _COLUMNS.index(_t.diff)
_of_workspace = _t.workspace_id == bindparam("workspace_id")
_PAGE = (
    select(*_COLUMNS)
    .where(_of_workspace, _t.revision > bindparam("after"))
    .order_by(_t.revision)
    .limit(bindparam("limit"))
)
_ALL = Statement(_PAGE)
_OF_RESOURCE = Statement(_PAGE.where(_t.resource_id == bindparam("resource_id")))
_HEAD = Statement(
    select(workspace.c.revision, database.c.feed_id).where(
        workspace.c.id == bindparam("workspace_id")
    )
)
_REVISION = Statement(
    select(workspace.c.revision).where(workspace.c.id == bindparam("workspace_id"))
)
_TOUCHED = Statement(
    select(_t.kind, _t.resource_id).where(_of_workspace, _t.revision > bindparam("after"))
)
_OLDEST = Statement(select(func.min(_t.revision)).where(_of_workspace))


@dataclass(frozen=True)
class Feed:
    """Where a workspace's feed stands."""

    id: str
    """Another one says that the database was restored: revisions of before mean nothing."""
    oldest: int
    """The oldest revision that is kept."""
    newest: int


def feed(connection: Connection, workspace_id: str) -> Feed:
    """Where the workspace's feed stands."""
    head = connection.one(_HEAD, workspace_id=workspace_id)
    oldest = connection.one(_OLDEST, workspace_id=workspace_id)
    assert head is not None
    assert oldest is not None
    return Feed(head[1], oldest[0] or 1, head[0])


def entries(
    connection: Connection,
    workspace_id: str,
    *,
    after: int,
    limit: int,
    most_characters: int | None = None,
    resource_id: str | None = None,
) -> list[dict[str, Any]]:
    """The entries behind a revision, the oldest first, in the shape in which they are shown.

    At most `limit` of them, and no more than have `most_characters` of differences together; but
    always one, if there is any.
    """
    statement, values = _ALL, {"workspace_id": workspace_id, "after": after, "limit": limit}
    if resource_id is not None:
        statement, values = _OF_RESOURCE, values | {"resource_id": resource_id}
    with connection.rows(statement, **values) as rows:
        return [_entry(row) for row in _fitting(rows, most_characters)]


def _fitting(rows: Iterator[Row], most_characters: int | None) -> Iterator[Row]:
    total = 0
    for row in rows:
        first, total = total == 0, total + len(row[_DIFF])
        if most_characters is not None and total > most_characters and not first:
            return
        yield row


def _entry(row: Row) -> dict[str, Any]:
    revision, at, actor_id, actor_name, action, kind, id, name = row[:_DIFF]
    diff, manager, source, request_id = row[_DIFF:]
    return {
        "revision": revision,
        "at": at,
        "actor": {"id": actor_id, "name": actor_name},
        "action": action,
        "kind": kind,
        "id": id,
        "name": name,
        "diff": json.loads(diff),
        "managed_by": {"manager": manager, "source": source} if manager else None,
        "request_id": request_id,
    }


def revision(connection: Connection, workspace_id: str) -> int:
    """The newest revision of the workspace."""
    row = connection.one(_REVISION, workspace_id=workspace_id)
    return row[0] if row else 0


def touched(connection: Connection, workspace_id: str, after: int) -> list[tuple[str, str]]:
    """What changed behind a revision: (kind, id)."""
    rows = connection.all(_TOUCHED, workspace_id=workspace_id, after=after)
    return [(kind, id) for kind, id in rows]
