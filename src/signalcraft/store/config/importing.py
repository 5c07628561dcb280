"""Bringing an exported configuration into a workspace."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from signalcraft.model.diff import diff
from signalcraft.model.draft import Draft, read_draft
from signalcraft.model.export import Export, Exported, ExportedOverride
from signalcraft.model.ids import new_id
from signalcraft.model.parts import Reference
from signalcraft.model.problem import Problem
from signalcraft.store.config import records
from signalcraft.store.config.author import Author
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.config.write import Write
from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement, among
from signalcraft.store.db.tables import resource
from signalcraft.store.oncall import overrides
from signalcraft.store.oncall.overrides import OverrideRecord

_TAKEN = Statement(select(resource.c.id).where(among(resource.c.id, "ids")))


class UnfitExport(ValueError):
    """The configuration doesn't go with what the workspace has; the message says where it
    doesn't.
    """


@dataclass
class Imported:
    """What an import did."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


def import_configuration(connection: Connection, author: Author, export: Export) -> Imported:
    """Writes an exported configuration into the author's workspace, in the transaction that is
    under way. What is there already, by its name (users: e-mail address), is replaced; the rest of
    the workspace stays as it is. Writing the same again changes nothing.

    New resources keep the ids that they had, so that whoever knows those finds them again, unless
    another workspace of the database has them. Raises `UnfitExport`, with everything that is
    wrong: the transaction must not be committed then.
    """
    importing = _Import(ChangeLog(connection, author), export)
    for exported in sorted(export.resources, key=_order):
        importing.write(exported)
    for override in export.overrides:
        importing.write_override(override)
    if importing.mistakes:
        raise UnfitExport("\n".join(importing.mistakes))
    return importing.done


def _order(exported: Exported) -> int:
    """The order of writing: the workspace refers to its default policy, and so comes last; owners
    come first, so that there is one before another stops being one.
    """
    fields = json.loads(exported.draft.document)
    if exported.draft.kind.singleton:
        return 2
    return 0 if fields.get("role") == "owner" else 1


class _Import:
    """An import under way."""

    def __init__(self, log: ChangeLog, export: Export) -> None:
        self.done = Imported()
        self.mistakes: list[str] = []
        self._log = log
        self._write = Write(log)
        self._workspace_id = log.author.workspace_id
        self._failed: set[str] = set()
        self._overrides: dict[str, set[_Sameness]] = {}
        self._schedules = {e.id: str(e.draft.natural_key) for e in export.of_kind("schedule")}
        self._existing = {
            exported.id: id for exported in export.resources if (id := self._find(exported))
        }
        self._ids = self._existing | self._new_ids(export)

    def write(self, exported: Exported) -> None:
        """Creates or replaces a resource, or notes what keeps it from being written."""
        if self._waits_for_failed(exported.draft.references):
            self._failed.add(exported.id)
            return
        draft = _rewritten(exported.draft, self._ids)
        existing = self._existing.get(exported.id)
        try:
            if existing is None:
                self._write.create(draft, self._ids[exported.id])
                self.done.created += 1
            elif self._write.replace(existing, draft).before:
                self.done.changed += 1
            else:
                self.done.unchanged += 1
        except Problem as problem:
            self._failed.add(exported.id)
            said = [mistake.detail for mistake in problem.errors] or [problem.detail]
            self.mistakes += [f"{exported.place}: {each}" for each in said]

    def write_override(self, exported: ExportedOverride) -> None:
        """Creates an override, unless the schedule has the same one."""
        if self._waits_for_failed(exported.references):
            return
        record = OverrideRecord(
            new_id("ovr"),
            self._ids[exported.schedule_id],
            self._ids[exported.user_id],
            exported.starts_at,
            exported.ends_at,
            exported.created_at,
            self._log.next_revision,
        )
        there = self._overrides_of(record.schedule_id)
        if _sameness(record) in there:
            self.done.unchanged += 1
            return
        overrides.create(self._log.connection, self._workspace_id, record)
        name, changes = self._schedules[exported.schedule_id], diff({}, asdict(record))
        self._log.enter("created", "schedule_override", record.id, name, changes)
        there.add(_sameness(record))
        self.done.created += 1

    def _find(self, exported: Exported) -> str | None:
        """The id of what the workspace has in its place."""
        kind = exported.draft.kind
        if kind.singleton:
            return self._workspace_id
        key = str(exported.draft.natural_key)
        found = records.find_by_key(self._log.connection, self._workspace_id, kind, key)
        return found.id if found else None

    def _new_ids(self, export: Export) -> dict[str, str]:
        """The ids of what is to be created: their own, where nothing has them."""
        new = {e.id: e.draft.kind for e in export.resources if e.id not in self._existing}
        rows = self._log.connection.all(_TAKEN, ids=json.dumps(list(new)))
        taken = {id for (id,) in rows}
        return {id: new_id(kind.id_prefix) if id in taken else id for id, kind in new.items()}

    def _waits_for_failed(self, references: Iterable[Reference]) -> bool:
        """Whether something could only fail because something else did, which is told already."""
        return any(reference.id in self._failed for reference in references)

    def _overrides_of(self, schedule_id: str) -> "set[_Sameness]":
        if schedule_id not in self._overrides:
            there = overrides.page(self._log.connection, self._workspace_id, schedule_id)
            self._overrides[schedule_id] = set(map(_sameness, there))
        return self._overrides[schedule_id]


_Sameness = tuple[str, ...]
"""What makes two overrides of a schedule the same."""


def _sameness(record: OverrideRecord) -> _Sameness:
    return record.user_id, record.starts_at, record.ends_at, record.created_at


def _rewritten(draft: Draft, ids: Mapping[str, str]) -> Draft:
    """A draft that refers to the same things by the ids that they have in the workspace."""
    fields = json.loads(draft.document)  # A copy, to be changed.
    for reference in draft.references:
        *path, last = [
            int(step) if step.isdecimal() else step for step in reference.pointer.split("/")[1:]
        ]
        holder: Any = fields
        for step in path:
            holder = holder[step]
        holder[last] = ids[reference.id]
    return read_draft(draft.kind, json.dumps(fields).encode())
