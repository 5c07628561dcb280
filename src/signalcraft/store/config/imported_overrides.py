"""The overrides of an export, on their way into a workspace."""

from dataclasses import asdict, replace

from signalcraft.model.diff import diff
from signalcraft.model.export import Export, ExportedOverride
from signalcraft.model.fields import NOBODY
from signalcraft.model.ids import new_id
from signalcraft.model.kinds import KINDS
from signalcraft.store.config import records
from signalcraft.store.config.change_log import Action, ChangeLog
from signalcraft.store.config.imported_resources import ImportedResources
from signalcraft.store.oncall import overrides
from signalcraft.store.oncall.overrides import OverrideRecord

_Sameness = tuple[str, ...]
"""What makes two overrides of a schedule the same."""


class ImportedOverrides:
    """What the schedules have in place of each override of an export, and what they lack."""

    def __init__(self, log: ChangeLog, export: Export, resources: ImportedResources) -> None:
        self.unchanged = 0
        self._log = log
        self._workspace_id = log.author.workspace_id
        self._resources = resources
        self._export = [
            override for override in export.overrides if not resources.lacks(override.references)
        ]
        schedules = [resources.id(exported.id) for exported in export.of_kind("schedule")]
        self._there = {
            record.id: record
            for schedule in schedules
            for record in overrides.page(log.connection, self._workspace_id, schedule)
        }
        self._same = {_sameness(record): record.id for record in self._there.values()}
        self._found = {override.id: self._find(override) for override in self._export}

    def write(self) -> None:
        """Creates and replaces the overrides, of which those that come later in the file win."""
        orders = self._orders()
        for override in self._export:
            there = self._found[override.id]
            if there is None:
                self._create(override, orders[override.id])
            else:
                self._replace(there, override)

    def delete_others(self) -> None:
        """Deletes the schedules' other overrides."""
        kept = {record.id for record in self._found.values() if record}
        for record in self._there.values():
            if record.id not in kept:
                overrides.remove(self._log.connection, record.id)
                self._enter("deleted", record, record, None)

    def _find(self, override: ExportedOverride) -> OverrideRecord | None:
        """The schedule's override with the same id, or else the one that says the same."""
        by_id = self._there.get(override.id)
        if by_id and by_id.schedule_id == self._resources.id(override.schedule_id):
            return by_id
        same = self._same.get(_sameness(self._record(override, "", 0)))
        return self._there[same] if same else None

    def _orders(self) -> dict[str, int | None]:
        """For each override the number below which it must stay to lose against those that come
        later in the file and are there already; None where there are none.
        """
        lowest: dict[str, int] = {}
        orders: dict[str, int | None] = {}
        for override in reversed(self._export):
            orders[override.id] = lowest.get(override.schedule_id)
            found = self._found[override.id]
            if found:
                known = lowest.get(override.schedule_id, found.revision)
                lowest[override.schedule_id] = min(known, found.revision)
        return orders

    def _create(self, override: ExportedOverride, below: int | None) -> None:
        id = new_id("ovr") if overrides.is_taken(self._log.connection, override.id) else override.id
        # Of two with the same number, the greater id wins, which is that of the later one.
        order = self._log.next_revision if below is None else below - 1
        record = self._record(override, id, order)
        overrides.create(self._log.connection, self._workspace_id, record)
        self._enter("created", record, None, record)

    def _replace(self, there: OverrideRecord, override: ExportedOverride) -> None:
        wanted = self._record(override, there.id, there.revision)
        wanted = replace(wanted, created_at=there.created_at)
        if wanted == there:
            self.unchanged += 1
            return
        overrides.replace(self._log.connection, wanted)
        self._enter("updated", wanted, there, wanted)

    def _record(self, override: ExportedOverride, id: str, order: int) -> OverrideRecord:
        participant = override.participant
        if participant != NOBODY:
            participant = self._resources.id(participant)
        return OverrideRecord(
            id,
            self._resources.id(override.schedule_id),
            participant,
            override.starts_at,
            override.ends_at,
            override.created_at,
            order,
        )

    def _enter(
        self,
        action: Action,
        record: OverrideRecord,
        before: OverrideRecord | None,
        after: OverrideRecord | None,
    ) -> None:
        schedule = records.existing(
            self._log.connection, self._workspace_id, KINDS["schedule"], record.schedule_id
        )
        changed = diff(asdict(before) if before else {}, asdict(after) if after else {})
        self._log.enter(action, "schedule_override", record.id, schedule.name, changed)


def _sameness(record: OverrideRecord) -> _Sameness:
    return (
        record.schedule_id,
        record.participant,
        record.starts_at,
        record.ends_at,
        record.created_at,
    )
