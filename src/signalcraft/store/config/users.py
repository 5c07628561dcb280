"""Users who are off."""

from sqlalchemy import bindparam, select

from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import resource

# In a document, only the field itself looks like this: within a text, quotes are escaped.
_OFF = Statement(
    select(resource.c.id).where(
        resource.c.workspace_id == bindparam("workspace_id"),
        resource.c.kind == "user",
        resource.c.document.like('%"active":false%'),
    )
)


def off(connection: Connection, workspace_id: str) -> frozenset[str]:
    """Ids of the users who are off."""
    return frozenset(id for (id,) in connection.all(_OFF, workspace_id=workspace_id))
