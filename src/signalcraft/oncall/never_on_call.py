"""Who takes turns on a rotation, and is never on call."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import lcm

from whenever import Instant, TimeDelta

from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.schedule import Rotation, Schedule
from signalcraft.oncall.hand_overs import shift_length
from signalcraft.oncall.local_time import DAY, WEEK, clock, instant, read_local
from signalcraft.oncall.people import People
from signalcraft.oncall.roster import Roster

_SOON_DAYS, _LATEST_DAYS = 90, 366
_LISTED_PEOPLE = 5


@dataclass(frozen=True, slots=True)
class NeverOnCall:
    """Users who take turns on a rotation, but are not on call in the next so many days."""

    rotation: str
    number: int
    """The rotation's place in the schedule, from 0."""
    user_ids: tuple[str, ...]
    days: int

    def told(self, name_of: Callable[[str], str] = str) -> Mistake:
        """In words. `name_of` says how to call the user with an id."""
        names = [name_of(id) for id in self.user_ids[:_LISTED_PEOPLE]]
        left_out = len(self.user_ids) - len(names)
        who = ", ".join(names) + (f" and {left_out:,} more" if left_out else "")
        several = len(self.user_ids) > 1
        return Mistake(
            f"/rotations/{self.number}",
            Code.NEVER_ON_CALL,
            f"{'Some who take' if several else 'Somebody who takes'} turns on a rotation "
            f"{'are' if several else 'is'} never on call. In the next {self.days} days no shift of "
            f'"{self.rotation}" falls to {who}. Change shift_length or restrictions, set '
            'counted_shifts to "worked", or remove them.',
        )


def never_on_call(
    schedule: Schedule, roster: Roster, people: People, at: Instant
) -> Iterator[NeverOnCall]:
    """For each rotation, who of it is not on call on the schedule in the 90 days after an instant;
    `roster` is the schedule's, and `people` says who is behind participants.

    Where somebody's turn may not have come by then, because the rotation starts later or is long, 366
    days are looked at; a rotation that needs more is left out. Raises as `Roster.shifts` does.
    """
    by_days: dict[int, AbstractSet[str]] = {}
    for number, rotation in enumerate(schedule.rotations):
        days = _days_to_look_at(rotation, schedule.time_zone, at)
        if days is None:
            continue
        if days not in by_days:
            shifts = roster.shifts(at, at + TimeDelta(hours=24 * days))
            by_days[days] = {user_id for shift in shifts for user_id in shift.user_ids}
        listed = (id for each in rotation.participants for id in people.behind(each))
        never = dict.fromkeys(id for id in listed if id not in by_days[days])
        if never:
            yield NeverOnCall(rotation.name, number, tuple(never), days)


def _days_to_look_at(rotation: Rotation, schedule_zone: str, at: Instant) -> int | None:
    """In how many days everybody's turn has come: 90 or 366; None for more."""
    local_clock = clock(rotation.time_zone or schedule_zone)
    starts = instant(local_clock.first(read_local(rotation.starts_at)))
    # A day more, since a change of the clocks can make a turn longer.
    round = min(_round(rotation), _LATEST_DAYS * DAY) + DAY
    until = max(starts, at) + TimeDelta(nanoseconds=round)
    return next(
        (days for days in (_SOON_DAYS, _LATEST_DAYS) if until <= at + TimeDelta(hours=24 * days)),
        None,
    )


def _round(rotation: Rotation) -> int:
    """After how many nanoseconds everybody's turn has come on every day of the week that it can."""
    shift = shift_length(rotation)
    if rotation.counted_shifts == "worked":
        # Every turn is on call at some time, and at least one shift of a week is worked.
        return len(rotation.participants) * max(shift, WEEK)
    turns = len(rotation.participants) * shift
    return lcm(turns, WEEK) if rotation.restrictions else turns
