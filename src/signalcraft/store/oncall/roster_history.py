"""A schedule as it was at each moment, read back from the change feed."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

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
_TEAM = re.compile(id_pattern("team").strip("^$"))

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
    now = overrides.page(connection, workspace_id, record.id)
    standing = {override.id: asdict(override) for override in now}
    rows = connection.all(_OVERRIDE_IDS, mentions=f'%"{record.id}"%', **values)
    ids = {record.id, *(id for (id,) in rows)}
    entries = _entries(connection, workspace_id, ids)
    texts = [json.dumps([record.fields, standing]), *(entry.diff for entry in entries)]
    teams = {team for text in texts for team in _TEAM.findall(text)}
    if teams:
        entries = _entries(connection, workspace_id, ids | teams)
    read = _Past(record.fields, standing, _teams(connection, workspace_id, teams))
    return RosterHistory(list(read.epochs(entries))[::-1])


def _entries(connection: Connection, workspace_id: str, ids: Iterable[str]) -> list[_Entry]:
    """The newest entries about these, the newest first."""
    rows = connection.all(_ENTRIES, workspace_id=workspace_id, ids=json.dumps(sorted(ids)))
    return [_Entry(*row) for row in rows]


def _teams(connection: Connection, workspace_id: str, ids: Iterable[str]) -> dict[str, Fields]:
    """Those of the teams that there are."""
    found = (records.find(connection, workspace_id, KINDS["team"], id) for id in ids)
    return {record.id: dict(record.fields) for record in found if record}


class _Past:
    """What a schedule is made of, as it was after some entry of the feed."""

    def __init__(
        self, schedule: Fields, overrides: dict[str, Fields], teams: dict[str, Fields]
    ) -> None:
        self._schedule = schedule
        self._overrides = overrides
        self._teams = teams

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
        """Whether an entry is about the schedule, its overrides, or the members of its teams."""
        if entry.kind != "team":
            return True
        members = any(change["pointer"].startswith("/member_ids") for change in entry.changes)
        return members and entry.resource_id in self._participants()

    def _participants(self) -> Iterator[str]:
        for rotation in self._schedule["rotations"]:
            yield from rotation["participants"]
        yield from (override["participant"] for override in self._overrides.values())

    def _undo(self, entry: _Entry) -> None:
        if entry.kind == "schedule_override":
            self._undo_override(entry)
        elif entry.kind == "team":
            self._undo_team(entry)
        elif entry.action == "updated":
            self._schedule = undone(self._schedule, entry.changes)

    def _undo_override(self, entry: _Entry) -> None:
        known = self._overrides.get(entry.resource_id, {})
        if entry.action != "created":
            self._overrides[entry.resource_id] = undone(known, entry.changes)
        # One that was imported is older than the import, and was in force before it.
        elif known and read_instant(known["created_at"]) >= read_instant(entry.at):
            del self._overrides[entry.resource_id]

    def _undo_team(self, entry: _Entry) -> None:
        # Before it was created, a team's first version holds, as a schedule's does.
        if entry.action != "created":
            known = self._teams.get(entry.resource_id, {})
            self._teams[entry.resource_id] = undone(known, entry.changes)

    def _roster(self) -> Roster:
        body = {n: value for n, value in self._schedule.items() if n in Schedule.model_fields}
        schedule = Schedule.model_validate_json(json.dumps(body))
        overrides = [_override(id, each) for id, each in self._overrides.items()]
        return Roster(schedule, overrides, People(_members(self._teams)))


def _members(teams: Mapping[str, Fields]) -> Mapping[str, tuple[str, ...]]:
    return {id: tuple(fields["member_ids"]) for id, fields in teams.items()}


def _override(id: str, fields: Fields) -> Override:
    return Override(
        id=id,
        participant=fields["participant"],
        starts_at=read_instant(fields["starts_at"]),
        ends_at=read_instant(fields["ends_at"]),
        order=fields["revision"],
    )
