"""Where alerts go, as tables of conditions and alerts."""

import json
from typing import Any

import pytest

from signalcraft.model.alert import Alert
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.oncall.directory import Directory
from signalcraft.oncall.people import People
from signalcraft.routing.dispatch import dispatch
from signalcraft.routing.router import Decision, Router
from signalcraft.routing.rule import RuleResult
from tests.oncall import policies
from tests.oncall.people import an_id, at, user

NOON = at("2026-01-05 12:00Z")


def policy(name: str) -> str:
    return an_id("esc", name)


def team(name: str) -> str:
    return an_id("team", name)


def rule(
    name: str,
    *conditions: str,
    priority: int = 1,
    to: str | None = None,
    goes_on: bool = False,
    **rest: Any,
) -> RoutingRule:
    """`rule("db", "labels.env eq prod", "labels.size gt 5", to="dba")`."""
    body = {
        "name": name,
        "priority": priority,
        "continue": goes_on,
        "conditions": [_condition(*condition.split(" ", 2)) for condition in conditions],
        "action": {"escalate_to": to and policy(to), **rest.pop("action", {})},
        **rest,
    }
    return RoutingRule.model_validate_json(json.dumps(body))


def _condition(field: str, operator: str, operand: str | None = None) -> dict[str, Any]:
    if operator in {"in", "not_in"}:
        return {"field": field, "operator": operator, "values": (operand or "").split(",")}
    return {"field": field, "operator": operator, "value": operand}


def router(
    *rules: RoutingRule, services: dict[str, str] | None = None, default: str | None = "catch"
) -> Router:
    policies = {name: policy(short) for name, short in (services or {}).items()}
    return Router(
        {r.name: r for r in rules}, policies, default and policy(default), "Europe/Berlin"
    )


def routed(asked: Router, alert: Alert) -> Decision:
    """The decision, on which the quick answer and the complete one agree."""
    decision = asked.route(alert, NOON)
    assert asked.explain(alert, NOON).decision == decision
    return decision


PROD = Alert(
    severity="error",
    title="Disk full on db-7",
    source="zabbix",
    service="db",
    routing_key="",
    labels={"env": "prod", "size": "10", "part": "1.50", "version": "v2"},
)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("labels.env eq prod", True),
        ("labels.env eq Prod", False),
        ("labels.none eq prod", False),
        ("labels.env ne prod", False),
        ("labels.env ne test", True),
        ("labels.none ne prod", True),
        ("labels.env in test,prod", True),
        ("labels.none in test,prod", False),
        ("labels.env not_in test,prod", False),
        ("labels.none not_in test,prod", True),
        ("title contains full", True),
        ("title contains empty", False),
        ("alert_policy contains a", False),
        ("title not_contains full", False),
        ("title not_contains empty", True),
        ("labels.none not_contains prod", True),
        ("title starts_with Disk", True),
        ("title starts_with full", False),
        ("title ends_with db-7", True),
        ("title ends_with Disk", False),
        ("title matches db-[0-9]$", True),
        ("title matches ^full", False),
        ("labels.none matches .*", False),
        ("title not_matches db-[0-9]$", False),
        ("title not_matches ^full", True),
        ("labels.none not_matches .*", True),
        ("labels.env exists", True),
        ("routing_key exists", True),
        ("alert_policy exists", False),
        ("labels.none not_exists", True),
        ("labels.env not_exists", False),
        ("labels.size gt 9", True),
        ("labels.size gt 10", False),
        ("labels.size gte 10.0", True),
        ("labels.size lt 1e2", True),
        ("labels.part lte 1.5", True),
        ("labels.none gt 1", False),
        ("severity gt warning", True),
        ("severity gte error", True),
        ("severity lt critical", True),
        ("severity lte info", False),
        ("severity eq error", True),
        ("service eq db", True),
    ],
)
def test_whether_a_condition_holds(condition: str, holds: bool) -> None:  # noqa: FBT001
    asked = router(rule("r", condition, to="dba"))
    assert asked.explain(PROD, NOON).tried == (RuleResult("r", holds, None if holds else 0, None),)
    assert routed(asked, PROD).by == ("rule" if holds else "workspace_default")


TWO = ("labels.env eq prod", "severity eq info")

DECIDING = [
    pytest.param(rule("r", to="x"), True, None, id="no conditions match every alert"),
    pytest.param(rule("r", match="any", to="x"), True, None, id="and do so when any would do"),
    pytest.param(rule("r", *TWO, to="x"), False, 1, id="all: the first that doesn't hold decides"),
    pytest.param(rule("r", *TWO, match="any", to="x"), True, 0, id="any: the first that holds"),
    pytest.param(
        rule("r", "labels.env eq a", "severity eq info", match="any", to="x"),
        False,
        None,
        id="any: none holds",
    ),
]


