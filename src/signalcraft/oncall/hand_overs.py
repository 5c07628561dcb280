"""When a rotation hands over, in local time."""

from bisect import bisect_right
from math import gcd

from signalcraft.model.schedule import Rotation
from signalcraft.oncall.local_time import DAY, END, HOUR, WEEK, LocalNanos, read_local
from signalcraft.oncall.weekly_windows import WeeklyWindows

_UNITS = {"hour": HOUR, "day": DAY, "week": WEEK}


def shift_length(rotation: Rotation) -> LocalNanos:
    """How long a shift of a rotation is, in nanoseconds of local time."""
    return rotation.shift_length * _UNITS[rotation.shift_unit]


class HandOvers:
    """The hand-overs of a rotation, numbered from 0: turn n lasts from hand-over n to the next.

    They repeat after a period, a week's multiple if only worked shifts count, so each is found at
    the same cost however old the rotation is.
    """

    __slots__ = ("_bounds", "_offsets", "_period", "_starts_at")

    def __init__(self, rotation: Rotation, windows: WeeklyWindows | None) -> None:
        self._starts_at = read_local(rotation.starts_at)
        self._period = shift_length(rotation)
        # From the period's start, in order; at most the 168 hours of a week.
        self._offsets: tuple[LocalNanos, ...] = (0,)
        if rotation.counted_shifts == "worked" and windows is not None:
            self._count_worked(windows)
        if len(set(rotation.participants)) == 1:
            # Nobody to hand over to: one turn that outlasts every calendar.
            self._starts_at += self._offsets[0]
            self._offsets, self._period = (0,), END // 2
        # The same, between the last of the period before and the first of the one after.
        first, last = self._offsets[0], self._offsets[-1]
        self._bounds = (last - self._period, *self._offsets, first + self._period)

    @property
    def rhythm(self) -> tuple[LocalNanos, int, tuple[LocalNanos, ...]]:
        """What tells when its hand-overs are."""
        return self._starts_at, self._period, self._offsets

    def local(self, turn: int) -> LocalNanos:
        """When a turn begins."""
        periods, place = divmod(turn, len(self._offsets))
        return self._starts_at + periods * self._period + self._offsets[place]

    def between(self, first: int, last: int) -> list[LocalNanos]:
        """When each of the turns from `first` to `last` begins."""
        count = len(self._offsets)
        skipped = first % count
        begin = self._starts_at + first // count * self._period
        end = self._starts_at + last // count * self._period
        times = [
            start + offset
            for start in range(begin, end + 1, self._period)
            for offset in self._offsets
        ]
        return times[skipped : skipped + last - first + 1]

    def turn(self, local: LocalNanos) -> tuple[int, LocalNanos, LocalNanos]:
        """The turn at a local time, less than 0 before the first, and when it begins and ends."""
        periods, within = divmod(local - self._starts_at, self._period)
        place = bisect_right(self._bounds, within) - 1
        begin = local - within
        number = periods * len(self._offsets) + place - 1
        return number, begin + self._bounds[place], begin + self._bounds[place + 1]

    def _count_worked(self, windows: WeeklyWindows) -> None:
        """Leaves out the hand-overs to shifts that lie outside all windows."""
        length, self._period = self._period, self._period * WEEK // gcd(self._period, WEEK)
        self._offsets = tuple(
            offset
            for offset in range(0, self._period, length)
            if windows.overlap(self._starts_at + offset, self._starts_at + offset + length)
        )
