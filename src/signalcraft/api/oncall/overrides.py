"""Overrides: who is on call on a schedule for a while, whatever its rotations say.

They are no part of the schedule, so that what people arrange among themselves and what is kept as
code don't undo each other.
"""

from collections.abc import Iterator
from dataclasses import asdict, replace

from pydantic import Field

from signalcraft.api.http import parameters
from signalcraft.api.http.body import read_body
from signalcraft.api.http.call import Answer, Call, answer
from signalcraft.api.http.idempotency import once
from signalcraft.api.http.operation import Operation
from signalcraft.api.http.paging import after, page
from signalcraft.api.http.schemas import Shape
from signalcraft.model.diff import diff
from signalcraft.model.fields import Participant
from signalcraft.model.ids import new_id
from signalcraft.model.instants import Instant
from signalcraft.model.kinds import KINDS
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.parts import references_in
from signalcraft.model.problem import Slug, invalid, not_found
from signalcraft.model.resource import Part
from signalcraft.oncall.instants import read_instant
from signalcraft.store.config import records, references
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.db.database import Connection
from signalcraft.store.oncall import overrides
from signalcraft.store.oncall.overrides import OverrideRecord

_COLLECTION = "/v1/schedules/{id}/overrides"
_ITEM = _COLLECTION + "/{override_id}"
_TAG = KINDS["schedule"].tag


class ScheduleOverride(Part):
    """Who is on call instead of the rotations."""

    participant: Participant
    """Who is on call: the id of a user or a team, or `nobody`."""
    starts_at: Instant
    """When it starts, with an offset."""
    ends_at: Instant
    """When it ends (exclusive), with an offset."""


class StoredScheduleOverride(Shape):
    """An override, with its read-only fields."""

    id: str
    """The override's id, `ovr_…`."""
    schedule_id: str
    """The schedule that it belongs to."""
    participant: str
    """Who is on call: the id of a user or a team, or `nobody`."""
    starts_at: str = Field(json_schema_extra={"format": "date-time"})
    """When it starts, as written."""
    ends_at: str = Field(json_schema_extra={"format": "date-time"})
    """When it ends, as written."""
    created_at: str = Field(json_schema_extra={"format": "date-time"})
    """When it was created."""
    revision: int
    """The workspace's revision at its creation. Where two overlap, the greater wins."""


class ScheduleOverridePage(Shape):
    """A page of overrides."""

    items: list[StoredScheduleOverride]
    """In order of their creation."""
    next_cursor: str | None
    """Send it as `cursor` for the next page; null at the end."""


def operations() -> Iterator[Operation]:
    """What can be done with overrides."""
    yield Operation(
        "GET",
        _COLLECTION,
        "list_schedule_overrides",
        "List a schedule's overrides",
        _list,
        {200: ScheduleOverridePage},
        tag=_TAG,
        scope="config:read",
        parameters=(parameters.LIMIT, parameters.CURSOR),
        problems=(Slug.NOT_FOUND,),
    )
    yield Operation(
        "POST",
        _COLLECTION,
        "create_schedule_override",
        "Create an override",
        _create,
        {201: StoredScheduleOverride},
        tag=_TAG,
        scope="overrides:write",
        parameters=(parameters.IDEMPOTENCY_KEY,),
        request=ScheduleOverride,
        problems=(Slug.NOT_FOUND, Slug.IDEMPOTENCY_KEY_REUSED),
    )
    yield Operation(
        "GET",
        _ITEM,
        "get_schedule_override",
        "Read an override",
        _get,
        {200: StoredScheduleOverride},
        tag=_TAG,
        scope="config:read",
        problems=(Slug.NOT_FOUND,),
    )
    yield Operation(
        "PUT",
        _ITEM,
        "put_schedule_override",
        "Replace an override",
        _put,
        {200: StoredScheduleOverride},
        tag=_TAG,
        scope="overrides:write",
        request=ScheduleOverride,
        problems=(Slug.NOT_FOUND,),
    )
    yield Operation(
        "DELETE",
        _ITEM,
        "delete_schedule_override",
        "Delete an override",
        _delete,
        {204: None},
        tag=_TAG,
        scope="overrides:write",
        problems=(Slug.NOT_FOUND,),
    )


def _list(call: Call) -> Answer:
    _schedule_name(call, call.connection)
    limit = call.query["limit"]
    found = overrides.page(
        call.connection,
        call.workspace_id,
        call.path["id"],
        after=after(call.query["cursor"]),
        limit=limit + 1,
    )
    shown, next_cursor = page(found, limit)
    items = [_shown(record) for record in shown]
    return answer(ScheduleOverridePage(items=items, next_cursor=next_cursor))


def _get(call: Call) -> Answer:
    return answer(_shown(_find(call, call.connection)))


def _create(call: Call) -> Answer:
    wanted = _read(call)

    def create(log: ChangeLog) -> Answer:
        name = _schedule_name(call, log.connection)
        _refuse_unknown(call, log.connection, wanted)
        record = OverrideRecord(
            id=new_id("ovr"),
            schedule_id=call.path["id"],
            created_at=log.at,
            revision=log.next_revision,
            **wanted.model_dump(),
        )
        overrides.create(log.connection, call.workspace_id, record)
        log.enter("created", "schedule_override", record.id, name, diff({}, asdict(record)))
        return answer(_shown(record), 201)

    return once(call, create)


def _put(call: Call) -> Answer:
    wanted = _read(call)
    with call.database.transaction() as connection:
        log = ChangeLog(connection, call.author)
        name = _schedule_name(call, connection)
        before = _find(call, connection)
        _refuse_unknown(call, connection, wanted)
        record = replace(before, **wanted.model_dump())
        if record != before:
            overrides.replace(connection, record)
            changed = diff(asdict(before), asdict(record))
            log.enter("updated", "schedule_override", record.id, name, changed)
    return answer(_shown(record))


def _delete(call: Call) -> Answer:
    with call.database.transaction() as connection:
        log = ChangeLog(connection, call.author)
        name = _schedule_name(call, connection)
        record = _find(call, connection)
        overrides.remove(connection, record.id)
        log.enter("deleted", "schedule_override", record.id, name, diff(asdict(record), {}))
    return Answer(204)


def _shown(record: OverrideRecord) -> StoredScheduleOverride:
    return StoredScheduleOverride.model_validate(record)


def _read(call: Call) -> ScheduleOverride:
    wanted = read_body(ScheduleOverride, call.body)
    if read_instant(wanted.ends_at) <= read_instant(wanted.starts_at):
        detail = f"Must be after starts_at, {wanted.starts_at}."
        raise invalid([Mistake("/ends_at", Code.ORDER, detail)])
    return wanted


def _refuse_unknown(call: Call, connection: Connection, wanted: ScheduleOverride) -> None:
    for reference in references_in(ScheduleOverride, wanted.model_dump()):
        references.refuse_unknown(connection, call.workspace_id, reference)


def _schedule_name(call: Call, connection: Connection) -> str:
    return records.existing(connection, call.workspace_id, KINDS["schedule"], call.path["id"]).name


def _find(call: Call, connection: Connection) -> OverrideRecord:
    id = call.path["override_id"]
    record = overrides.find(connection, call.workspace_id, call.path["id"], id)
    if record is None:
        raise not_found(f"override of this schedule with the id {id}")
    return record
