"""What a workspace's configuration will be once a plan is applied."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signalcraft.model.draft import read_draft
from signalcraft.model.fields import NOBODY
from signalcraft.model.kinds import Kind
from signalcraft.model.parts import references_in
from signalcraft.model.resource import Resource
from signalcraft.model.user import User
from signalcraft.oncall.override import Override
from signalcraft.review.plan import Plan, ResourceChange
from signalcraft.review.planned_ids import PlannedIds, Unknown, resource_id
from signalcraft.review.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Waiting:
    """A resource that the plan deletes, and that stays for as long as others refer to it."""

    id: str
    blockers: tuple[str, ...]


@dataclass(frozen=True)
class Projection:
    """The configuration before and after.

    `unknown` says of resources, by id, what of them can't be told before the apply; they are in
    `after` as far as they are known. `ordered` are the resources with a list in which new ids were
    told apart by the order in which the configuration mentions them. `stale` are the resources
    that are different from what the plan was made from.
    """

    before: Snapshot
    after: Snapshot
    unknown: Mapping[str, tuple[Unknown, ...]]
    ordered: tuple[str, ...]
    stale: tuple[str, ...]
    waiting: tuple[Waiting, ...]


def project(plan: Plan, before: Snapshot) -> Projection:
    """The configuration that applying a plan makes of another one."""
    return _Projecting(plan, before).projection()


class _Projecting:
    """Applies a plan to a copy of a configuration, resource by resource."""

    def __init__(self, plan: Plan, before: Snapshot) -> None:
        self._before = before
        self._planned_ids = PlannedIds(plan)
        self._resources = dict(before.resources)
        self._deleted: dict[str, Resource] = {}
        self._written: set[str] = set()
        self._unknown: dict[str, tuple[Unknown, ...]] = {}
        self._ordered: list[str] = []
        self._stale: list[str] = []
        for kind, change in plan.managed():
            if kind.singleton:
                self._settings(kind, change)
            else:
                self._check_before(kind, change)
                self._apply(kind, change)

    def projection(self) -> Projection:
        """Before and after."""
        self._release()
        waiting = tuple(self._waiting())
        return Projection(
            self._before,
            Snapshot(self._resources, self._overrides(), leaving=self._leaving(waiting)),
            self._unknown,
            tuple(self._ordered),
            tuple(self._stale),
            waiting,
        )

    def _apply(self, kind: Kind, change: ResourceChange) -> None:
        actions = set(change.change.actions)
        if "delete" in actions:
            id = _id_before(change)
            if id in self._resources:
                self._deleted[id] = self._resources.pop(id)
        if not actions & {"create", "update"}:
            return
        id = resource_id(kind, change)
        resolved = self._planned_ids.resolve(kind, change)
        draft = read_draft(kind, json.dumps(resolved.fields).encode())
        missing = tuple(Unknown(mistake.pointer) for mistake in draft.mistakes)
        self._written.add(id)
        if draft.resource is not None:
            self._resources[id] = draft.resource
        if resolved.unknown or missing:
            self._unknown[id] = resolved.unknown or missing
        if resolved.ordered:
            self._ordered.append(id)

    def _settings(self, kind: Kind, change: ResourceChange) -> None:
        """The workspace is there before and after; what isn't written stays as it is."""
        if not set(change.change.actions) & {"create", "update"}:
            return
        [(id, settings)] = self._before.all(kind.body).items()
        resolved = self._planned_ids.resolve(kind, change)
        unwritten = {unknown.pointer.removeprefix("/") for unknown in resolved.unknown}
        written = {name: v for name, v in resolved.fields.items() if name not in unwritten}
        merged = json.loads(settings.model_dump_json()) | written
        draft = read_draft(kind, json.dumps(merged).encode())
        if draft.resource is None:
            self._unknown[id] = tuple(Unknown(mistake.pointer) for mistake in draft.mistakes)
        else:
            self._resources[id] = draft.resource

    def _check_before(self, kind: Kind, change: ResourceChange) -> None:
        if change.change.before is None:
            return
        id = _id_before(change)
        if read_body(kind, change.change.before) != self._before.resources.get(id):
            self._stale.append(id)

    def _waiting(self) -> Iterator[Waiting]:
        """Puts back what is still referred to, since the server keeps that for as long."""
        blockers: defaultdict[str, list[str]] = defaultdict(list)
        found = list(self._resources)
        while found:
            id = found.pop()
            for target in _references(self._resources[id]):
                blockers[target].append(id)
                if target in self._deleted and target not in self._resources:
                    self._resources[target] = self._deleted[target]
                    found.append(target)
        for id in self._deleted:
            if id in self._resources:
                yield Waiting(id, tuple(sorted(blockers[id])))

    def _release(self) -> None:
        """Takes out what was marked for deletion before, and isn't written now. The last owner stays
        for another reason than references.
        """
        for id in self._before.leaving - self._written:
            resource = self._resources.get(id)
            if resource and not (isinstance(resource, User) and resource.role == "owner"):
                self._deleted[id] = self._resources.pop(id)

    def _leaving(self, waiting: Iterable[Waiting]) -> frozenset[str]:
        """What is marked for deletion afterwards: a write takes the mark away."""
        marked = self._before.leaving - self._written
        return frozenset({*marked, *(each.id for each in waiting)}) & self._resources.keys()

    def _overrides(self) -> dict[str, Sequence[Override]]:
        """Overrides go with whom they put on call, and with their schedule."""
        there = {NOBODY, *self._resources}
        return {
            schedule: [override for override in overrides if override.participant in there]
            for schedule, overrides in self._before.overrides.items()
            if schedule in self._resources
        }


def read_body(kind: Kind, values: Mapping[str, Any] | None) -> Resource | None:
    """A resource in Terraform's values; None if there are none, or none that the model takes."""
    if values is None:
        return None
    fields = {name: value for name, value in values.items() if name != "id"}
    return read_draft(kind, json.dumps(fields).encode()).resource


def _id_before(change: ResourceChange) -> str:
    return str((change.change.before or {}).get("id", ""))


def _references(resource: Resource) -> set[str]:
    found = references_in(type(resource), json.loads(resource.model_dump_json()))
    return {reference.id for reference in found}
