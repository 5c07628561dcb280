"""Which shifts a change moves, and which gaps it opens or closes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from whenever import Instant

from signalcraft.oncall.roster import Roster
from signalcraft.review.snapshot import Snapshot


class Turn(NamedTuple):
    """A time at which others are on call than before: e-mail addresses, none for nobody."""

    starts_at: Instant
    ends_at: Instant
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScheduleChange:
    """A schedule whose shifts move. `change` is `created` or `deleted` for one that is new, or
    goes.
    """

    name: str
    time_zone: str
    change: str
    turns: tuple[Turn, ...]

    @property
    def gaps_opened(self) -> tuple[Turn, ...]:
        """The times at which somebody was on call, and nobody will be."""
        return tuple(turn for turn in self.turns if not turn.after)

    @property
    def gaps_closed(self) -> tuple[Turn, ...]:
        """The times at which nobody was on call, and somebody will be."""
        return tuple(turn for turn in self.turns if not turn.before)


class NextShift(NamedTuple):
    """When somebody is on call next, and on which schedule; `starts_at` may have passed."""

    schedule: str
    starts_at: Instant


class MovedShift(NamedTuple):
    """Somebody whose next shift is another than before; None where there is none in the horizon."""

    email: str
    before: NextShift | None
    after: NextShift | None


def schedule_changes(
    before: Snapshot, after: Snapshot, start: Instant, end: Instant, skip: frozenset[str]
) -> list[ScheduleChange]:
    """The schedules whose shifts differ between two instants, in order of name.

    Those with an id in `skip` are left out. Raises as `Roster.shifts` does.
    """
    changes = []
    for id in {**before.rosters, **after.rosters}.keys() - skip:
        old, new = before.rosters.get(id), after.rosters.get(id)
        roster = new or old
        assert roster is not None
        turns = tuple(_turns(_on_call(before, old, start, end), _on_call(after, new, start, end)))
        if turns:
            change = "updated" if old and new else "created" if new else "deleted"
            changes.append(ScheduleChange(roster.name, roster.time_zone, change, turns))
    return sorted(changes, key=lambda change: change.name)


def moved_shifts(
    before: Snapshot, after: Snapshot, start: Instant, end: Instant, skip: frozenset[str]
) -> list[MovedShift]:
    """The people whose next shift, on any schedule, changes; in order of their addresses."""
    old, new = (_next_shifts(snapshot, start, end, skip) for snapshot in (before, after))
    moved = [MovedShift(who, old.get(who), new.get(who)) for who in {**old, **new}]
    return sorted(shift for shift in moved if shift.before != shift.after)


def _next_shifts(
    snapshot: Snapshot, start: Instant, end: Instant, skip: frozenset[str]
) -> Mapping[str, NextShift]:
    found: dict[str, NextShift] = {}
    for id, roster in snapshot.rosters.items():
        if id in skip:
            continue
        for shift in roster.shifts(start, end):
            next_shift = NextShift(roster.name, shift.starts_at)
            for who in snapshot.emails(shift.user_ids):
                found[who] = min(found.get(who, next_shift), next_shift, key=_by_time)
    return found


def _by_time(shift: NextShift) -> tuple[Instant, str]:
    return shift.starts_at, shift.schedule


# Who is on call from an instant on, until the next one.
_Step = tuple[Instant, tuple[str, ...]]


def _on_call(
    snapshot: Snapshot, roster: Roster | None, start: Instant, end: Instant
) -> Sequence[_Step]:
    steps: list[_Step] = []
    covered = start
    for shift in roster.shifts(start, end) if roster else ():
        if covered < shift.starts_at:
            steps.append((covered, ()))
        steps.append((shift.starts_at, snapshot.emails(shift.user_ids)))
        covered = shift.ends_at
    if covered < end:
        steps.append((covered, ()))
    return [*steps, (end, ())]


def _turns(before: Sequence[_Step], after: Sequence[_Step]) -> Iterator[Turn]:
    """Where two sequences of who is on call differ; equal neighbours are one."""
    instants = sorted({at for at, _ in (*before, *after)})
    found: list[Turn] = []
    old, new = _Reader(before), _Reader(after)
    for start, end in pairwise(instants):
        turn = Turn(start, end, old.at(start), new.at(start))
        if turn.before == turn.after:
            continue
        last = found[-1] if found else None
        if last and last.ends_at == start and last[2:] == turn[2:]:
            found[-1] = last._replace(ends_at=end)
        else:
            found.append(turn)
    yield from found


class _Reader:
    """Reads a sequence of steps from front to back."""

    def __init__(self, steps: Sequence[_Step]) -> None:
        self._steps = steps
        self._i = 0

    def at(self, instant: Instant) -> tuple[str, ...]:
        while self._i + 1 < len(self._steps) and self._steps[self._i + 1][0] <= instant:
            self._i += 1
        return self._steps[self._i][1]
