"""Local time: what the clocks of a zone show, and when they show it.

Times are whole numbers of nanoseconds since 1970-01-01T00:00: of UTC for an instant, of the wall
clock for a local time. So bisecting one table per zone answers every question exactly, at a third
of a microsecond; a `whenever.ZonedDateTime` for each hand-over costs several times that.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import accumulate

import whenever
from whenever import Instant, PlainDateTime

# The system's own copy of the zones differs from machine to machine. Without a path, `whenever`
# reads those of the tzdata package, whose release is pinned.
whenever.reset_tzpath(())

UtcNanos = int
LocalNanos = int

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

# After, and before, everything that a calendar can name.
END: UtcNanos = 1 << 72
BEGINNING: UtcNanos = -END

# Configuration names years from 1970 to 2200, and answers look a year further.
_FIRST_KNOWN = Instant.from_utc(1968, 1, 1)
_LAST_KNOWN = Instant.from_utc(2203, 1, 1)


def nanos(instant: Instant) -> UtcNanos:
    """The instant as nanoseconds since 1970-01-01T00:00Z."""
    return instant.timestamp(unit="nanosecond")


def instant(nanos: UtcNanos) -> Instant:
    """The instant that is so many nanoseconds after 1970-01-01T00:00Z."""
    return Instant.from_timestamp(nanos, unit="nanosecond")


@lru_cache(maxsize=4096)  # What is in it, clients choose.
def read_local(text: str) -> LocalNanos:
    """The local time that a text such as `2026-01-05T09:00:00` stands for."""
    return nanos(PlainDateTime.parse_iso(text).assume_utc())


def read_time_of_day(text: str) -> LocalNanos:
    """How long after midnight's reading of the clock one such as `09:00` comes."""
    hours, minutes = text.split(":")
    return int(hours) * HOUR + int(minutes) * MINUTE


class Clock:
    """The wall clock of a time zone, from 1968 to 2203.

    A local time that the clocks skip means the first instant after the gap; one that they show
    twice has a first and a last instant. All methods are monotone.
    """

    __slots__ = ("_begins", "_ends_at_latest", "_offsets", "_starts_at_earliest", "_until")

    def __init__(self, zone: str) -> None:
        changes = _changes(zone)
        # Period i, with one offset from UTC, is [_begins[i], _until[i]).
        self._begins = [BEGINNING] + [at for at, _ in changes[1:]]
        self._until = [*self._begins[1:], END]
        self._offsets = [offset for _, offset in changes]
        # The running maximum of what the clock shows when a period ends, and the minimum, from
        # the far end, of what it shows when one begins: sorted, even where it was put back.
        ends = [at + offset for at, offset in zip(self._until, self._offsets, strict=True)]
        starts = [at + offset for at, offset in zip(self._begins, self._offsets, strict=True)]
        self._ends_at_latest = list(accumulate(ends, max))
        self._starts_at_earliest = list(accumulate(reversed(starts), min))[::-1]

    def first(self, local: LocalNanos) -> UtcNanos:
        """The first instant at which the clock shows `local`, or more."""
        i = bisect_right(self._ends_at_latest, local)
        begins, at = self._begins[i], local - self._offsets[i]
        return max(at, begins)

    def last(self, local: LocalNanos) -> UtcNanos:
        """The last instant at which the clock shows `local`; within a gap, the gap's end."""
        i = bisect_right(self._starts_at_earliest, local) - 1
        until, at = self._until[i], local - self._offsets[i]
        return min(at, until)

    def firsts(self, times: Sequence[LocalNanos]) -> list[UtcNanos]:
        """`first` of each of these, which are sorted: several times as fast."""
        instants: list[UtcNanos] = []
        i = bisect_right(self._ends_at_latest, times[0]) if times else 0
        while len(instants) < len(times):
            begins, offset = self._begins[i], self._offsets[i]
            done = len(instants)
            within = bisect_left(times, self._ends_at_latest[i], done)
            skipped = bisect_left(times, begins + offset, done, within)
            instants += [begins] * (skipped - done)
            instants += [local - offset for local in times[skipped:within]]
            i += 1
        return instants

    def lasts(self, times: Sequence[LocalNanos]) -> list[UtcNanos]:
        """`last` of each of these, which are sorted: several times as fast."""
        instants: list[UtcNanos] = []
        i = bisect_right(self._starts_at_earliest, times[0]) if times else 0
        while len(instants) < len(times):
            until, offset = self._until[i - 1], self._offsets[i - 1]
            done = len(instants)
            within = len(times)
            if i < len(self._starts_at_earliest):
                within = bisect_left(times, self._starts_at_earliest[i], done)
            shown = bisect_left(times, until + offset, done, within)
            instants += [local - offset for local in times[done:shown]]
            instants += [until] * (within - shown)
            i += 1
        return instants

    def latest_shown(self, at: UtcNanos) -> LocalNanos:
        """The latest local time that the clock has shown by then.

        `first(local) <= at` just when `local <= latest_shown(at)`.
        """
        i = bisect_right(self._begins, at) - 1
        shown = at + self._offsets[i]
        if i:
            before = self._ends_at_latest[i - 1] - 1
            return max(shown, before)
        return shown


@cache
def clock(zone: str) -> Clock:
    """The wall clock of an IANA time zone."""
    return Clock(zone)


def _changes(zone: str) -> list[tuple[UtcNanos, int]]:
    """When the zone's offset from UTC changes, and to how many nanoseconds."""
    moment = _FIRST_KNOWN.to_tz(zone)
    changes = [(nanos(_FIRST_KNOWN), _offset(moment))]
    later = moment.next_transition()
    while later is not None and later < _LAST_KNOWN:
        # Other transitions change an abbreviation only.
        if _offset(later) != changes[-1][1]:
            changes.append((nanos(later.to_instant()), _offset(later)))
        later = later.next_transition()
    return changes


def _offset(moment: whenever.ZonedDateTime) -> int:
    return int(moment.offset.total("nanoseconds"))
