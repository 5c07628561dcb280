"""What a review promises: the answers that a server gives once the plan is applied."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from pydantic import ConfigDict, with_config
from whenever import Instant

from signalcraft.model.alert import Alert
from signalcraft.review.names import in_a_row
from signalcraft.review.samples import Sample
from signalcraft.review.sensitive import Sensitive
from signalcraft.review.snapshot import Snapshot
from signalcraft.review.verdict import Verdict

_READABLE = ConfigDict(extra="ignore")


@with_config(_READABLE)
@dataclass(frozen=True, slots=True)
class PromisedAlert:
    """An alert, where it is from, when it opens, and what will happen to it."""

    alert: Alert
    origins: tuple[str, ...]
    at: Instant
    verdict: Verdict


@with_config(_READABLE)
@dataclass(frozen=True, slots=True)
class PromisedShift:
    """People are on call from `starts_at` until before `ends_at`: their e-mail addresses, in order."""

    people: tuple[str, ...]
    starts_at: Instant
    ends_at: Instant


@with_config(_READABLE)
@dataclass(frozen=True, slots=True)
class PromisedSchedule:
    """A schedule's shifts, clipped to the time that the review is about."""

    name: str
    shifts: tuple[PromisedShift, ...]


@with_config(_READABLE)
@dataclass(frozen=True, slots=True)
class Promise:
    """What happens to alerts, and who is on call from `start` until `end`.

    `left_out` counts what is not promised, since it is unknown before the apply, or sensitive.
    """

    start: Instant
    end: Instant
    alerts: tuple[PromisedAlert, ...]
    schedules: tuple[PromisedSchedule, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is otherwise than was promised, in words."""

    about: str
    promised: str
    found: str


def promise(
    after: Snapshot,
    alerts: Sequence[tuple[Sample, Verdict]],
    doubtful_schedules: frozenset[str],
    start: Instant,
    end: Instant,
    sensitive: Sensitive,
    left_out: int,
) -> Promise:
    """What can be promised of a configuration. Raises as `Roster.shifts` does."""
    promised = [PromisedAlert(*sample, verdict) for sample, verdict in alerts]
    schedules = [
        PromisedSchedule(roster.name, promised_shifts(after, id, start, end))
        for id, roster in sorted(after.rosters.items(), key=lambda item: item[1].name)
        if id not in doubtful_schedules
    ]
    open_alerts = tuple(each for each in promised if sensitive.masked(each) == each)
    open_schedules = tuple(each for each in schedules if sensitive.masked(each) == each)
    hidden = len(promised) - len(open_alerts) + len(schedules) - len(open_schedules)
    unknown = left_out + len(doubtful_schedules)
    return Promise(start, end, open_alerts, open_schedules, unknown + hidden)


def clipped(schedule: PromisedSchedule, start: Instant) -> PromisedSchedule:
    """What a schedule promises from an instant on."""
    shifts = tuple(
        replace(shift, starts_at=max(shift.starts_at, start))
        for shift in schedule.shifts
        if shift.ends_at > start
    )
    return replace(schedule, shifts=shifts)


def promised_shifts(
    snapshot: Snapshot, schedule_id: str, start: Instant, end: Instant
) -> tuple[PromisedShift, ...]:
    """The shifts of a schedule, by e-mail address. Raises as `Roster.shifts` does."""
    shifts = snapshot.rosters[schedule_id].shifts(start, end)
    return joined(
        PromisedShift(snapshot.emails(shift.user_ids), shift.starts_at, shift.ends_at)
        for shift in shifts
    )


def joined(shifts: Iterable[PromisedShift]) -> tuple[PromisedShift, ...]:
    """The shifts with those of the same people that follow one another as one: which rotation or
    override puts somebody on call is no part of a promise.
    """
    found: list[PromisedShift] = []
    for shift in shifts:
        if found and (found[-1].people, found[-1].ends_at) == (shift.people, shift.starts_at):
            found[-1] = replace(found[-1], ends_at=shift.ends_at)
        else:
            found.append(shift)
    return tuple(found)


def differences(
    promised: Promise,
    verdicts: Sequence[Verdict | None],
    shifts: Mapping[str, tuple[PromisedShift, ...]],
) -> Iterator[Difference]:
    """Where answers differ from what was promised.

    `verdicts` are those of the promised alerts, in order, None for no answer; `shifts` are those of
    the schedules, by name.
    """
    for alert, verdict in zip(promised.alerts, verdicts, strict=True):
        if verdict is None or verdict.effect != alert.verdict.effect:
            found = in_words(verdict) if verdict else "no answer"
            yield Difference(in_a_row(list(alert.origins)), in_words(alert.verdict), found)
    for schedule in promised.schedules:
        found_shifts = shifts.get(schedule.name)
        if found_shifts is None:
            yield Difference(f'schedule "{schedule.name}"', "it exists", "there is none")
        elif found_shifts != schedule.shifts:
            yield _first_difference(schedule, found_shifts, promised.end)


def in_words(verdict: Verdict) -> str:
    """What happens to an alert, in one line: `Payments; at once: ada@example.com`."""
    parts = [in_a_row(list(verdict.policies)) or verdict.outcome]
    for page in verdict.pages:
        when = "at once" if page.minute == 0 else f"after {page.minute:,} min"
        parts.append(f"{when}: {', '.join(page.people)}")
    parts += [] if verdict.pages else ["nobody is paged"]
    parts += [f"severity {verdict.severity}"] if verdict.severity else []
    parts += [f"team {verdict.team}"] if verdict.team else []
    return "; ".join(parts)


def _first_difference(
    schedule: PromisedSchedule, found: tuple[PromisedShift, ...], end: Instant
) -> Difference:
    """Two lists of shifts are told apart by the first that differs."""
    pairs = zip_longest(schedule.shifts, found)
    promised_shift, found_shift = next(pair for pair in pairs if pair[0] != pair[1])
    told = [
        f"{in_a_row(list(shift.people))} from {shift.starts_at.format_iso()} until {shift.ends_at.format_iso()}"
        if shift
        else f"nobody else until {end.format_iso()}"
        for shift in (promised_shift, found_shift)
    ]
    return Difference(f'schedule "{schedule.name}"', *told)
