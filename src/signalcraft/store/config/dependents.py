"""What goes when a resource goes: what was planned for it, keys with their service account or their
trust, kept answers with their service account, overrides and calendar links with their schedule or
their user.
"""

from sqlalchemy import BindParameter, bindparam, delete, or_

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
_DELETES = (
    Statement(delete(planned_change).where(planned_change.c.resource_id == _id)),
    Statement(
        delete(api_key).where(or_(api_key.c.service_account_id == _id, api_key.c.trust_id == _id))
    ),
    Statement(delete(idempotency).where(idempotency.c.service_account_id == _id)),
    Statement(
        delete(schedule_override).where(
            or_(schedule_override.c.schedule_id == _id, schedule_override.c.user_id == _id)
        )
    ),
    Statement(
        delete(calendar_link).where(
            or_(calendar_link.c.schedule_id == _id, calendar_link.c.user_id == _id)
        )
    ),
)


def delete_with(connection: Connection, id: str) -> None:
    """Deletes everything that can't be without the resource with this id."""
    for statement in _DELETES:
        connection.run(statement, id=id)
