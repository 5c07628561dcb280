"""What will surprise people about a schedule or an escalation policy that is being written.

The first sentence of each says what it is, without names and dates: it can serve as a title.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice

from whenever import Instant, TimeDelta

from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.mistake import Code, Mistake
from signalcraft.oncall.directory import Directory
from signalcraft.oncall.roster import Roster

HORIZON_DAYS = 30
_HORIZON = TimeDelta(hours=24 * HORIZON_DAYS)
_OUTLOOK = TimeDelta(hours=24 * 14)
_LISTED_CHANGES = 3
_LISTED_PEOPLE = 5

Gap = tuple[Instant, Instant]


def schedule_warnings(
    before: Roster | None,
    after: Roster,
    at: Instant,
    name_of: Callable[[str], str] = str,
) -> list[Mistake]:
    """What is surprising about a schedule that is written at an instant.

    `before` is what it was, None for a new one. `name_of` says how to call the user with an id.
    Raises `TimeOutOfRange` outside the years 1970 to 2200.
    """
    found = list(_uncovered_time(after, at))
    if before is not None and before.users_on_call(at) != after.users_on_call(at):
        found.append(_on_call_changes(before, after, at, name_of))
    return found


def deletion_warnings(
    was: Roster, will_be: Roster, at: Instant, name_of: Callable[[str], str] = str
) -> list[Mistake]:
    """What is surprising about the deletion of a participant whose overrides of a schedule go too:
    who is on call instead, now and in the next 14 days.

    Raises `TimeOutOfRange` outside the years 1970 to 2200.
    """
    changes = list(_listed_changes(was, will_be, at, name_of))
    before, after = was.users_on_call(at), will_be.users_on_call(at)
    if before != after:
        changes.insert(0, f"now: {_named(after, name_of)} instead of {_named(before, name_of)}")
    if not changes:
        return []
    return [
        Mistake(
            "",
            Code.ON_CALL_CHANGES,
            "This also deletes overrides, which changes who is on call. On the schedule "
            f"{was.name!r} ({was.time_zone}), {'; '.join(changes)}.",
        )
    ]


def shift_warnings(
    place: str, before: Roster, after: Roster, at: Instant, name_of: Callable[[str], str] = str
) -> Iterator[Mistake]:
    """What is surprising about a change to a user or a team for a schedule that names them: `place`
    is the pointer to the change. Raises `TimeOutOfRange` outside the years 1970 to 2200.
    """
    if before.users_on_call(at) != after.users_on_call(at):
        changes = _who_changes(before, after, at, name_of)
        yield Mistake(
            place,
            Code.ON_CALL_CHANGES,
            f'This changes who is on call right now on "{after.name}". {changes}',
        )
    end = at + _HORIZON
    gaps = [
        (shift.starts_at, shift.ends_at)
        for gap in after.gaps(at, end)
        for shift in before.shifts(*gap)
    ]
    if gaps:
        yield Mistake(
            place,
            Code.UNCOVERED_TIME,
            f'This leaves nobody on call on "{after.name}" {_how_long(gaps)}. '
            f"{_first_gap(gaps, after)}Create an override, or change the rotation, unless that's "
            "intended.",
        )


def reaches_nobody_now(
    place: str, policy: EscalationPolicy, before: Directory, after: Directory, at: Instant
) -> Iterator[Mistake]:
    """That a policy which reached somebody in the next 30 days ceases to, by a change to a user or a
    team: `place` is the pointer to that. Raises `TimeOutOfRange` outside the years 1970 to 2200.
    """
    if _reaches(policy, before, at) and not _reaches(policy, after, at):
        yield Mistake(
            place,
            Code.REACHES_NOBODY,
            f'With this, the escalation policy "{policy.name}" reaches nobody in the next '
            f"{HORIZON_DAYS} days. Its alerts go to the workspace's default policy, if there is one. "
            "Add a target that reaches someone.",
        )


def _reaches(
    policy: EscalationPolicy,
    directory: Directory,
    at: Instant,
    placeholders: AbstractSet[str] = frozenset(),
) -> bool:
    return any(
        target.id in placeholders or directory.ever_reaches(target, at, at + _HORIZON)
        for rule in policy.rules
        for target in rule.targets
    )


def policy_warnings(
    policy: EscalationPolicy,
    directory: Directory,
    at: Instant,
    placeholders: AbstractSet[str] = frozenset(),
) -> list[Mistake]:
    """What is surprising about an escalation policy that is written at an instant. `placeholders`
    are ids of targets that don't exist yet, and are taken to reach somebody.

    Raises `TimeOutOfRange` outside the years 1970 to 2200.
    """
    found: list[Mistake] = []
    first_delay = policy.rules[0].delay_minutes
    if first_delay > 0:
        minutes = "minute" if first_delay == 1 else "minutes"
        found.append(
            Mistake(
                "/rules/0/delay_minutes",
                Code.FIRST_PAGE_LATE,
                f"Nobody is paged in the first {first_delay} {minutes} of an alert. Set 0 to "
                "page at once.",
            )
        )
    if not _reaches(policy, directory, at, placeholders):
        found.append(
            Mistake(
                "/rules",
                Code.REACHES_NOBODY,
                f"This policy reaches nobody in the next {HORIZON_DAYS} days. Its alerts go to the "
                "workspace's default policy, if there is one. Add a target that reaches someone.",
            )
        )
        return found
    return [*found, *_empty_teams(policy, directory, at, placeholders)]


def _empty_teams(
    policy: EscalationPolicy, directory: Directory, at: Instant, placeholders: AbstractSet[str]
) -> Iterator[Mistake]:
    for i, rule in enumerate(policy.rules):
        for k, target in enumerate(rule.targets):
            if target.type != "team" or target.id in placeholders or directory.reached(target, at):
                continue
            yield Mistake(
                f"/rules/{i}/targets/{k}/id",
                Code.EMPTY_TEAM,
                "This target pages nobody. It is a team without anybody to page: add members, or "
                "remove the target.",
            )


def _uncovered_time(roster: Roster, at: Instant) -> Iterator[Mistake]:
    gaps = list(roster.gaps(at, at + _HORIZON))
    if not gaps:
        return
    first, remedy = _first_gap(gaps, roster), "Add a rotation"
    if roster.on_call(gaps[0][0]).override_id:
        remedy = "Delete or shorten the override that leaves nobody on call"
    elif first:
        remedy += " that covers it at the start of the list, where all others override it"
    yield Mistake(
        "/rotations",
        Code.UNCOVERED_TIME,
        f"Nobody is on call {_how_long(gaps)}. {first}{remedy}, unless that's intended.",
    )


def _how_long(gaps: Iterable[Gap]) -> str:
    """`in the next 30 days`, where nobody is on call in all of them; `for 8 hours of the next 30
    days`.
    """
    total = sum((end - start for start, end in gaps), TimeDelta.ZERO)
    if total >= _HORIZON:
        return f"in the next {HORIZON_DAYS} days"
    return f"for {_length(total).removesuffix(' days')} of the next {HORIZON_DAYS} days"


def _first_gap(gaps: Sequence[Gap], roster: Roster) -> str:
    """Where the first gap is; nothing where it is all of the time."""
    start, end = gaps[0]
    if end - start >= _HORIZON:
        return ""
    return (
        f"The first gap is from {_local(start, roster)} to {_local(end, roster)} "
        f"({roster.time_zone}). "
    )


def _on_call_changes(
    was: Roster, will_be: Roster, at: Instant, name_of: Callable[[str], str]
) -> Mistake:
    changes = _who_changes(was, will_be, at, name_of)
    return Mistake(
        "/rotations",
        Code.ON_CALL_CHANGES,
        f"This changes who is on call right now. {changes} To leave the current shift unchanged, "
        "also change starts_at or the order of participants.",
    )


def _who_changes(was: Roster, will_be: Roster, at: Instant, name_of: Callable[[str], str]) -> str:
    """Who is on call now and will be, and the next changes."""
    before = _named(was.users_on_call(at), name_of)
    after = _named(will_be.users_on_call(at), name_of)
    changes = list(_listed_changes(was, will_be, at, name_of))
    later = (
        f" Later changes (times in {will_be.time_zone}): {'; '.join(changes)}." if changes else ""
    )
    return f"It was {before} and will be {after}.{later}"


def _listed_changes(
    was: Roster, will_be: Roster, at: Instant, name_of: Callable[[str], str]
) -> Iterator[str]:
    """The first changes after an instant, in words."""
    for instant, old, new in islice(_later_changes(was, will_be, at), _LISTED_CHANGES):
        instead = f"{_named(new, name_of)} instead of {_named(old, name_of)}"
        yield f"from {_day(instant, will_be)}: {instead}"


def _named(user_ids: Sequence[str], name_of: Callable[[str], str]) -> str:
    return _in_a_row([name_of(user_id) for user_id in user_ids]) or "nobody"


def _later_changes(
    was: Roster, will_be: Roster, at: Instant
) -> Iterator[tuple[Instant, tuple[str, ...], tuple[str, ...]]]:
    """When in the next 14 days others take over than before: who was to, and who does."""
    end = at + _OUTLOOK
    shifts = [*was.shifts(at, end), *will_be.shifts(at, end)]
    instants = {instant for shift in shifts for instant in (shift.starts_at, shift.ends_at)}
    previous = was.users_on_call(at), will_be.users_on_call(at)
    for instant in sorted(instant for instant in instants if at < instant < end):
        pair = was.users_on_call(instant), will_be.users_on_call(instant)
        if pair[0] != pair[1] and pair != previous:
            yield instant, *pair
        previous = pair


def _in_a_row(names: Sequence[str]) -> str:
    """`Ada`, `Ada and Ben`, `Ada, Ben and Eve`; of many, the first."""
    if len(names) > _LISTED_PEOPLE:
        names = [*names[:_LISTED_PEOPLE], f"{len(names) - _LISTED_PEOPLE:,} more"]
    *others, last = names or [""]
    return f"{', '.join(others)} and {last}" if others else last


def _day(instant: Instant, roster: Roster) -> str:
    """A day and a time on the schedule's clock: `Mon 7 Dec 09:00`."""
    shown = instant.to_tz(roster.time_zone).to_stdlib()
    return f"{shown:%a} {shown.day} {shown:%b} {shown:%H:%M}"


def _local(instant: Instant, roster: Roster) -> str:
    return instant.to_tz(roster.time_zone).to_plain().format_iso(unit="minute").replace("T", " ")


def _length(time: TimeDelta) -> str:
    """A length of time in the largest unit of which it has two: `64 hours`, `90 minutes`."""
    for unit, seconds in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        number = time.total("seconds") / seconds
        if number >= 2:
            return f"{number:.3g} {unit}"
    return f"{time.total('seconds'):.3g} seconds"
