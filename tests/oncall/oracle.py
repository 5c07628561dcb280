"""Who is on call, by brute force: every minute of UTC is looked at, and nothing is clever.

Written from the words of the rules with the standard library's zoneinfo, and nothing of ours, so
that it can be wrong only in other ways than the code under test.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo, reset_tzpath

# The pinned tzdata package, not the zones of the machine.
reset_tzpath(())

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# Wider than any gap: Apia skipped a whole day.
MARGIN = timedelta(days=2)
UNITS = {"hour": timedelta(hours=1), "day": DAY, "week": timedelta(weeks=1)}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class PlainRestriction:
    days: tuple[str, ...]
    start_time: str
    end_time: str


@dataclass(frozen=True)
class PlainRotation:
    name: str
    participants: tuple[str, ...]
    starts_at: datetime
    shift_length: int
    shift_unit: str
    ends_at: datetime | None = None
    restrictions: tuple[PlainRestriction, ...] = ()
    time_zone: str | None = None
    counted_shifts: str = "all"


class Minutes:
    """Every minute of UTC from some days before `start` to some after `end`."""

    def __init__(self, zone: str, start: datetime, end: datetime) -> None:
        self.start, self.end = start, end
        self.first_minute = start - MARGIN
        self.count = int((end - start + 2 * MARGIN) / MINUTE)
        self.asked = range(int(MARGIN / MINUTE), self.count - int(MARGIN / MINUTE))
        info = ZoneInfo(zone)
        self.shown = [
            (self.first_minute + i * MINUTE).astimezone(info).replace(tzinfo=None)
            for i in range(self.count)
        ]
        self.earliest, self.latest = min(self.shown), max(self.shown)
        self.when: dict[datetime, list[int]] = {}
        for i, local in enumerate(self.shown):
            self.when.setdefault(local, []).append(i)

    def of(self, zone: str | None) -> "Minutes":
        """The same minutes on the clocks of another zone."""
        return Minutes(zone, self.start, self.end) if zone else self

    def utc(self, i: int) -> datetime:
        return self.first_minute + i * MINUTE

    def index(self, utc: datetime) -> int:
        return int((utc - self.first_minute) / MINUTE)

    def first(self, local: datetime) -> int:
        """The minute at which the clock shows `local`, the first of two."""
        return self.when[local][0] if local in self.when else self._after_gap(local)

    def second(self, local: datetime) -> int:
        """The minute at which the clock shows `local`, the second of two."""
        return self.when[local][-1] if local in self.when else self._after_gap(local)

    def _after_gap(self, local: datetime) -> int:
        if local < self.earliest:
            return -1
        if local > self.latest:
            return self.count
        return next(i for i, shown in enumerate(self.shown) if shown > local)


# The users behind each participant: none behind one that isn't in it.
People = Mapping[str, tuple[str, ...]]


def turns(rotation: PlainRotation, minutes: Minutes) -> list[str | None]:
    """Which participant has the turn at each minute."""
    hand_overs: dict[int, str] = {}
    for turn, starts_at in enumerate(counted_shifts(rotation)):
        if starts_at > minutes.latest:
            break
        # Of two at the same minute the later counts: the shift between them is empty.
        hand_over = max(minutes.first(starts_at), 0)
        hand_overs[hand_over] = rotation.participants[turn % len(rotation.participants)]
    people: list[str | None] = []
    person = None
    for i in range(minutes.count):
        person = hand_overs.get(i, person)
        people.append(person)
    if rotation.ends_at is not None:
        for i in range(max(minutes.second(rotation.ends_at), 0), minutes.count):
            people[i] = None
    if rotation.restrictions:
        within = windows(rotation.restrictions, minutes)
        people = [person if i in within else None for i, person in enumerate(people)]
    return people


def counted_shifts(rotation: PlainRotation) -> Iterator[datetime]:
    """When each shift that uses up a turn begins, in local time; there is no last one."""
    length = rotation.shift_length * UNITS[rotation.shift_unit]
    starts_at = rotation.starts_at
    while True:
        if rotation.counted_shifts == "all" or _worked(rotation, starts_at, starts_at + length):
            yield starts_at
        starts_at += length


def _worked(rotation: PlainRotation, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether any part of a shift is in a window, by the dates and times of a calendar."""
    midnight = starts_at.replace(hour=0, minute=0) - DAY
    while midnight < ends_at and rotation.restrictions:
        for restriction in rotation.restrictions:
            start, end = _local_window(midnight, restriction)
            if DAYS[midnight.weekday()] in restriction.days and start < ends_at and starts_at < end:
                return True
        midnight += DAY
    return not rotation.restrictions


def windows(restrictions: Sequence[PlainRestriction], minutes: Minutes) -> set[int]:
    """The minutes that are within a window."""
    within: set[int] = set()
    midnight = minutes.earliest.replace(hour=0, minute=0) - DAY
    while midnight <= minutes.latest:
        for restriction in restrictions:
            if DAYS[midnight.weekday()] in restriction.days:
                start, end = _local_window(midnight, restriction)
                within.update(range(max(minutes.first(start), 0), minutes.second(end)))
        midnight += DAY
    return within


def _local_window(midnight: datetime, restriction: PlainRestriction) -> tuple[datetime, datetime]:
    start, end = _at(midnight, restriction.start_time), _at(midnight, restriction.end_time)
    return start, end if end > start else end + DAY


def _at(midnight: datetime, time_of_day: str) -> datetime:
    hour, minute = time_of_day.split(":")
    return midnight.replace(hour=int(hour), minute=int(minute))


@dataclass(frozen=True)
class PlainOverride:
    id: str
    participant: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime


Answer = tuple[tuple[str, ...], str | None, str | None]
NO_ANSWER: Answer = ((), None, None)


def answers(
    rotations: Sequence[PlainRotation],
    overrides: Sequence[PlainOverride],
    people: People,
    minutes: Minutes,
) -> list[Answer]:
    """Who is on call at each minute: the users, and the rotation or else the override."""
    final = [NO_ANSWER] * minutes.count
    for rotation in rotations:
        for i, participant in enumerate(turns(rotation, minutes.of(rotation.time_zone))):
            if participant is not None and people.get(participant):
                final[i] = (people[participant], rotation.name, None)
    for override in sorted(overrides, key=lambda o: (o.created_at, o.id)):
        starts, ends = minutes.index(override.starts_at), minutes.index(override.ends_at)
        on_call = people.get(override.participant, ())
        if on_call or override.participant == "nobody":
            for i in range(max(starts, 0), min(ends, minutes.count)):
                final[i] = (on_call, None, override.id)
    return final


def runs(final: list[Answer], minutes: Minutes) -> list[tuple[Answer, datetime, datetime]]:
    """The asked minutes with the same answer, joined: the answer, from when, until when."""
    joined = []
    for answer, group in groupby(minutes.asked, key=lambda i: final[i]):
        members = list(group)
        joined.append((answer, minutes.utc(members[0]), minutes.utc(members[-1] + 1)))
    return joined


def changes_of_offset(zone: str, year: int) -> list[datetime]:
    """The days of a year, at 00:00Z, in whose course a zone's offset from UTC changes."""
    info = ZoneInfo(zone)
    days = [datetime(year, 1, 1, tzinfo=UTC) + n * DAY for n in range(367)]
    offsets = [day.astimezone(info).utcoffset() for day in days]
    return [
        day
        for day, before, after in zip(days, offsets, offsets[1:], strict=False)
        if before != after
    ]