@pytest.mark.parametrize(("tried", "matched", "condition"), DECIDING)
def test_the_condition_that_decided_is_told(
    tried: RoutingRule,
    matched: bool,  # noqa: FBT001
    condition: int | None,
) -> None:
    explanation = router(tried).explain(PROD, NOON)
    assert explanation.tried == (RuleResult("r", matched, condition, None),)
    assert explanation.decision == router(tried).route(PROD, NOON)


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("labels.env gt 5", "Condition 1: 'prod' is not a number"),
        ("labels.version lt 5", "Condition 1: 'v2' is not a number"),
        ("labels.size lt five", "Condition 1: 'five' is not a number"),
        ("title matches (", "Condition 1: '(' is not a valid pattern"),
    ],
)
def test_a_rule_that_cannot_be_evaluated_leaves_a_diagnostic_and_hides_nothing(
    condition: str, reason: str
) -> None:
    asked = router(
        rule("broken", condition, action={"suppress": True}), rule("next", priority=2, to="dba")
    )
    broken, following = asked.explain(PROD, NOON).tried
    assert (broken.matched, broken.condition) == (False, 0)
    assert broken.diagnostic is not None
    assert broken.diagnostic.startswith(reason)
    assert following == RuleResult("next", matched=True, condition=None, diagnostic=None)
    assert routed(asked, PROD).rule_ids == ("next",)


def test_a_condition_that_cannot_be_evaluated_leaves_the_others_of_its_rule_alone() -> None:
    asked = router(rule("r", "labels.env gt 5", "severity eq error", match="any", to="dba"))
    (result,) = asked.explain(PROD, NOON).tried
    assert (result.matched, result.condition) == (True, 1)
    assert result.diagnostic


def test_rules_are_read_by_priority_and_then_by_name() -> None:
    asked = router(
        rule("b", priority=2, to="third"),
        rule("a", priority=2, to="second"),
        rule("z", "severity eq info", priority=1, to="first"),
    )
    assert [result.rule_id for result in asked.explain(PROD, NOON).tried] == ["z", "a"]
    assert routed(asked, PROD).escalation_policy_ids == (policy("second"),)


def test_disabled_rules_are_not_read() -> None:
    asked = router(rule("off", enabled=False, to="dba"))
    assert asked.explain(PROD, NOON).tried == ()
    assert routed(asked, PROD).by == "workspace_default"


def test_the_first_value_of_each_part_wins_and_later_rules_see_the_original_alert() -> None:
    asked = router(
        rule("1", priority=1, action={"set_severity": "critical"}, goes_on=True),
        rule("2", "severity eq critical", priority=2, to="fooled"),
        rule("3", priority=3, action={"assign_to": team("dba")}, goes_on=True),
        rule("4", priority=4, action={"set_severity": "info"}, to="dba", goes_on=True),
        rule("5", priority=5, action={"assign_to": team("web"), "suppress": True}),
        rule("6", priority=6, to="never read"),
    )
    assert routed(asked, PROD) == Decision(
        "escalated", "rule", ("4",), "critical", team("dba"), (policy("dba"),)
    )


def test_a_suppressed_alert_stays_suppressed() -> None:
    asked = router(
        rule("quiet", priority=1, action={"suppress": True}, goes_on=True),
        rule("loud", priority=2, to="dba"),
    )
    assert routed(asked, PROD) == Decision("suppressed", "rule", ("quiet",), "error", None, ())


@pytest.mark.parametrize(
    ("services", "default", "by", "to"),
    [
        ({"db": "dba"}, "catch", "service", "dba"),
        ({"web": "webmasters"}, "catch", "workspace_default", "catch"),
        ({}, "catch", "workspace_default", "catch"),
        ({}, None, None, None),
    ],
)
def test_an_alert_that_no_rule_sends_anywhere(
    services: dict[str, str], default: str | None, by: str | None, to: str | None
) -> None:
    tags = rule("tags", action={"set_severity": "info", "assign_to": team("dba")})
    decision = routed(router(tags, services=services, default=default), PROD)
    assert (decision.outcome, decision.by) == ("escalated" if to else "unrouted", by)
    assert decision.escalation_policy_ids == ((policy(to),) if to else ())
    assert (decision.rule_ids, decision.severity, decision.team_id) == ((), "info", team("dba"))


