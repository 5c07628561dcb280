"""The ids that a plan doesn't know yet: those of what it creates, wherever they are referred to."""

import hashlib
from collections import ChainMap, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from signalcraft.model.fields import NOBODY
from signalcraft.model.kinds import KINDS, Kind
from signalcraft.model.mistake import pointer
from signalcraft.model.parts import places_of_ids
from signalcraft.review.expressions import Expressions, Path, Reference
from signalcraft.review.plan import Plan, ResourceChange

_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"
_MARK = "\0unknown"


def planned_id(kind: Kind, address: str) -> str:
    """An id that stands for the one that a resource will get: the same for the same address, and
    of the form that ids of its kind have.
    """
    number = int.from_bytes(hashlib.sha256(address.encode()).digest()[:16])
    digits = ""
    for _ in range(26):
        number, digit = divmod(number, 32)
        digits = _BASE32[digit] + digits
    return f"{kind.id_prefix}_{digits}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is known only after the apply.

    `candidates` are the addresses of the resources of which it can be the id; none if it is no id.
    """

    pointer: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolved:
    """The fields of a resource after the apply: every id that can be told is filled in.

    `unknown` is what can't be told: an id that stands for nothing, or no value at all, is in its
    place. `ordered` are the lists whose ids were told apart by the order in which the
    configuration mentions them.
    """

    fields: dict[str, Any]
    unknown: tuple[Unknown, ...]
    ordered: tuple[str, ...]


class PlannedIds:
    """Fills in the ids of what a plan creates."""

    def __init__(self, plan: Plan) -> None:
        self._expressions = Expressions(plan.configuration)
        self._created: defaultdict[str, dict[str, ResourceChange]] = defaultdict(dict)
        self._ids: defaultdict[str, dict[str, ResourceChange]] = defaultdict(dict)
        for kind, resource in plan.managed():
            id = resource_id(kind, resource)
            self._ids[kind.name][id] = resource
            if "create" in resource.change.actions:
                self._created[kind.name][id] = resource
        # Data sources that are read during the apply: their ids are unknown, too.
        self._deferred = {
            resource.type.removeprefix("signalcraft_")
            for resource in plan.resource_changes
            if resource.mode == "data" and "read" in resource.change.actions
        }

    def resolve(self, kind: Kind, resource: ResourceChange) -> Resolved:
        """What a resource will be that the plan creates or changes."""
        places: dict[str, Path] = {}
        fields = _marked(resource.change.after, resource.change.after_unknown, (), places)
        fields.pop("id", None)
        of_kinds = {
            place.text: tuple(KINDS[name] for name in place.kinds)
            for place in places_of_ids(kind.body, fields)
            if place.text in places and KINDS.keys() >= {*place.kinds}
        }
        values: dict[str, Any] = {}
        unknown = [
            Unknown(pointer(path))
            for mark, path in places.items()
            if mark not in of_kinds and path != ("id",)
        ]
        ordered: list[str] = []
        for marks in _lists(places, of_kinds):
            group = _Group(of_kinds[marks[0]], [places[mark] for mark in marks], fields)
            ids, in_order = self._matched(resource, group)
            if ids is None:
                candidates = self._candidates(group.kinds)
                unknown += [Unknown(pointer(path), candidates) for path in group.paths]
                ids = [
                    planned_id(group.kinds[0], f"{resource.address}{path}") for path in group.paths
                ]
            elif in_order:
                ordered.append(pointer(group.paths[0][:-1]))
            values.update(zip(marks, ids, strict=True))
        return Resolved(_filled(fields, values), tuple(unknown), tuple(ordered))

    def _candidates(self, kinds: Iterable[Kind]) -> tuple[str, ...]:
        return tuple(sorted(r.address for kind in kinds for r in self._created[kind.name].values()))

    def _matched(
        self, resource: ResourceChange, group: "_Group"
    ) -> tuple[Sequence[str] | None, bool]:
        """The ids that belong at the places of a group, if they can be told; and whether it was by
        their order.
        """
        found = self._expressions.references(resource, group.paths[0])
        kinds = [kind.name for kind in group.kinds]
        created = dict(ChainMap(*(self._created[kind] for kind in kinds)))
        block_types = tuple(f"signalcraft_{kind}." for kind in kinds)
        mentioned = [item for item in found.items if item.block.startswith(block_types)]
        instances = [self._instances(kinds, item) for item in mentioned]
        if found.complete:
            created = {id: created[id] for each in instances for id in each if id in created}
        elif not self._deferred.isdisjoint(kinds):
            return None, False
        number = len(group.paths)
        if len(created) == 1:
            return list(created) * number, False
        if found.complete and all(len(each) == 1 for each in instances):
            in_order = [id for [id] in instances]
            if group.fits(in_order, created.keys()):
                return group.chosen(in_order), number > 1
        if len(created) == number and group.paths[0][0] == "member_ids":
            return sorted(created), False  # A team's members have no order.
        return None, False

    def _instances(self, kinds: Iterable[str], reference: Reference) -> list[str]:
        return [id for kind in kinds for id, r in self._ids[kind].items() if reference.means(r)]


def resource_id(kind: Kind, resource: ResourceChange) -> str:
    """The id of a resource instance: its own, or the one that stands for it until it is created."""
    values = resource.change.before or resource.change.after or {}
    if "create" not in resource.change.actions and isinstance(values.get("id"), str):
        return str(values["id"])
    return planned_id(kind, resource.address)


@dataclass(frozen=True)
class _Group:
    """The places in one list, or a single place, in which ids of some kinds are unknown."""

    kinds: tuple[Kind, ...]
    paths: Sequence[Path]
    fields: dict[str, Any]

    def fits(self, ids: Sequence[str], created: Iterable[str]) -> bool:
        """Whether these are as many as the list has ids, and agree with those that are known."""
        entries = self._entries()
        if len(entries) != len(ids):
            return False
        unknown, new = self._positions(), set(created)
        return all(
            id in new if i in unknown else id == entry
            for id, (i, entry) in zip(ids, entries, strict=True)
        )

    def chosen(self, ids: Sequence[str]) -> list[str]:
        """Those of a whole list's ids that are unknown."""
        unknown = self._positions()
        return [id for id, (i, _) in zip(ids, self._entries(), strict=True) if i in unknown]

    def _positions(self) -> list[int]:
        return [path[-1] if isinstance(path[-1], int) else 0 for path in self.paths]

    def _entries(self) -> Sequence[tuple[int, Any]]:
        """The list's ids, known or not, each with its place in the list."""
        *outer, last = self.paths[0]
        if not isinstance(last, int):
            return [(0, None)]
        found: Any = self.fields
        for step in outer:
            found = found[step]
        return [(i, entry) for i, entry in enumerate(found) if entry != NOBODY]


