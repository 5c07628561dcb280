"""What will surprise people about a schedule or an escalation policy that is being written.

The first sentence of each says what it is, without names and dates: it can serve as a title.
"""

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet

from whenever import Instant, TimeDelta

from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.schedule import Schedule
from signalcraft.oncall.directory import Directory
from signalcraft.oncall.override import Override
from signalcraft.oncall.roster import Roster

HORIZON_DAYS = 30
_HORIZON = TimeDelta(hours=24 * HORIZON_DAYS)


def schedule_warnings(
    before: Schedule | None,
    after: Schedule,
    overrides: Iterable[Override],
    at: Instant,
    name_of: Callable[[str], str] = str,
) -> list[Mistake]:
    """What is surprising about a schedule that is written at an instant.

    `before` is what it was, None for a new one; `overrides` are those that it has, and hold before
    and after. `name_of` says how to call the user with an id. Raises `TimeOutOfRange` outside the
    years 1970 to 2200.
    """
    overrides = tuple(overrides)
    roster = Roster(after, overrides)
    found = list(_uncovered_time(roster, at))
    if before is not None:
        was, will_be = Roster(before, overrides).user_on_call(at), roster.user_on_call(at)
        if was != will_be:
            found.append(_on_call_changes(was, will_be, name_of))
    return found


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
    targets = (target for rule in policy.rules for target in rule.targets)
    if not any(
        target.id in placeholders or directory.ever_reaches(target, at, at + _HORIZON)
        for target in targets
    ):
        found.append(
            Mistake(
                "/rules",
                Code.REACHES_NOBODY,
                f"This policy reaches nobody in the next {HORIZON_DAYS} days. Its alerts go to the "
                "workspace's default policy. Add a target that reaches someone.",
            )
        )
    return found


def _uncovered_time(roster: Roster, at: Instant) -> Iterator[Mistake]:
    gaps = list(roster.gaps(at, at + _HORIZON))
    if not gaps:
        return
    total = sum((end - start for start, end in gaps), TimeDelta.ZERO)
    when, first = f"in the next {HORIZON_DAYS} days", ""
    if total < _HORIZON:
        start, end = gaps[0]
        when = f"for {_length(total).removesuffix(' days')} of the next {HORIZON_DAYS} days"
        first = (
            f"The first gap is from {_local(start, roster)} to {_local(end, roster)} "
            f"({roster.time_zone}). "
        )
    yield Mistake(
        "/rotations",
        Code.UNCOVERED_TIME,
        f"Nobody is on call {when}. {first}Add a rotation that covers it at the start of the list, "
        "where all others override it, unless that's intended.",
    )


def _on_call_changes(
    was: str | None, will_be: str | None, name_of: Callable[[str], str]
) -> Mistake:
    before = name_of(was) if was else "nobody"
    after = name_of(will_be) if will_be else "nobody"
    return Mistake(
        "/rotations",
        Code.ON_CALL_CHANGES,
        f"This changes who is on call right now. It was {before} and will be {after}. To leave "
        "the current shift unchanged, also change starts_at or the order of user_ids.",
    )


def _local(instant: Instant, roster: Roster) -> str:
    return instant.to_tz(roster.time_zone).to_plain().format_iso(unit="minute").replace("T", " ")


def _length(time: TimeDelta) -> str:
    """A length of time in the largest unit of which it has two: `64 hours`, `90 minutes`."""
    for unit, seconds in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        number = time.total("seconds") / seconds
        if number >= 2:
            return f"{number:.3g} {unit}"
    return f"{time.total('seconds'):.3g} seconds"
