"""What happens to an alert, in names instead of ids, so that before and after can be compared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

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


class PagingStep(Protocol):
    """A step of an escalation, as the core or a server tells it."""

    @property
    def minute(self) -> int: ...  # noqa: D102
    @property
    def user_ids(self) -> Sequence[str]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where an alert goes, and whom it pages when; all by name."""

    outcome: Outcome
    severity: Severity | None
    team: str | None
    policies: tuple[str, ...]
    pages: tuple[Page, ...]
    by: DecidedBy | None
    rules: tuple[str, ...]
    reached_nobody: tuple[str, ...]
    """The policies that were chosen and reach nobody."""

    @property
    def effect(self) -> tuple[object, ...]:
        """What people notice: two verdicts with the same effect differ only in the reason."""
        return self.outcome, self.severity, self.team, frozenset(self.policies), self.pages

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
        policies=snapshot.names(decision.escalation_policy_ids),
        pages=pages(snapshot, dispatched.steps),
        by=decision.by,
        rules=snapshot.names(decision.rule_ids),
        reached_nobody=snapshot.names(dispatched.reached_nobody),
    )


def pages(snapshot: Snapshot, steps: Iterable[PagingStep]) -> tuple[Page, ...]:
    """Whom the steps page, by minute."""
    people: dict[int, set[str]] = {}
    for step in steps:
        if step.user_ids:
            people.setdefault(step.minute, set()).update(map(snapshot.email, step.user_ids))
    return tuple(Page(minute, tuple(sorted(at))) for minute, at in sorted(people.items()))