def _marked(value: Any, unknown: Any, path: Path, places: dict[str, Path]) -> Any:
    """A value with a mark of its own wherever it is unknown; notes where each mark is."""
    if unknown is True:
        mark = f"{_MARK}{len(places)}"
        places[mark] = path
        return mark
    if isinstance(unknown, dict):
        fields = dict(value or {})
        for name, inside in unknown.items():
            fields[name] = _marked(fields.get(name), inside, (*path, name), places)
        return fields
    if isinstance(unknown, list):
        items = list(value or ())
        for i, inside in enumerate(unknown):
            item = _marked(items[i] if i < len(items) else None, inside, (*path, i), places)
            items[i : i + 1] = [item]
        return items
    return value


def _filled(value: Any, values: dict[str, Any]) -> Any:
    """A value with these in place of their marks; null for a mark that has none."""
    if isinstance(value, dict):
        return {name: _filled(inside, values) for name, inside in value.items()}
    if isinstance(value, list):
        return [_filled(item, values) for item in value]
    if isinstance(value, str) and value.startswith(_MARK):
        return values.get(value)
    return value


def _lists(places: dict[str, Path], marked: Iterable[str]) -> Iterator[list[str]]:
    """The marks of ids, those in one list together."""
    groups: dict[Path, list[str]] = {}
    for mark in marked:
        path = places[mark]
        groups.setdefault(path[:-1] if isinstance(path[-1], int) else path, []).append(mark)
    yield from groups.values()
