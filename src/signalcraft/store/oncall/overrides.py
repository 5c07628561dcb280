"""Overrides of schedules: who is on call whatever the rotations say, and when."""

from dataclasses import dataclass

from sqlalchemy import and_, bindparam, delete, insert, select, update

from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import schedule_override


@dataclass(frozen=True)
class OverrideRecord:
    """An override as it is stored; its instants keep the offsets they were written with."""

    id: str
    schedule_id: str
    participant: str
    """Id of a user or a team, or `nobody`."""
    starts_at: str
    ends_at: str
    created_at: str
    revision: int
    """The workspace's revision at its creation: of two that overlap, the greater wins."""


_t = schedule_override.c
_COLUMNS = (
    _t.id,
    _t.schedule_id,
    _t.participant,
    _t.starts_at,
    _t.ends_at,
    _t.created_at,
    _t.revision,
)
_of_schedule = and_(
    _t.workspace_id == bindparam("workspace_id"), _t.schedule_id == bindparam("schedule_id")
)
_FIND = Statement(select(*_COLUMNS).where(_of_schedule, _t.id == bindparam("id")))
_PAGE = Statement(
    select(*_COLUMNS)
    .where(_of_schedule, _t.id > bindparam("after"))
    .order_by(_t.id)
    .limit(bindparam("limit"))
)
_SCHEDULES = Statement(
    select(_t.schedule_id)
    .distinct()
    .where(_t.workspace_id == bindparam("workspace_id"), _t.participant == bindparam("participant"))
    .order_by(_t.schedule_id)
)
_TAKEN = Statement(select(_t.id).where(_t.id == bindparam("id")))
_INSERT = Statement(insert(schedule_override))
_UPDATE = Statement(
    update(schedule_override)
    .where(_t.id == bindparam("old_id"))
    .values({name: bindparam(f"new_{name}") for name in ("participant", "starts_at", "ends_at")})
)
_DELETE = Statement(delete(schedule_override).where(_t.id == bindparam("id")))

_ALL = 2**31


def find(
    connection: Connection, workspace_id: str, schedule_id: str, id: str
) -> OverrideRecord | None:
    """The override with this id, if the schedule has it."""
    row = connection.one(_FIND, workspace_id=workspace_id, schedule_id=schedule_id, id=id)
    return OverrideRecord(*row) if row else None


def page(
    connection: Connection,
    workspace_id: str,
    schedule_id: str,
    *,
    after: str = "",
    limit: int = _ALL,
) -> list[OverrideRecord]:
    """A schedule's overrides in order of id, which is that of their creation."""
    rows = connection.all(
        _PAGE, workspace_id=workspace_id, schedule_id=schedule_id, after=after, limit=limit
    )
    return [OverrideRecord(*row) for row in rows]


def schedules_of(connection: Connection, workspace_id: str, participant: str) -> list[str]:
    """The ids of the schedules on which this participant has overrides, past ones too."""
    rows = connection.all(_SCHEDULES, workspace_id=workspace_id, participant=participant)
    return [id for (id,) in rows]


def is_taken(connection: Connection, id: str) -> bool:
    """Whether an override has this id, in whichever workspace."""
    return connection.one(_TAKEN, id=id) is not None


def create(connection: Connection, workspace_id: str, record: OverrideRecord) -> None:
    """Stores a new override."""
    connection.run(_INSERT, workspace_id=workspace_id, **vars(record))


def replace(connection: Connection, record: OverrideRecord) -> None:
    """Stores another user and other instants for an override that there is."""
    connection.run(
        _UPDATE,
        old_id=record.id,
        new_participant=record.participant,
        new_starts_at=record.starts_at,
        new_ends_at=record.ends_at,
    )


def remove(connection: Connection, id: str) -> None:
    """Deletes an override."""
    connection.run(_DELETE, id=id)
