"""Who owns a workspace, which is never without an owner.

The last user to lose the role `owner` is the acting owner: an owner in all but the role, until
another user has it. So the role can be handed over in two writes, whichever comes first.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select, update

from signalcraft.store.config.records import Record
from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import resource, workspace

_OTHER_USERS = Statement(
    select(resource.c.document).where(
        resource.c.workspace_id == bindparam("workspace_id"),
        resource.c.kind == "user",
        resource.c.id != bindparam("id"),
        resource.c.deletion_requested_at.is_(None),
    )
)
_ACTING = Statement(
    select(workspace.c.acting_owner_id).where(workspace.c.id == bindparam("workspace_id"))
)
_SET_ACTING = Statement(
    update(workspace)
    .where(workspace.c.id == bindparam("workspace_id"))
    .values(acting_owner_id=bindparam("user_id"))
)


def acting(connection: Connection, workspace_id: str) -> str | None:
    """The id of the user who keeps an owner's rights; None while a user has the role."""
    row = connection.one(_ACTING, workspace_id=workspace_id)
    return row[0] if row else None


def is_last(connection: Connection, workspace_id: str, record: Record) -> bool:
    """Whether the workspace has no other owner than this resource."""
    if record.kind != "user":
        return False
    if _is_owner(record):
        return not _has_other(connection, workspace_id, record.id)
    return acting(connection, workspace_id) == record.id


def settle(
    connection: Connection, workspace_id: str, before: Record | None, after: Record
) -> str | None:
    """Keeps the workspace from being without an owner once a resource has been written.

    Returns the id of the user who ceases to be the acting owner, if one does.
    """
    if after.kind != "user":
        return None
    if _is_owner(after):
        relieved = acting(connection, workspace_id)
        if relieved:
            connection.run(_SET_ACTING, workspace_id=workspace_id, user_id=None)
        return relieved
    if before and _is_owner(before) and not _has_other(connection, workspace_id, after.id):
        connection.run(_SET_ACTING, workspace_id=workspace_id, user_id=after.id)
    return None


def has_role(fields: Mapping[str, Any]) -> bool:
    """Whether a user's fields say that the user is an owner."""
    return fields.get("role") == "owner"


def _is_owner(user: Record) -> bool:
    return has_role(user.fields) and not user.deletion_requested_at


def _has_other(connection: Connection, workspace_id: str, id: str) -> bool:
    others = connection.all(_OTHER_USERS, workspace_id=workspace_id, id=id)
    return any(has_role(json.loads(document)) for (document,) in others)
