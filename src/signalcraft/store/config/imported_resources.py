"""The resources of an export, on their way into a workspace."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import bindparam, select

from signalcraft.model.draft import Draft, read_draft
from signalcraft.model.export import Export, Exported
from signalcraft.model.ids import new_id
from signalcraft.model.kinds import KINDS
from signalcraft.model.parts import Reference
from signalcraft.model.problem import Problem
from signalcraft.store.config import records
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.config.write import Write
from signalcraft.store.db.statement import Statement, among
from signalcraft.store.db.tables import resource

_TAKEN = Statement(select(resource.c.id).where(among(resource.c.id, "ids")))
_ALL = Statement(
    select(resource.c.kind, resource.c.id)
    .where(resource.c.workspace_id == bindparam("workspace_id"))
    .order_by(resource.c.id)
)
_RANKS = {name: rank for rank, name in enumerate(KINDS)}


class ImportedResources:
    """What the workspace has in place of each resource of an export, and what it lacks."""

    def __init__(self, log: ChangeLog, export: Export) -> None:
        self.mistakes: list[str] = []
        """What keeps resources from being written."""
        self.unchanged = 0
        self._log = log
        self._write = Write(log)
        self._workspace_id = log.author.workspace_id
        self._export = export
        self._failed: set[str] = set()
        named = Counter(map(_name, export.resources))
        self._shared = {name for name, count in named.items() if count > 1}
        self._existing = self._by_id()
        self._existing |= self._by_name(set(self._existing.values()))
        self._ids = self._existing | self._new_ids()

    def id(self, exported_id: str) -> str:
        """The id that a resource of the export has in the workspace."""
        return self._ids[exported_id]

    def lacks(self, references: Iterable[Reference]) -> bool:
        """Whether one of these could not be written: what refers to it can only fail, too."""
        return any(reference.id in self._failed for reference in references)

    def write(self) -> None:
        """Creates and replaces the resources."""
        for exported in sorted(self._export.resources, key=self._order):
            self._write_one(exported)

    def delete_others(self) -> None:
        """Deletes the workspace's other resources, except the author and the author's trusts."""
        kept = {self._workspace_id, self._log.author.id, *self._ids.values()}
        rows = self._log.connection.all(_ALL, workspace_id=self._workspace_id)
        others = [(kind, id) for kind, id in rows if id not in kept]
        for kind, id in sorted(others, key=lambda other: -_RANKS[other[0]]):
            self._delete(kind, id)

    def _delete(self, kind: str, id: str) -> None:
        record = records.find(self._log.connection, self._workspace_id, KINDS[kind], id)
        if record is None:  # It went with another, for which it was waiting.
            return
        if record.fields.get("service_account_id") == self._log.author.id:
            return
        self._write.delete(KINDS[kind], id, when_unreferenced=True)

    def _order(self, exported: Exported) -> tuple[int, int, bool]:
        """The order of writing. Owners come first, so that there is one before another stops being
        one; the workspace comes last, because it refers to its default policy. Of a kind, what may
        give up a name comes before what is new.
        """
        kind = exported.draft.kind
        step = 2 if kind.singleton else int(exported.draft.fields.get("role") != "owner")
        return step, _RANKS[kind.name], exported.id not in self._existing

    def _write_one(self, exported: Exported) -> None:
        if self.lacks(exported.draft.references):
            self._failed.add(exported.id)
            return
        draft = _rewritten(exported.draft, self._ids)
        existing = self._existing.get(exported.id)
        try:
            if existing is None and _name(exported) in self._shared:
                self._write.create_sharing(draft, self._ids[exported.id])
            elif existing is None:
                self._write.create(draft, self._ids[exported.id])
            elif self._write.replace(existing, draft).before is None:
                self.unchanged += 1
        except Problem as problem:
            self._failed.add(exported.id)
            said = [mistake.detail for mistake in problem.errors] or [problem.detail]
            self.mistakes += [f"{exported.place}: {each}" for each in said]

    def _by_id(self) -> dict[str, str]:
        """What the workspace has under the same id; the workspace itself, whatever its id."""
        rows = self._log.connection.all(_ALL, workspace_id=self._workspace_id)
        there = {(kind, id) for kind, id in rows}
        return {
            exported.id: self._workspace_id if exported.draft.kind.singleton else exported.id
            for exported in self._export.resources
            if exported.draft.kind.singleton or (exported.draft.kind.name, exported.id) in there
        }

    def _by_name(self, claimed: set[str]) -> dict[str, str]:
        """What else the workspace has under the same name (users: e-mail address)."""
        found: dict[str, str] = {}
        for exported_id, id in self._namesakes():
            if exported_id not in self._existing and id not in claimed:
                claimed.add(id)  # Of several with the name in the file, the others are new.
                found[exported_id] = id
        return found

    def _namesakes(self) -> Iterator[tuple[str, str]]:
        for exported in self._export.resources:
            kind = exported.draft.kind
            key = str(exported.draft.natural_key)
            found = records.named(self._log.connection, self._workspace_id, kind, key)
            holders = [record for record in found if not record.deletion_requested_at]
            holder = holders[0] if len(holders) == 1 else records.marked_last(found)
            if holder:
                yield exported.id, holder.id

    def _new_ids(self) -> dict[str, str]:
        """The ids of what is to be created: their own, where nothing has them."""
        new = {e.id: e.draft.kind for e in self._export.resources if e.id not in self._existing}
        rows = self._log.connection.all(_TAKEN, ids=json.dumps(list(new)))
        taken = {id for (id,) in rows}
        return {id: new_id(kind.id_prefix) if id in taken else id for id, kind in new.items()}


def _name(exported: Exported) -> tuple[str, str]:
    """What a resource is called among those of its kind, as it is compared."""
    kind = exported.draft.kind
    return kind.name, kind.fold(str(exported.draft.natural_key))


def _rewritten(draft: Draft, ids: Mapping[str, str]) -> Draft:
    """A draft that refers to the same things by the ids that they have in the workspace."""
    if all(ids[reference.id] == reference.id for reference in draft.references):
        return draft
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
