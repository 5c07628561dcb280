"""Who was on call: a schedule as it was at each moment, with the overrides of then."""

from bisect import bisect_right
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from typing_extensions import override
from whenever import Instant

from signalcraft.oncall.errors import HistoryNotKept, TooManyShifts
from signalcraft.oncall.intervals import Interval, Span, extend
from signalcraft.oncall.local_time import END, UtcNanos, instant, nanos
from signalcraft.oncall.roster import DutyTimeline, Roster


class Epoch(NamedTuple):
    """A time in which a schedule, its overrides and its people didn't change. It ends with the next."""

    starts: UtcNanos
    revision: int | None
    """The revision that began it; None for what was before all that is known."""
    roster: Roster


class RosterHistory(DutyTimeline):
    """A schedule through its epochs. The last one is the present, which holds for the future too."""

    __slots__ = ("_epochs", "_starts")

    def __init__(self, epochs: Sequence[Epoch]) -> None:
        """`epochs` are in order of time. What was before the first is not known: asking about it
        raises `HistoryNotKept`.
        """
        self._epochs = epochs
        self._starts = [epoch.starts for epoch in epochs]

    def revision(self, at: Instant) -> int | None:
        """The revision that was in force at an instant; None for what was before all that is
        known.
        """
        return self._epochs[self._index(nanos(at))].revision

    def changes(self, start: Instant, end: Instant) -> list[tuple[int, Instant]]:
        """The revisions at which the schedule, its overrides or its people changed after one instant
        and before another, each with its time.
        """
        first, last = nanos(start), nanos(end)
        return [
            (epoch.revision, instant(epoch.starts))
            for epoch in self._epochs[self._index(first) + 1 :]
            if epoch.starts < last and epoch.revision is not None
        ]

    @property
    def made_of(self) -> AbstractSet[str]:
        """Ids of the users and teams whose changes can change the answers."""
        return {id for epoch in self._epochs for id in epoch.roster.made_of}

    @override
    def interval(self, at: UtcNanos) -> Interval:
        index = self._index(at)
        starts, ends = self._bounds(index)
        found = self._epochs[index].roster.interval(at)
        return Interval(max(starts, found.starts), min(ends, found.ends), found.duty)

    @override
    def spans(self, start: UtcNanos, end: UtcNanos, at_most: int | None = None) -> list[Span]:
        spans: list[Span] = []
        for index in range(self._index(start), len(self._epochs)):
            starts, ends = self._bounds(index)
            if starts >= end:
                break
            roster = self._epochs[index].roster
            part = roster.spans(max(starts, start), min(ends, end))
            if part and spans:  # A shift that the change left alone goes on.
                extend(spans, *part.pop(0))
            spans += part
            if at_most is not None and len(spans) > at_most:
                raise TooManyShifts(at_most)
        return spans

    def _index(self, at: UtcNanos) -> int:
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            raise HistoryNotKept(instant(self._starts[0]).format_iso())
        return index

    def _bounds(self, index: int) -> tuple[UtcNanos, UtcNanos]:
        ends = self._starts[index + 1] if index + 1 < len(self._starts) else END
        return self._starts[index], ends
