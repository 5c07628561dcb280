"""Who is on call on a schedule for a while, whatever its rotations say."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from whenever import Instant

from signalcraft.model.fields import NOBODY
from signalcraft.oncall.intervals import Duty, Interval, Span
from signalcraft.oncall.local_time import BEGINNING, END, UtcNanos, nanos
from signalcraft.oncall.people import People


@dataclass(frozen=True, slots=True)
class Override:
    """Who is on call from `starts_at` until before `ends_at`, whoever the rotations name.

    Where two overlap, the one created later wins: the one of greater `order`. Clocks have no say in
    it, since they can be set back.
    """

    id: str
    participant: str
    """Id of a user or a team, or `nobody`."""
    starts_at: Instant
    ends_at: Instant
    order: int
    """A number that grows with each override that is created, such as the workspace's revision."""


class OverrideLayer:
    """The overrides of a schedule, as one layer over its rotations."""

    __slots__ = ("_bounds", "_duties")

    def __init__(self, overrides: Iterable[Override], people: People) -> None:
        # Between _bounds[i] and _bounds[i + 1], _duties[i] holds.
        self._bounds, self._duties = _flatten(overrides, people)

    def interval(self, at: UtcNanos) -> Interval:
        """The interval around an instant in which one override, or none, holds."""
        i = bisect_right(self._bounds, at) - 1
        return Interval(self._bounds[i], self._bounds[i + 1], self._duties[i])

    def spans(self, start: UtcNanos, end: UtcNanos) -> list[Span]:
        """The overrides that hold from `start` to `end`, clipped to them."""
        first = bisect_right(self._bounds, start) - 1
        bounds = self._bounds[first : bisect_left(self._bounds, end) + 1]
        return [
            (max(starts, start), min(ends, end), duty)
            for (starts, ends), duty in zip(pairwise(bounds), self._duties[first:], strict=False)
            if duty is not None
        ]


def _flatten(
    overrides: Iterable[Override], people: People
) -> tuple[list[UtcNanos], list[Duty | None]]:
    """The bounds at which the winning override changes, and the winner after each.

    One that names somebody who is off, or a team without members, is passed over, so that what is
    below it holds. Only `nobody` itself leaves nobody on call.
    """
    ordered = sorted(
        (
            override
            for override in overrides
            if override.starts_at < override.ends_at
            and (override.participant == NOBODY or people.behind(override.participant))
        ),
        key=lambda override: (override.order, override.id),
    )
    events = sorted(
        event
        for rank, override in enumerate(ordered)
        for event in ((nanos(override.starts_at), rank), (nanos(override.ends_at), rank))
    )
    bounds: list[UtcNanos] = [BEGINNING]
    duties: list[Duty | None] = [None]
    active: list[int] = []
    for at, rank in events:
        if rank in active:
            active.remove(rank)
        else:
            insort(active, rank)
        winner = ordered[active[-1]] if active else None
        duty = Duty(people.behind(winner.participant), None, winner.id) if winner else None
        if bounds[-1] == at:
            duties[-1] = duty
        elif duties[-1] != duty:
            bounds.append(at)
            duties.append(duty)
    return [*bounds, END], duties
