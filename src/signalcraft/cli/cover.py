"""Covering shifts: the overrides that it takes, and who is on call by them instead of whom."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from whenever import Instant

from signalcraft.client import Shift


class Cover(NamedTuple):
    """An override to create: `people` are the ids of the users whom its participant puts on call."""

    participant: str
    people: tuple[str, ...]
    starts_at: Instant
    ends_at: Instant


class Turn(NamedTuple):
    """A time in which others are on call than before: ids of users, none for nobody."""

    starts_at: Instant
    ends_at: Instant
    before: tuple[str, ...]
    after: tuple[str, ...]


class SharedShift(ValueError):
    """A shift that somebody has with others, so that it can't be swapped."""

    def __init__(self, shift: Shift) -> None:
        super().__init__(shift)
        self.shift = shift


def swapped(shifts: Iterable[Shift], one: str, other: str) -> list[Cover]:
    """What puts each of two users on call in the other's shifts. Raises `SharedShift`."""
    return [
        Cover(user_id, (user_id,), shift.starts_at, shift.ends_at)
        for shift in shifts
        if (user_id := _instead(shift, one, other))
    ]


def _instead(shift: Shift, one: str, other: str) -> str | None:
    if {one, other}.isdisjoint(shift.user_ids):
        return None
    if len(shift.user_ids) > 1:
        raise SharedShift(shift)
    return other if shift.user_ids == (one,) else one


def turns(
    shifts: Sequence[Shift], covers: Iterable[Cover], start: Instant, end: Instant
) -> list[Turn]:
    """Where others are on call by the covers than by the shifts between two instants."""
    found = []
    for cover in covers:
        for starts_at, ends_at, before in _gapless(shifts, start, end):
            first, last = max(starts_at, cover.starts_at), min(ends_at, cover.ends_at)
            if first < last and set(before) != set(cover.people):
                found.append(Turn(first, last, before, cover.people))
    return sorted(found)


def _gapless(
    shifts: Sequence[Shift], start: Instant, end: Instant
) -> Iterator[tuple[Instant, Instant, tuple[str, ...]]]:
    """The shifts, and the gaps before, between and after them."""
    covered = start
    for shift in shifts:
        if covered < shift.starts_at:
            yield covered, shift.starts_at, ()
        yield shift.starts_at, shift.ends_at, shift.user_ids
        covered = shift.ends_at
    if covered < end:
        yield covered, end, ()
