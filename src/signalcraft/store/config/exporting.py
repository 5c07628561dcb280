"""Reading a workspace's whole configuration."""

import json

from sqlalchemy import bindparam, select

from signalcraft.model.export import write_export
from signalcraft.model.kinds import KINDS
from signalcraft.store.config.records import Columns, Record
from signalcraft.store.db.database import Database
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import resource, schedule_override

_RESOURCES = Statement(
    select(resource.c.kind, resource.c.id, resource.c.document).where(
        resource.c.workspace_id == bindparam("workspace_id")
    )
)
_OVERRIDE_FIELDS = ("id", "schedule_id", "participant", "starts_at", "ends_at", "created_at")
_OVERRIDES = Statement(
    select(*(schedule_override.c[field] for field in _OVERRIDE_FIELDS))
    .where(schedule_override.c.workspace_id == bindparam("workspace_id"))
    .order_by(schedule_override.c.revision, schedule_override.c.id)
)


_STORED = Statement(
    select(*(resource.c[name] for name in Columns._fields)).where(
        resource.c.workspace_id == bindparam("workspace_id")
    )
)


def stored(database: Database, workspace_id: str) -> list[Record]:
    """All resources of a workspace, as they are at one moment, in no order."""
    with database.snapshot() as connection:
        return list(map(Record._make, connection.all(_STORED, workspace_id=workspace_id)))


def export(database: Database, workspace_id: str) -> str:
    """The text of an export of a workspace, as it is at one moment."""
    with database.snapshot() as connection:
        resources = connection.all(_RESOURCES, workspace_id=workspace_id)
        overrides = connection.all(_OVERRIDES, workspace_id=workspace_id)
    return write_export(
        ((KINDS[kind], id, json.loads(document)) for kind, id, document in resources),
        (dict(zip(_OVERRIDE_FIELDS, row, strict=True)) for row in overrides),
    )
