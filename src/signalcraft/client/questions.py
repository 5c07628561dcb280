"""Asking who is on call, and where an alert would go."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict
from whenever import Instant

from signalcraft.client import answers
from signalcraft.client.request import Request
from signalcraft.model.alert import Alert
from signalcraft.model.conditions import Severity


class _Answer(BaseModel):
    # from_attributes: what the on-call core answers itself has the same fields.
    model_config = ConfigDict(frozen=True, from_attributes=True)


class OnCall(_Answer):
    """Who is on call on a schedule at an instant."""

    schedule_id: str
    at: Instant
    user_ids: tuple[str, ...]
    """Empty if nobody is on call."""
    since: Instant | None
    """Since when this is so; None for more than 366 days."""
    until: Instant | None
    """Until when this is so; None for more than 366 days."""
    rotation: str | None
    override_id: str | None
    revision: int | None = None
    """For a past instant, the revision of the schedule that was in force then, if it is known."""


class OnCallPage(_Answer):
    """Who is on call on each schedule, in order of the schedules' ids."""

    items: tuple[OnCall, ...]
    next_cursor: str | None


class Shift(_Answer):
    """A time during which the same people are on call."""

    user_ids: tuple[str, ...]
    starts_at: Instant
    ends_at: Instant
    rotation: str | None
    """Name of the rotation that says so; None for an override."""
    override_id: str | None


class ScheduleChange(_Answer):
    """A change to a schedule or its overrides, from which on other shifts were in force."""

    revision: int
    at: Instant


class Shifts(_Answer):
    """The shifts of a schedule between two instants, clipped to them."""

    items: tuple[Shift, ...]
    changes: tuple[ScheduleChange, ...] = ()
    """When the schedule or its overrides changed between them."""


class ReachedTarget(_Answer):
    """A target of a step, and the users whom it reaches at that minute."""

    type: Literal["schedule", "user", "team"]
    id: str
    who: Literal["current", "next", "previous"]
    user_ids: tuple[str, ...]


class Step(_Answer):
    """What happens at a minute after the alert opened, unless somebody acknowledges it before."""

    minute: int
    repetition: int
    targets: tuple[ReachedTarget, ...]
    user_ids: tuple[str, ...]
    """The people who are paged, each once; empty for a gap."""


class PolicyTimeline(_Answer):
    """How an alert escalates by one policy."""

    escalation_policy_id: str
    steps: tuple[Step, ...]


Detail = Literal["people", "tried"]
"""What an answer about routing has only if it is asked for."""

_LEFT_OUT = BeforeValidator(lambda value: () if value is None else value)


class TriedRule(_Answer):
    """What came of a routing rule."""

    rule_id: str
    matched: bool
    condition: int | None
    """Index of the condition that decided, if a single one did."""
    diagnostic: str | None
    """Why a condition could not be evaluated; it counts as one that doesn't hold."""
    outside_windows: bool
    """Whether the rule doesn't apply when the alert opens, by its windows."""


class RoutingResult(_Answer):
    """Where an alert goes, and why."""

    outcome: Literal["escalated", "suppressed", "unrouted"]
    by: Literal["rule", "service", "workspace_default"] | None
    """What decided it."""
    rule_ids: tuple[str, ...]
    """The rules that escalate or suppress it, in order."""
    severity: Severity | None
    team_id: str | None
    escalation_policy_ids: tuple[str, ...]
    """The policies that it goes to, each once, in order."""
    reached_nobody: tuple[str, ...]
    """The chosen policies that reach nobody. If all of them do, the default policy takes the alert."""
    timelines: Annotated[tuple[PolicyTimeline, ...], _LEFT_OUT] = ()
    """One for each policy; empty unless `people` are asked for, too."""
    tried: Annotated[tuple[TriedRule, ...], _LEFT_OUT] = ()
    """Every rule that was tried, in order."""

    @property
    def steps(self) -> Iterator[Step]:
        """The steps of all timelines."""
        return (step for timeline in self.timelines for step in timeline.steps)


class RoutingResults(_Answer):
    """The answers, in the order of the alerts."""

    results: tuple[RoutingResult, ...]


class _RoutingTest(BaseModel):
    alerts: tuple[Alert, ...]
    at: Instant | None
    include: tuple[Detail, ...]


def on_call(schedule_id: str, at: Instant | None = None) -> Request[OnCall]:
    """Who is on call on a schedule, now or at an instant."""
    return Request("GET", f"/v1/schedules/{schedule_id}/on-call", answers.shape(OnCall), _at(at))


def on_call_page(at: Instant | None = None, *, cursor: str | None = None) -> Request[OnCallPage]:
    """Who is on call on every schedule, page by page."""
    query = _at(at) | {"limit": "1000"} | ({} if cursor is None else {"cursor": cursor})
    return Request("GET", "/v1/on-call", answers.shape(OnCallPage), query)


def shifts(schedule_id: str, start: Instant, end: Instant) -> Request[Shifts]:
    """The shifts of a schedule between two instants, at most 366 days apart."""
    query = {"from": _text(start), "until": _text(end)}
    return Request("GET", f"/v1/schedules/{schedule_id}/shifts", answers.shape(Shifts), query)


def route_test(
    alerts: Sequence[Alert], at: Instant | None = None, include: Sequence[Detail] = ()
) -> Request[RoutingResults]:
    """Test where alerts go, 1,000 at most, that open now or at an instant; with these details."""
    opened_at = at and at.round("microsecond", mode="floor")
    asked = _RoutingTest(alerts=tuple(alerts), at=opened_at, include=tuple(include))
    content = asked.model_dump_json().encode()
    return Request("POST", "/v1/routing/test", answers.shape(RoutingResults), content=content)


def _at(at: Instant | None) -> dict[str, str]:
    return {} if at is None else {"at": _text(at)}


def _text(instant: Instant) -> str:
    return instant.round("microsecond", mode="floor").format_iso()
