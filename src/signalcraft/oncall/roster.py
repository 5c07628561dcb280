"""Who is on call on a schedule: its rotations and overrides, put together."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple, Protocol

from typing_extensions import override
from whenever import Instant

from signalcraft.model.schedule import Schedule
from signalcraft.oncall.budget import spend
from signalcraft.oncall.errors import (
    RangeBackwards,
    RangeTooLong,
    TimeOutOfRange,
    TooManyShifts,
)
from signalcraft.oncall.intervals import Interval, Span, cover, layered
from signalcraft.oncall.local_time import DAY, UtcNanos, instant, nanos
from signalcraft.oncall.override import Override, OverrideLayer
from signalcraft.oncall.people import People
from signalcraft.oncall.rotation_timeline import RotationTimeline

# How far answers reach: a year, whichever.
REACH_DAYS = 366
_REACH = REACH_DAYS * DAY
# So far is looked for another shift at first, and then twice as far again and again.
_FIRST_LOOK = 8 * DAY
_FIRST_YEAR = Instant.from_utc(1970, 1, 1)
_YEAR_AFTER_LAST = Instant.from_utc(2201, 1, 1)
_NO_TEAMS = People()


class Shift(NamedTuple):
    """The users who are on call together from `starts_at` until before `ends_at`; never none.

    One of `rotation` (a name) and `override_id` says why.
    """

    user_ids: tuple[str, ...]
    starts_at: Instant
    ends_at: Instant
    rotation: str | None
    override_id: str | None


class OnCall(NamedTuple):
    """Who is on call at an instant; `user_ids` is empty if nobody is.

    The same answer holds from `since` until before `until`; either is None where that is more
    than 366 days away.
    """

    user_ids: tuple[str, ...]
    since: Instant | None
    until: Instant | None
    rotation: str | None
    override_id: str | None


class Layer(Protocol):
    """One of the things that say who is on call, where none above it does."""

    def interval(self, at: UtcNanos) -> Interval:
        """The interval around an instant in which one answer, or none, holds."""
        ...

    def spans(self, start: UtcNanos, end: UtcNanos) -> list[Span]:
        """The answers from `start` to `end`, clipped to them, in order of time."""
        ...


class DutyTimeline(ABC):
    """Who is on call when, ready to be asked."""

    __slots__ = ()

    @abstractmethod
    def interval(self, at: UtcNanos) -> Interval:
        """The interval around an instant, as far as nothing that decides it changes."""

    @abstractmethod
    def spans(self, start: UtcNanos, end: UtcNanos, at_most: int | None = None) -> list[Span]:
        """Who is on call from `start` to `end`, clipped to them; also the overrides by which nobody
        is. Raises `TooManyShifts`.
        """

    def on_call(self, at: Instant) -> OnCall:
        """Who is on call at an instant, and since and until when.

        Raises `TimeOutOfRange` outside the years 1970 to 2200.
        """
        asked = _known(at)
        now = self.interval(asked)
        user_ids, rotation, override_id = now.duty or ((), None, None)
        return OnCall(
            user_ids, self._since(now, asked), self._until(now, asked), rotation, override_id
        )

    def users_on_call(self, at: Instant) -> tuple[str, ...]:
        """Ids of who is on call at an instant, none if nobody is: a third of `on_call`'s cost.

        Raises `TimeOutOfRange` outside the years 1970 to 2200.
        """
        duty = self.interval(_known(at)).duty
        return duty.user_ids if duty else ()

    def next_users(self, at: Instant) -> tuple[str, ...]:
        """Ids of those on call in the first later shift by other people than at an instant; none if
        there is no such shift within 366 days. Gaps are skipped.

        Raises `TimeOutOfRange` outside the years 1970 to 2200.
        """
        asked, now = _known(at), set(self.users_on_call(at))
        covered, step = asked, _FIRST_LOOK
        while covered < asked + _REACH:
            end = min(covered + step, asked + _REACH)
            for _, _, duty in self.spans(covered, end):
                if duty.user_ids and set(duty.user_ids) != now:
                    return duty.user_ids
            covered, step = end, 2 * step
        return ()

    def previous_users(self, at: Instant) -> tuple[str, ...]:
        """The same of the last earlier shift."""
        asked, now = _known(at), set(self.users_on_call(at))
        covered, step = asked, _FIRST_LOOK
        while covered > asked - _REACH:
            start = max(covered - step, asked - _REACH)
            for _, _, duty in reversed(self.spans(start, covered)):
                if duty.user_ids and set(duty.user_ids) != now:
                    return duty.user_ids
            covered, step = start, 2 * step
        return ()

    def shifts(self, start: Instant, end: Instant, at_most: int | None = None) -> tuple[Shift, ...]:
        """The shifts between two instants, clipped to them, in order of time.

        What follows one another without a gap, for the same people and reason, is one shift.
        Raises `TooManyShifts` if there are more than `at_most`, if that is given; `RangeTooLong`
        beyond 366 days, `RangeBackwards`, and `TimeOutOfRange` outside the years 1970 to 2200.
        """
        spans = self.spans(*_range(start, end), at_most)
        return tuple([_shift(span) for span in spans if span[2].user_ids])

    def gaps(self, start: Instant, end: Instant) -> Iterator[tuple[Instant, Instant]]:
        """The times between two instants at which nobody is on call. Raises as `shifts` does."""
        covered, end_of_range = _range(start, end)
        for starts, ends, duty in self.spans(covered, end_of_range):
            if not duty.user_ids:
                continue
            if covered < starts:
                yield instant(covered), instant(starts)
            covered = ends
        if covered < end_of_range:
            yield instant(covered), end

    def _since(self, now: Interval, asked: UtcNanos) -> Instant | None:
        earliest = now
        while earliest.starts >= asked - _REACH:
            before = self.interval(earliest.starts - 1)
            if before.duty != now.duty:
                return instant(earliest.starts)
            earliest = before
        return None

    def _until(self, now: Interval, asked: UtcNanos) -> Instant | None:
        latest = now
        while latest.ends <= asked + _REACH:
            after = self.interval(latest.ends)
            if after.duty != now.duty:
                return instant(latest.ends)
            latest = after
        return None


class Roster(DutyTimeline):
    """A schedule and its overrides, ready to be asked. `people` says who is behind participants.

    Making one costs microseconds per rotation and override; it never changes, so it can be kept
    for as long as all of these stay as they are.
    """

    __slots__ = ("layers", "made_of", "name", "time_zone")

    def __init__(
        self,
        schedule: Schedule,
        overrides: Iterable[Override] = (),
        people: People = _NO_TEAMS,
    ) -> None:
        overrides = tuple(overrides)
        self.name = schedule.name
        self.time_zone = schedule.time_zone
        self.made_of = _made_of(schedule, overrides, people)
        """Ids of the users and teams whose changes can change the answers."""
        rotations = [
            RotationTimeline(rotation, schedule.time_zone, people)
            for rotation in schedule.rotations
        ]
        self.layers: Sequence[Layer] = (OverrideLayer(overrides, people), *reversed(rotations))
        """From the one that wins to the one that everything falls through to."""

    @override
    def spans(self, start: UtcNanos, end: UtcNanos, at_most: int | None = None) -> list[Span]:
        spans: list[Span] = []
        for layer in self.layers:
            below = layer.spans(start, end)
            spend((len(spans) + len(below)) // 4)  # Each is a fraction of a step.
            spans = layered(spans, below)
            # What a layer adds, none below it takes away.
            if at_most is not None and len(spans) > at_most:
                raise TooManyShifts(at_most)
            if cover(spans, start, end):
                break
        return spans

    @override
    def interval(self, at: UtcNanos) -> Interval:
        spend(len(self.layers))
        starts, ends, duty = self.layers[0].interval(at)
        for layer in self.layers[1:]:
            if duty is not None:
                break
            below = layer.interval(at)
            starts, ends, duty = max(starts, below.starts), min(ends, below.ends), below.duty
        return Interval(starts, ends, duty)


def _made_of(schedule: Schedule, overrides: Iterable[Override], people: People) -> AbstractSet[str]:
    participants = {
        *(name for rotation in schedule.rotations for name in rotation.participants),
        *(override.participant for override in overrides),
    }
    return participants.union(*(people.members.get(name, ()) for name in participants))


def _shift(span: Span) -> Shift:
    starts, ends, (user_ids, rotation, override_id) = span
    return Shift(user_ids, instant(starts), instant(ends), rotation, override_id)


def _known(at: Instant) -> UtcNanos:
    if not _FIRST_YEAR <= at < _YEAR_AFTER_LAST:
        raise TimeOutOfRange
    return nanos(at)


def _range(start: Instant, end: Instant) -> tuple[UtcNanos, UtcNanos]:
    if end < start:
        raise RangeBackwards
    first = _known(start)
    if nanos(end) - first > _REACH:
        raise RangeTooLong(REACH_DAYS)
    return first, nanos(end)
