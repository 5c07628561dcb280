"""Whose turn it is on a rotation."""

from collections.abc import Iterable

from signalcraft.model.schedule import Rotation
from signalcraft.oncall.hand_overs import HandOvers
from signalcraft.oncall.intervals import Duty, Interval, Span, extend
from signalcraft.oncall.local_time import (
    BEGINNING,
    END,
    UtcNanos,
    clock,
    read_local,
)
from signalcraft.oncall.people import People
from signalcraft.oncall.weekly_windows import weekly_windows


class RotationTimeline:
    """A rotation in its own time zone, or else its schedule's.

    Its hand-overs are at local times that the clocks have no say in, and turn n belongs to
    `participants[n mod len]`. Where nobody is behind that, nobody has the turn.
    """

    __slots__ = ("_begins", "_clock", "_duties", "_ends", "_hand_overs", "_windows")

    def __init__(self, rotation: Rotation, schedule_zone: str, people: People) -> None:
        self._clock = clock(rotation.time_zone or schedule_zone)
        self._duties = tuple(
            Duty(user_ids, rotation.name, None) if user_ids else None
            for user_ids in map(people.behind, rotation.participants)
        )
        self._windows = weekly_windows(rotation.restrictions)
        self._hand_overs = HandOvers(rotation, self._windows)
        self._begins = self._clock.first(self._hand_overs.local(0))
        self._ends = END
        if rotation.ends_at is not None:
            # The second of two: the rotation lasts as long as its end can be read to mean.
            self._ends = self._clock.last(read_local(rotation.ends_at))

    def interval(self, at: UtcNanos) -> Interval:
        """The interval around an instant in which one participant, or nobody, has the turn.

        It costs the same however long ago the rotation began: the local time that the clock
        shows says which turn it is. A turn that comes out empty, because the clocks skipped it,
        is never the one.
        """
        if at < self._begins:
            return Interval(BEGINNING, self._begins, None)
        if at >= self._ends:
            return Interval(self._ends, END, None)
        opens, closes = self._begins, self._ends
        if self._windows is not None:
            opens, closes, within = self._windows.interval(self._clock, at)
            if not within:
                return Interval(opens, closes, None)
        turn = self._turn(at)
        starts = self._clock.first(self._hand_overs.local(turn))
        ends = self._clock.first(self._hand_overs.local(turn + 1))
        return Interval(
            max(starts, opens),
            min(ends, closes, self._ends),
            self._duties[turn % len(self._duties)],
        )

    def spans(self, start: UtcNanos, end: UtcNanos) -> list[Span]:
        """Who has the turn from `start` to `end`, clipped to them, in order of time.

        The same as asking `interval` again and again, at a tenth of the cost.
        """
        start, end = max(start, self._begins), min(end, self._ends)
        spans: list[Span] = []
        if start >= end:
            return spans
        turn = self._turn(start)
        ends = self._clock.firsts(self._hand_overs.between(turn + 1, self._turn(end) + 1))
        i, at = 0, start
        for opens, closes in self._windows_between(start, end):
            at = max(at, opens)
            while at < closes and at < end:
                while ends[i] <= at:
                    i += 1
                until = min(closes, ends[i], end)
                duty = self._duties[(turn + i) % len(self._duties)]
                if duty is not None:
                    extend(spans, at, until, duty)
                at = until
        return spans

    def _turn(self, at: UtcNanos) -> int:
        """Which turn it is at an instant, from 0."""
        return self._hand_overs.turn(self._clock.latest_shown(at))

    def _windows_between(
        self, start: UtcNanos, end: UtcNanos
    ) -> Iterable[tuple[UtcNanos, UtcNanos]]:
        if self._windows is None:
            return [(start, end)]
        return self._windows.between(self._clock, start, end)
