"""A schedule as it was at each moment, read back from the change feed."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from signalcraft.model.diff import undone
from signalcraft.model.schedule import Schedule
from signalcraft.oncall.instants import read_instant
from signalcraft.oncall.local_time import BEGINNING, nanos
from signalcraft.oncall.override import Override
from signalcraft.oncall.roster import Roster
from signalcraft.oncall.roster_history import Epoch, RosterHistory
from signalcraft.store.config.records import Record
from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement, among
from signalcraft.store.db.tables import change
from signalcraft.store.oncall import overrides

# So many changes to one schedule and its overrides are looked through: years of daily ones.
_AT_MOST = 2000

_t = change.c
_of_workspace = _t.workspace_id == bindparam("workspace_id")
_COLUMNS = (_t.revision, _t.at, _t.action, _t.kind, _t.resource_id, _t.diff)
_OVERRIDE_IDS = Statement(
    select(_t.resource_id).where(
        _of_workspace,
        _t.kind == "schedule_override",
        _t.action != "updated",
        _t.diff.like(bindparam("mentions")),
    )
)
_ENTRIES = Statement(
    select(*_COLUMNS)
    .where(_of_workspace, among(_t.resource_id, "ids"))
    .order_by(_t.revision.desc())
    .limit(_AT_MOST)
)


Fields = dict[str, Any]


class _Entry(NamedTuple):
    revision: int
    at: str
    action: str
    kind: str
    resource_id: str
    diff: str

    @property
    def changes(self) -> list[dict[str, Any]]:
        changes: list[dict[str, Any]] = json.loads(self.diff)
        return changes


def roster_history(connection: Connection, workspace_id: str, record: Record) -> RosterHistory:
    """A schedule's past, as far back as the feed goes; the last epoch is the schedule as it is."""
    values = {"workspace_id": workspace_id}
    rows = connection.all(_OVERRIDE_IDS, mentions=f'%"{record.id}"%', **values)
    ids = json.dumps([record.id, *{id for (id,) in rows}])
    entries = [_Entry(*row) for row in connection.all(_ENTRIES, ids=ids, **values)]
    now = overrides.page(connection, workspace_id, record.id)
    standing = {override.id: asdict(override) for override in now}
    return RosterHistory(list(_epochs(record.fields, standing, entries))[::-1])


def _epochs(fields: Fields, standing: dict[str, Fields], entries: list[_Entry]) -> Iterator[Epoch]:
    """The epochs, the newest first. `entries` are the newest first, too.

    Before the schedule was created, its first version holds: asking about that time is asking what
    the schedule would have said.
    """
    after: str | None = None
    for entry in entries:
        if entry.kind == "schedule" and entry.action == "created":
            break
        if entry.at != after:  # What one transaction did began one epoch.
            yield Epoch(nanos(read_instant(entry.at)), entry.revision, _roster(fields, standing))
            after = entry.at
        if entry.kind == "schedule_override":
            _undo_override(standing, entry)
        elif entry.action == "updated":
            fields = undone(fields, entry.changes)
    if len(entries) < _AT_MOST:
        yield Epoch(BEGINNING, None, _roster(fields, standing))


def _undo_override(standing: dict[str, Fields], entry: _Entry) -> None:
    known = standing.get(entry.resource_id, {})
    if entry.action != "created":
        standing[entry.resource_id] = undone(known, entry.changes)
    # One that was imported is older than the import, and was in force before it.
    elif known and read_instant(known["created_at"]) >= read_instant(entry.at):
        del standing[entry.resource_id]


def _roster(fields: Fields, standing: dict[str, Fields]) -> Roster:
    body = {name: value for name, value in fields.items() if name in Schedule.model_fields}
    schedule = Schedule.model_validate_json(json.dumps(body))
    return Roster(schedule, [_override(id, each) for id, each in standing.items()])


def _override(id: str, fields: Fields) -> Override:
    return Override(
        id=id,
        user_id=fields["user_id"],
        starts_at=read_instant(fields["starts_at"]),
        ends_at=read_instant(fields["ends_at"]),
        order=fields["revision"],
    )
