"""A schedule as it was at each moment, read back from the change feed."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, or_, select

from signalcraft.model.diff import undone
from signalcraft.model.ids import id_pattern
from signalcraft.model.kinds import KINDS
from signalcraft.model.schedule import Schedule
from signalcraft.oncall.instants import read_instant
from signalcraft.oncall.local_time import BEGINNING, nanos
from signalcraft.oncall.override import Override
from signalcraft.oncall.people import People
from signalcraft.oncall.roster import Roster
from signalcraft.oncall.roster_history import Epoch, RosterHistory
from signalcraft.store.config import records
from signalcraft.store.config.records import Record
from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement, among
from signalcraft.store.db.tables import change
from signalcraft.store.oncall import overrides

# So many changes to one schedule and its overrides are looked through: years of daily ones.
_AT_MOST = 2000
# Of a team only the members count, of a user only whether they are active.
_IDS = {kind: re.compile(id_pattern(kind).strip("^$")) for kind in ("team", "user")}

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
    .where(
        _of_workspace,
        among(_t.resource_id, "ids"),
        or_(
            and_(_t.kind != "team", _t.kind != "user"),
            and_(_t.kind == "team", _t.diff.like('%"/member_ids%')),
            and_(_t.kind == "user", _t.diff.like('%"/active"%')),
        ),
    )
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
    now = overrides.page(connection, workspace_id, record.id)
    standing = {override.id: asdict(override) for override in now}
    rows = connection.all(_OVERRIDE_IDS, workspace_id=workspace_id, mentions=f'%"{record.id}"%')
    ids = {record.id, *(id for (id,) in rows)}
    entries = _entries(connection, workspace_id, ids)
    teams = _people(connection, workspace_id, "team", [record.fields, standing], entries)
    entries = _entries(connection, workspace_id, ids | teams.keys())
    users = _people(connection, workspace_id, "user", [record.fields, standing, teams], entries)
    entries = _entries(connection, workspace_id, ids | teams.keys() | users.keys())
    read = _Past(record.fields, standing, teams, users)
    return RosterHistory(list(read.epochs(entries))[::-1])


def _entries(connection: Connection, workspace_id: str, ids: Iterable[str]) -> list[_Entry]:
    """The newest entries about these, the newest first."""
    rows = connection.all(_ENTRIES, workspace_id=workspace_id, ids=json.dumps(sorted(ids)))
    return [_Entry(*row) for row in rows]


def _people(
    connection: Connection,
    workspace_id: str,
    kind: str,
    documents: list[Any],
    entries: Iterable[_Entry],
) -> dict[str, Fields]:
    """The fields of all teams, or users, that are mentioned; none of those that are gone."""
    texts = [json.dumps(documents), *(entry.diff for entry in entries)]
    ids = {id for text in texts for id in _IDS[kind].findall(text)}
    there = records.page(connection, workspace_id, KINDS[kind], ids=sorted(ids), limit=len(ids))
    return {id: {} for id in ids} | {record.id: record.fields for record in there}


class _Past:
    """What a schedule is made of, as it was after some entry of the feed."""

    def __init__(
        self,
        schedule: Fields,
        overrides: dict[str, Fields],
        teams: dict[str, Fields],
        users: dict[str, Fields],
    ) -> None:
        self._schedule = schedule
        self._overrides = overrides
        self._people = {**teams, **users}

    def epochs(self, entries: list[_Entry]) -> Iterator[Epoch]:
        """The epochs, the newest first. `entries` are the newest first, too.

        Before the schedule was created, its first version holds: asking about that time is asking
        what the schedule would have said.
        """
        after: str | None = None
        for entry in entries:
            if entry.kind == "schedule" and entry.action == "created":
                break
            # What one transaction did began one epoch.
            if entry.at != after and self._is_made_of(entry):
                yield Epoch(nanos(read_instant(entry.at)), entry.revision, self._roster())
                after = entry.at
            self._undo(entry)
        if len(entries) < _AT_MOST:
            yield Epoch(BEGINNING, None, self._roster())

    def _is_made_of(self, entry: _Entry) -> bool:
        """Whether an entry is about the schedule, its overrides, or people that they name."""
        if entry.kind not in _IDS:
            return True
        return entry.resource_id in self._roster().made_of

    def _undo(self, entry: _Entry) -> None:
        if entry.kind == "schedule_override":
            self._undo_override(entry)
        elif entry.kind in _IDS:
            self._undo_people(entry)
        elif entry.action == "updated":
            self._schedule = undone(self._schedule, entry.changes)

    def _undo_override(self, entry: _Entry) -> None:
        known = self._overrides.get(entry.resource_id, {})
        if entry.action != "created":
            self._overrides[entry.resource_id] = undone(known, entry.changes)
        # One that was imported is older than the import, and was in force before it.
        elif known and read_instant(known["created_at"]) >= read_instant(entry.at):
            del self._overrides[entry.resource_id]

    def _undo_people(self, entry: _Entry) -> None:
        # Before it was created, the first version holds, as a schedule's does.
        if entry.action != "created":
            known = self._people[entry.resource_id]
            self._people[entry.resource_id] = undone(known, entry.changes)

    def _roster(self) -> Roster:
        body = {n: value for n, value in self._schedule.items() if n in Schedule.model_fields}
        schedule = Schedule.model_validate_json(json.dumps(body))
        overrides = [_override(id, each) for id, each in self._overrides.items()]
        members = {id: fields.get("member_ids", ()) for id, fields in self._people.items()}
        off = {id for id, fields in self._people.items() if not fields.get("active", True)}
        return Roster(schedule, overrides, People(members, off))


def _override(id: str, fields: Fields) -> Override:
    return Override(
        id=id,
        participant=fields["participant"],
        starts_at=read_instant(fields["starts_at"]),
        ends_at=read_instant(fields["ends_at"]),
        order=fields["revision"],
    )
