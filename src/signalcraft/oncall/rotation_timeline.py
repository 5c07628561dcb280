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

Turn = tuple[UtcNanos, UtcNanos, int]
"""When a turn, or a part of one, starts and ends, and its number."""

Rhythm = tuple[object, ...]


class RotationTimeline:
    """A rotation in its own time zone, or else its schedule's.

    Its hand-overs are at local times that the clocks have no say in, and turn n belongs to
    `participants[n mod len]`. Where nobody is behind that, nobody has the turn.
    """

    __slots__ = ("_begins", "_clock", "_duties", "_ends", "_hand_overs", "_windows", "rhythm")

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
        zone = rotation.time_zone or schedule_zone
        windows = self._windows.windows if self._windows else ()
        self.rhythm: Rhythm = (zone, self._hand_overs.rhythm, windows, self._ends)
        """What its turns depend on: rotations of the same rhythm differ only in who takes them."""

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
        turn, begins, ends = self._hand_overs.turn(self._clock.latest_shown(at))
        return Interval(
            max(self._clock.first(begins), opens),
            min(self._clock.first(ends), closes, self._ends),
            self._duties[turn % len(self._duties)],
        )

    def spans(self, start: UtcNanos, end: UtcNanos) -> list[Span]:
        """Who has the turn from `start` to `end`, clipped to them, in order of time.

        The same as asking `interval` again and again, at a tenth of the cost.
        """
        spans: list[Span] = []
        self.extend(spans, self.turns(start, end))
        return spans

    def extend(self, spans: list[Span], turns: Iterable[Turn]) -> None:
        """Adds who has these turns, which are its own or those of a rotation of the same rhythm."""
        duties, count = self._duties, len(self._duties)
        for at, until, turn in turns:
            duty = duties[turn % count]
            if duty is not None:
                extend(spans, at, until, duty)

    def turns(self, start: UtcNanos, end: UtcNanos) -> list[Turn]:
        """The turns from `start` to `end`, clipped to them and to the restrictions, in order."""
        start, end = max(start, self._begins), min(end, self._ends)
        turns: list[Turn] = []
        if start >= end:
            return turns
        turn = self._turn(start)
        ends = self._clock.firsts(self._hand_overs.between(turn + 1, self._turn(end) + 1))
        i, at = 0, start
        for opens, closes in self._windows_between(start, end):
            at = max(at, opens)
            while at < closes and at < end:
                while ends[i] <= at:
                    i += 1
                until = min(closes, ends[i], end)
                turns.append((at, until, turn + i))
                at = until
        return turns

    def _turn(self, at: UtcNanos) -> int:
        """Which turn it is at an instant, from 0."""
        turn, _, _ = self._hand_overs.turn(self._clock.latest_shown(at))
        return turn

    def _windows_between(
        self, start: UtcNanos, end: UtcNanos
    ) -> Iterable[tuple[UtcNanos, UtcNanos]]:
        if self._windows is None:
            return [(start, end)]
        return self._windows.between(self._clock, start, end)
