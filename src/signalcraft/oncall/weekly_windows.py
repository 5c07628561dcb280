"""Windows of local time that return every week, as restrictions of rotations and rules have them."""

from bisect import bisect_right
from collections.abc import Iterable

from signalcraft.model.weekly_window import DAYS, WeeklyWindow
from signalcraft.oncall.local_time import (
    DAY,
    WEEK,
    Clock,
    LocalNanos,
    UtcNanos,
    read_time_of_day,
)

# 1970-01-01 was a Thursday, three days after a week's begin.
_FIRST_MONDAY = -3 * DAY

Window = tuple[LocalNanos, LocalNanos]


class WeeklyWindows:
    """Windows that return every week: each in local time since Monday 00:00, apart, in order."""

    __slots__ = ("_ends", "_starts", "_windows")

    def __init__(self, windows: Iterable[Window]) -> None:
        self._windows = tuple(windows)
        self._starts = [start for start, _ in self._windows]
        self._ends = [end for _, end in self._windows]

    @property
    def windows(self) -> tuple[Window, ...]:
        """Start and end of each."""
        return self._windows

    def interval(self, clock: Clock, at: UtcNanos) -> tuple[UtcNanos, UtcNanos, bool]:
        """The interval around an instant within, or without, a window: start, end, and which.

        A window lasts from the first instant at which the clock shows its start until the last
        at which it shows its end.
        """
        shown = clock.latest_shown(at)
        monday = _monday(shown)
        i = bisect_right(self._starts, shown - monday) - 1
        if i < 0:
            monday -= WEEK
            i = len(self._starts) - 1
        ends = clock.last(monday + self._ends[i])
        if at < ends:
            return clock.first(monday + self._starts[i]), ends, True
        i += 1
        if i == len(self._starts):
            monday += WEEK
            i = 0
        return ends, clock.first(monday + self._starts[i]), False

    def covers(self, clock: Clock, at: UtcNanos) -> bool:
        """Whether an instant is within a window: half of `interval`'s cost."""
        shown = clock.latest_shown(at)
        monday = _monday(shown)
        # At the start of a week its last window may still last: that of the week before.
        i = bisect_right(self._starts, shown - monday) - 1
        return at < clock.last(monday + self._ends[i] - (WEEK if i < 0 else 0))

    def overlap(self, start: LocalNanos, end: LocalNanos) -> bool:
        """Whether any window lies, in whole or in part, between two local times."""
        monday = _monday(start)
        i = bisect_right(self._starts, start - monday) - 1
        # Of those that have begun, the last one ends last: they are apart.
        ends = self._ends[i] if i >= 0 else self._ends[-1] - WEEK
        begins = self._starts[i + 1] if i + 1 < len(self._starts) else self._starts[0] + WEEK
        return start < monday + ends or monday + begins < end

    def between(
        self, clock: Clock, start: UtcNanos, end: UtcNanos
    ) -> Iterable[tuple[UtcNanos, UtcNanos]]:
        """The windows from `start` to `end`, and some around them: start and end, in order.

        Where the clocks are put back, one may end after the next has started.
        """
        first, last = clock.latest_shown(start) - DAY, clock.latest_shown(end)
        windows = [
            (monday + opens, monday + closes)
            for monday in range(_monday(first) - WEEK, last + 1, WEEK)
            for opens, closes in self._windows
            if monday + closes >= first and monday + opens <= last
        ]
        if not windows:
            return ()
        starts, ends = zip(*windows, strict=True)
        return zip(clock.firsts(starts), clock.lasts(ends), strict=True)


def _monday(local: LocalNanos) -> LocalNanos:
    """When the week of a local time began."""
    return local - (local - _FIRST_MONDAY) % WEEK


def weekly_windows(written: Iterable[WeeklyWindow]) -> WeeklyWindows | None:
    """The windows, joined; None where there are none, or no time is outside of them.

    Windows that overlap or touch are one: no change of the clocks can part them.
    """
    once = [window for each in written for window in _windows(each)]
    if not once:
        return None
    # With the weeks before and after, for those that reach across a week's end.
    windows = [(start + k * WEEK, end + k * WEEK) for k in (-1, 0, 1) for start, end in once]
    joined = _join(sorted(windows))
    if any(end - start >= WEEK for start, end in joined):
        return None
    return WeeklyWindows((start, end) for start, end in joined if 0 <= start < WEEK)


def _windows(written: WeeklyWindow) -> Iterable[Window]:
    start = read_time_of_day(written.start_time)
    end = read_time_of_day(written.end_time)
    if end <= start:
        end += DAY
    for day in written.days:
        midnight = DAYS.index(day) * DAY
        yield midnight + start, midnight + end


def _join(windows: Iterable[Window]) -> list[Window]:
    joined: list[Window] = []
    for start, end in windows:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
