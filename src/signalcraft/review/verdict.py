"""What happens to an alert, in names instead of ids, so that before and after can be compared."""

from dataclasses import dataclass
from typing import NamedTuple

from whenever import Instant

from signalcraft.model.alert import Alert
from signalcraft.model.conditions import Severity
from signalcraft.review.snapshot import Snapshot
from signalcraft.routing.dispatch import Dispatch
from signalcraft.routing.router import DecidedBy, Outcome


class Page(NamedTuple):
    """The people who are paged at a minute after the alert opened: their e-mail addresses, in
    order.
    """

    minute: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where an alert goes, and whom it pages when; all by name."""

    outcome: Outcome
    severity: Severity | None
    team: str | None
    policy: str | None
    pages: tuple[Page, ...]
    by: DecidedBy | None
    rule: str | None
    reached_nobody: str | None
    """The policy that it would have gone to if that had reached anyone."""

    @property
    def effect(self) -> tuple[object, ...]:
        """What people notice: two verdicts with the same effect differ only in the reason."""
        return self.outcome, self.severity, self.team, self.policy, self.pages

    @property
    def is_unreached(self) -> bool:
        """Whether nobody is paged, although no rule says that this is intended."""
        return self.outcome != "suppressed" and not self.pages


def verdict(snapshot: Snapshot, alert: Alert, at: Instant) -> Verdict:
    """What happens to an alert that opens at an instant. Raises `TimeOutOfRange` outside the years
    1970 to 2200.
    """
    return told(snapshot, snapshot.route(alert, at))


def told(snapshot: Snapshot, dispatched: Dispatch) -> Verdict:
    """The same with names instead of ids."""
    decision = dispatched.decision
    return Verdict(
        outcome=decision.outcome,
        severity=decision.severity,
        team=snapshot.name(decision.team_id),
        policy=snapshot.name(decision.escalation_policy_id),
        pages=_pages(snapshot, dispatched),
        by=decision.by,
        rule=snapshot.name(decision.rule_id),
        reached_nobody=snapshot.name(dispatched.reached_nobody),
    )


def _pages(snapshot: Snapshot, dispatched: Dispatch) -> tuple[Page, ...]:
    people: dict[int, set[str]] = {}
    for step in dispatched.timeline.steps:
        if step.user_ids:
            people.setdefault(step.minute, set()).update(map(snapshot.email, step.user_ids))
    return tuple(Page(minute, tuple(sorted(at))) for minute, at in sorted(people.items()))