POLICIES = {
    policy("empty"): policies.policy((0, [team("nobody")])),
    policy("catch"): policies.policy((0, [user("ada")])),
}


@pytest.mark.parametrize("chosen", ["empty", "gone"])
def test_a_policy_that_reaches_nobody_hands_the_alert_to_the_workspaces_default(
    chosen: str,
) -> None:
    asked = router(rule("r", to=chosen))
    outcome = dispatch(asked.route(PROD, NOON), asked, NOON, POLICIES, Directory({}, People()))
    assert (outcome.decision.by, outcome.decision.rule_ids) == ("workspace_default", ("r",))
    assert outcome.decision.escalation_policy_ids == (policy("catch"),)
    assert [step.user_ids for step in outcome.steps] == [(user("ada"),)]
    assert outcome.reached_nobody == (policy(chosen),)


@pytest.mark.parametrize(
    ("default", "alert_rule", "steps", "unreached"),
    [
        pytest.param("catch", rule("r", to="catch"), 1, (), id="it reaches someone"),
        pytest.param("catch", rule("r", action={"suppress": True}), 0, (), id="it is suppressed"),
        pytest.param(None, rule("r", to="empty"), 1, ("empty",), id="there is no default"),
        pytest.param("empty", rule("r", to="empty"), 1, ("empty",), id="it is the default itself"),
    ],
)
def test_otherwise_an_alert_stays_where_it_was_routed(
    default: str | None, alert_rule: RoutingRule, steps: int, unreached: tuple[str, ...]
) -> None:
    asked = router(alert_rule, default=default)
    decision = asked.route(PROD, NOON)
    outcome = dispatch(decision, asked, NOON, POLICIES, Directory({}, People()))
    assert outcome.decision == decision
    assert outcome.reached_nobody == tuple(map(policy, unreached))
    assert len(list(outcome.steps)) == steps


SEVERAL = (
    rule("1", priority=1, to="database", goes_on=True),
    rule("2", "severity eq info", priority=2, to="never", goes_on=True),
    rule("3", priority=3, action={"set_severity": "info"}, to="security", goes_on=True),
    rule("4", priority=4, action={"suppress": True}, goes_on=True),
    rule("5", priority=5, action={"set_severity": "critical"}, to="database", goes_on=True),
    rule("6", priority=6, to="web"),
    rule("7", priority=7, to="never read"),
)


def test_what_later_rules_escalate_to_is_added_each_once_in_order() -> None:
    assert routed(router(*SEVERAL), PROD) == Decision(
        "escalated",
        "rule",
        ("1", "3", "6"),
        "info",
        None,
        (policy("database"), policy("security"), policy("web")),
    )


def test_each_of_several_policies_has_its_own_timeline() -> None:
    asked = router(
        rule("1", priority=1, to="quick", goes_on=True), rule("2", priority=2, to="slow")
    )
    reached = {
        policy("quick"): policies.policy((0, [user("ada")])),
        policy("slow"): policies.policy((0, [user("ada")]), (10, [user("ben")])),
    }
    found = dispatch(asked.route(PROD, NOON), asked, NOON, reached, Directory({}, People()))
    told = {
        id: [(step.minute, step.user_ids) for step in timeline.steps]
        for id, timeline in found.timelines.items()
    }
    assert told == {
        policy("quick"): [(0, (user("ada"),))],
        policy("slow"): [(0, (user("ada"),)), (10, (user("ben"),))],
    }


@pytest.mark.parametrize(
    ("chosen", "by", "goes_to"),
    [
        (("empty", "catch"), "rule", ("empty", "catch")),
        (("gone", "catch", "empty"), "rule", ("gone", "catch", "empty")),
        (("empty", "gone"), "workspace_default", ("other",)),
    ],
)
def test_the_default_steps_in_only_if_no_policy_reaches_anyone(
    chosen: tuple[str, ...], by: str, goes_to: tuple[str, ...]
) -> None:
    rules = [rule(to, priority=i, to=to, goes_on=True) for i, to in enumerate(chosen)]
    asked = router(*rules, default="other")
    known = POLICIES | {policy("other"): policies.policy((0, [user("eve")]))}
    found = dispatch(asked.route(PROD, NOON), asked, NOON, known, Directory({}, People()))
    assert (found.decision.by, found.decision.rule_ids) == (by, chosen)
    assert found.decision.escalation_policy_ids == tuple(map(policy, goes_to))
    unreached = [policy(each) for each in chosen if each != "catch"]
    assert list(found.reached_nobody) == unreached
    assert any(step.user_ids for step in found.steps)
