"""Lists and objects with more entries than they may have, found before any entry is looked at.

Reading each of 300,000 entries to say of each that it is wrong takes seconds; a list that is too
long is wrong whatever is in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from annotated_types import MaxLen
from pydantic.fields import FieldInfo

from signalcraft.model.mistake import Code, Mistake, pointer
from signalcraft.model.resource import Part

_MOST_ENTRIES = 1000
"""How many entries a list may have that has no bound of its own, such as one of distinct words."""
_MOST_UNKNOWN = 100
"""How many fields that aren't there one object may name before no more is read of it."""


def oversized(part_type: type[Part], given: Any) -> list[Mistake]:
    """Every list and object in a decoded body that has too many entries."""
    return list(_oversized((part_type,), given, ""))


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What is known about how much a part may hold; of several types, what any of them may."""

    fields: frozenset[str]
    longest: Mapping[str, int]
    """By field, how many entries its list or map may have."""
    parts: Mapping[str, tuple[type[Part], ...]]
    """The fields that hold a part, or a list of parts, each with the types that it can be of."""


@cache
def _bounds(part_types: tuple[type[Part], ...]) -> _Bounds:
    longest: dict[str, int] = {}
    parts: dict[str, tuple[type[Part], ...]] = {}
    fields: set[str] = set()
    for part_type in part_types:
        for attribute, info in part_type.model_fields.items():
            name = info.alias or attribute
            fields.add(name)
            parts[name] = (*parts.get(name, ()), *_parts_in(info))
            bounds = [bound.max_length for bound in info.metadata if isinstance(bound, MaxLen)]
            if info.annotation is not Any:
                longest[name] = max(longest.get(name, 0), *(bounds or [_MOST_ENTRIES]), 0)
    return _Bounds(frozenset(fields), longest, parts)


def _parts_in(info: FieldInfo) -> tuple[type[Part], ...]:
    inside, parts = [info.annotation], []
    while inside:
        found = inside.pop()
        if isinstance(found, type) and issubclass(found, Part):
            parts.append(found)
        else:
            inside += get_args(found)
    return tuple(parts)


def _oversized(part_types: tuple[type[Part], ...], given: Any, at: str) -> Iterator[Mistake]:
    if not isinstance(given, dict):
        return
    bounds = _bounds(part_types)
    if len(given) > len(bounds.fields) + _MOST_UNKNOWN:
        detail = f"This has {len(given):,} fields. Remove those that don't exist."
        yield Mistake(at, Code.UNKNOWN_FIELD, detail)
        return
    for name, value in given.items():
        if name not in bounds.fields or not isinstance(value, dict | list):
            continue
        place = at + pointer([name])
        longest = bounds.longest.get(name)
        if longest is not None and len(value) > longest:
            yield Mistake(
                place, Code.TOO_LONG, f"List at most {longest:,}; this has {len(value):,}."
            )
        elif bounds.parts[name]:
            entries = enumerate(value) if isinstance(value, list) else [("", value)]
            for step, entry in entries:
                inside = place if step == "" else f"{place}/{step}"
                yield from _oversized(bounds.parts[name], entry, inside)
