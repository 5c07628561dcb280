"""Intervals of time in which one answer holds."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from signalcraft.oncall.local_time import BEGINNING, UtcNanos


class Duty(NamedTuple):
    """Who is on call, and which rotation or override says so.

    `user_ids` is empty only where an override says that nobody is on call.
    """

    user_ids: tuple[str, ...]
    rotation: str | None
    override_id: str | None


class Interval(NamedTuple):
    """From `starts` until before `ends`, `duty` holds: None while nobody is on call.

    Intervals are cut where an answer may change, so two in a row can have the same duty.
    """

    starts: UtcNanos
    ends: UtcNanos
    duty: Duty | None


# When somebody starts, when they end, and on what duty. Plain tuples: a year of a schedule makes
# thousands, and a named one takes eight times as long to make.
Span = tuple[UtcNanos, UtcNanos, Duty]


def extend(spans: list[Span], starts: UtcNanos, ends: UtcNanos, duty: Duty) -> None:
    """Adds a span after the others, as a part of the last where that goes on without a break."""
    if spans and spans[-1][1] == starts and spans[-1][2] == duty:
        spans[-1] = (spans[-1][0], ends, duty)
    else:
        spans.append((starts, ends, duty))


def layered(upper: Sequence[Span], lower: Sequence[Span]) -> list[Span]:
    """The spans of `upper`, and those of `lower` in the gaps between them, in order of time."""
    if not upper:
        return list(lower)
    spans: list[Span] = []
    i, covered = 0, BEGINNING
    for starts, ends, duty in lower:
        at = max(starts, covered)
        while i < len(upper) and upper[i][0] < ends:
            above = upper[i]
            if at < above[0]:
                spans.append((at, above[0], duty))
            spans.append(above)
            covered = above[1]
            at = max(at, covered)
            i += 1
        if at < ends:
            spans.append((at, ends, duty))
    spans += upper[i:]
    return spans


def cover(spans: Sequence[Span], start: UtcNanos, end: UtcNanos) -> bool:
    """Whether the spans leave no gap between two instants that they are clipped to."""
    return (
        bool(spans)
        and (spans[0][0], spans[-1][1]) == (start, end)
        and all(before[1] == after[0] for before, after in pairwise(spans))
    )
