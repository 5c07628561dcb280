"""The question where an alert would go."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import Field
from whenever import Instant

from signalcraft.api.http.body import read_body
from signalcraft.api.http.call import Answer, Call, answer
from signalcraft.api.http.operation import Operation
from signalcraft.api.http.schemas import Shape
from signalcraft.api.http.time_parameters import answerable
from signalcraft.api.oncall.on_call import TimelineStep, step_shape
from signalcraft.model.alert import Alert
from signalcraft.model.conditions import Severity
from signalcraft.model.fields import Distinct
from signalcraft.model.instants import Instant as InstantText
from signalcraft.model.resource import Part
from signalcraft.oncall.instants import read_instant
from signalcraft.routing.dispatch import Destination, destination, dispatch
from signalcraft.store.config.compiled import Configuration

MAX_ALERTS = 1000
Detail = Literal["people", "tried"]


class RoutingTest(Part):
    """Alerts to ask about."""

    alerts: Annotated[tuple[Alert, ...], Field(min_length=1, max_length=MAX_ALERTS)]
    """The alerts."""
    at: InstantText | None = None
    """When they open, with an offset; now if left out."""
    include: Annotated[tuple[Detail, ...], Field(max_length=2), Distinct()] = ()
    """Details to add for each alert: `people` (the timeline), `tried` (every rule tried)."""


class TriedRule(Shape):
    """What came of a rule."""

    rule_id: str
    matched: bool
    condition: int | None
    """Index of the condition that decided: the first that failed, or, where any one is enough, the
    first that held. Null where no single one did."""
    diagnostic: str | None
    """Why a condition could not be evaluated; it counts as one that doesn't hold."""
    outside_windows: bool
    """Whether the rule doesn't apply at `at`, by its windows, so its conditions weren't evaluated."""


class PolicyTimeline(Shape):
    """How an unacknowledged alert escalates by one policy."""

    escalation_policy_id: str
    steps: list[TimelineStep]
    """In order of time."""


class RoutingResult(Shape):
    """Where an alert goes, and why."""

    outcome: Literal["escalated", "suppressed", "unrouted"]
    by: Literal["rule", "service", "workspace_default"] | None
    """What decided it."""
    rule_ids: list[str]
    """The rules that escalate or suppress it, in order; of several that escalate to one policy, the
    first."""
    severity: Severity | None
    """Its severity."""
    team_id: str | None
    """The team that it is assigned to."""
    escalation_policy_ids: list[str]
    """The policies that it goes to, each once, in order."""
    reached_nobody: list[str]
    """Those of the chosen policies that reach nobody. If all of them do, the alert goes to the
    workspace's default policy."""
    timelines: list[PolicyTimeline] | None
    """Who is paged, and when, by each policy."""
    tried: list[TriedRule] | None
    """Every rule that was tried, in order."""


class RoutingResults(Shape):
    """The answers, in the order of the alerts."""

    results: list[RoutingResult]


def operations() -> Iterator[Operation]:
    """The question where an alert would go."""
    yield Operation(
        "POST",
        "/v1/routing/test",
        "test_routing",
        "Test where alerts go",
        _test,
        {200: RoutingResults},
        description=f"For each of up to {MAX_ALERTS:,} alerts: the decision, the people paged, and "
        "every rule that was tried. Nothing is stored, and nobody is paged.",
        costly=True,
        tag="Where alerts go",
        scope="config:read",
        request=RoutingTest,
    )


def _test(call: Call) -> Answer:
    request = read_body(RoutingTest, call.body)
    at = read_instant(request.at) if request.at else Instant.now()
    configuration = call.configuration
    with answerable("at"):
        results = [
            _result(configuration, alert, at, frozenset(request.include))
            for alert in request.alerts
        ]
    return answer({"results": results})


def _result(
    configuration: Configuration, alert: Alert, at: Instant, include: frozenset[Detail]
) -> dict[str, Any]:
    router, policies = configuration.router, configuration.policies
    tried = None
    if "tried" in include:
        explanation = router.explain(alert, at)
        decision, tried = explanation.decision, explanation.tried
    else:
        decision = router.route(alert, at)
    asked = (decision, router, at, policies, configuration.directory)
    if "people" in include:
        dispatched = dispatch(*asked)
        found = Destination(dispatched.decision, dispatched.reached_nobody)
        timelines = [
            {"escalation_policy_id": id, "steps": [step_shape(step) for step in timeline.steps]}
            for id, timeline in dispatched.timelines.items()
        ]
    else:
        found, timelines = destination(*asked), None
    return {
        **asdict(found.decision),
        "reached_nobody": found.reached_nobody,
        "timelines": timelines,
        "tried": None if tried is None else [asdict(result) for result in tried],
    }
