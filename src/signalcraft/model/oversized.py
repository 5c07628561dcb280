"""Lists and objects with more entries than they may have, found before any entry is looked at.

Reading each of 300,000 entries to say of each that it is wrong takes seconds; a list that is too
long is wrong whatever is in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_origin

from annotated_types import MaxLen
from pydantic.fields import FieldInfo

from signalcraft.model.mistake import Code, Mistake, pointer
from signalcraft.model.resource import Part

Path = tuple[str | int, ...]

_MOST_ENTRIES = 1000
"""How many entries a list may have that has no bound of its own, such as one of distinct words."""
_MOST_UNKNOWN = 100
"""How many fields that aren't there one object may name before no more is read of it."""
_MANY = (Any, list, tuple, dict, frozenset, Mapping)
"""The types of fields that hold several values."""


def oversized(part_type: type[Part], given: Any) -> list[Mistake]:
    """Every list and object in a decoded body that has too many entries."""
    return _in_part((part_type,), given, ()) if isinstance(given, dict) else []


@dataclass(frozen=True, slots=True)
class _Holder:
    """A field that holds several values."""

    name: str
    longest: int | None
    """How many entries its list or map may have; None for as many as it likes."""
    parts: tuple[type[Part], ...]
    """What it holds: a part, or a list of parts, each of one of these types."""


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What is known about how much a part may hold; of several types, what any of them may."""

    most_fields: int
    holders: tuple[_Holder, ...]


@cache
def _bounds(part_types: tuple[type[Part], ...]) -> _Bounds:
    holders: dict[str, _Holder] = {}
    names: set[str] = set()
    for part_type in part_types:
        for attribute, info in part_type.model_fields.items():
            name = info.alias or attribute
            names.add(name)
            if _holds_several(info):
                holders[name] = _wider(holders.get(name), _holder(name, info))
    return _Bounds(len(names) + _MOST_UNKNOWN, tuple(holders.values()))


def _holder(name: str, info: FieldInfo) -> _Holder:
    bounds = [bound.max_length for bound in info.metadata if isinstance(bound, MaxLen)]
    longest = None if info.annotation is Any else max(bounds, default=_MOST_ENTRIES)
    return _Holder(name, longest, tuple(filter(_is_part, _types_in(info))))


def _wider(one: _Holder | None, other: _Holder) -> _Holder:
    """The same field of two types of parts: what either may hold."""
    if one is None:
        return other
    either = (one.longest, other.longest)
    longest = None if None in either else max(bound for bound in either if bound is not None)
    return _Holder(one.name, longest, (*one.parts, *other.parts))


def _holds_several(info: FieldInfo) -> bool:
    """Whether a field's value may be a list or an object."""
    return any(kind in _MANY or _is_part(kind) for kind in _types_in(info))


def _is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Part)


def _types_in(info: FieldInfo) -> list[Any]:
    """All types that a field's annotation names, those of what it holds too."""
    inside, found = [info.annotation], []
    while inside:
        annotation = inside.pop()
        found.append(get_origin(annotation) or annotation)
        inside += get_args(annotation)
    return found


def _in_part(
    part_types: tuple[type[Part], ...], given: dict[str, Any], path: Path
) -> list[Mistake]:
    bounds = _bounds(part_types)
    if len(given) > bounds.most_fields:
        detail = f"This has {len(given):,} fields. Remove those that don't exist."
        return [Mistake(pointer(path), Code.UNKNOWN_FIELD, detail)]
    found: list[Mistake] = []
    for holder in bounds.holders:
        value = given.get(holder.name)
        if isinstance(value, dict | list):
            found += _in_value(holder, value, (*path, holder.name))
    return found


def _in_value(holder: _Holder, value: Any, path: Path) -> list[Mistake]:
    if holder.longest is not None and len(value) > holder.longest:
        detail = f"List at most {holder.longest:,}; this has {len(value):,}."
        return [Mistake(pointer(path), Code.TOO_LONG, detail)]
    if not holder.parts:
        return []
    if isinstance(value, dict):
        return _in_part(holder.parts, value, path)
    if not _bounds(holder.parts).holders and _most_fields(value) <= _MOST_UNKNOWN:
        return []  # Most entries hold nothing but texts and numbers, and there are many.
    found: list[Mistake] = []
    for step, entry in enumerate(value):
        if isinstance(entry, dict):
            found += _in_part(holder.parts, entry, (*path, step))
    return found


def _most_fields(entries: list[Any]) -> int:
    """How many fields the largest object in a list has."""
    return max([len(entry) for entry in entries if isinstance(entry, dict)], default=0)
