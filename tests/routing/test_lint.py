"""Rules that can never decide anything."""

import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalcraft.model.alert import Alert
from signalcraft.model.mistake import Code
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.routing.coverage import EndingRules, covers
from signalcraft.routing.lint import contradiction, rule_findings
from signalcraft.routing.router import Router
from tests.oncall.people import at
from tests.review.worlds import conditions

# Every alert that the generated conditions can tell apart, and more.
TEXTS = (None, "", "x", "y", "xx", "4", "5", "6", "50", "51", "550")
ALERTS = [
    Alert(labels={name: text for name, text in (("p", p), ("q", q)) if text is not None}, service=s)
    for p, q, s in product(TEXTS, TEXTS, (None, "x", "5", "51"))
]

MONDAYS = {"days": ["mon"], "start_time": "00:00", "end_time": "00:00"}
MORNINGS = {"days": ["mon", "tue", "sun"], "start_time": "06:00", "end_time": "12:00"}
MONDAY_MORNING, SUNDAY = at("2026-01-05 08:00Z"), at("2026-01-04 12:30Z")

RULES = st.fixed_dictionaries(
    {
        "priority": st.integers(0, 2),
        "match": st.sampled_from(["all", "any"]),
        "conditions": st.lists(conditions(), max_size=3),
        "continue": st.booleans(),
        "enabled": st.booleans(),
        "windows": st.lists(st.sampled_from([MONDAYS, MORNINGS]), max_size=2),
        "time_zone": st.sampled_from([None, "UTC"]),
    }
)


def condition(field: str, operator: str, *values: str) -> dict[str, Any]:
    operand: dict[str, Any] = {"value": values[0]} if values else {}
    if operator in {"in", "not_in"}:
        operand = {"values": values}
    return {"field": field, "operator": operator, **operand}


ENV = condition("labels.env", "eq", "prod")


def rule(name: str, **fields: Any) -> RoutingRule:
    body = {"name": name, "priority": 1, "action": {"suppress": True}, **fields}
    return RoutingRule.model_validate_json(json.dumps(body))


@given(st.lists(RULES, min_size=1, max_size=4))
def test_a_rule_that_is_called_dead_never_matches_before_the_reading_ends(
    written: list[dict[str, Any]],
) -> None:
    rules = {f"rule_{i}": rule(str(i), **fields) for i, fields in enumerate(written)}
    found = rule_findings(rules)
    dead = {each.rule_id for each in found if each.code is not Code.DUPLICATE_RULE}
    router = Router(rules, {}, None, "Europe/Berlin")
    for alert, opens in product(ALERTS, (MONDAY_MORNING, SUNDAY)):
        tried = router.explain(alert, opens).tried
        matched = {result.rule_id for result in tried if result.matched}
        assert not matched & dead


@given(st.lists(RULES, min_size=2, max_size=6))
def test_the_rules_that_are_filed_are_all_that_cover_another(written: list[dict[str, Any]]) -> None:
    *earlier, last = [rule(str(i), **fields) for i, fields in enumerate(written)]
    filed = EndingRules()
    for i, each in enumerate(earlier):
        filed.add(str(i), each)
    covering = {str(i) for i, each in enumerate(earlier) if covers(each, last)}
    found = filed.covering(last)
    assert found in covering if covering else found is None


@given(st.lists(RULES, min_size=2, max_size=4))
def test_a_rule_without_effect_can_be_removed(written: list[dict[str, Any]]) -> None:
    rules = {f"rule_{i}": rule(str(i), **fields) for i, fields in enumerate(written)}
    useless = {found.rule_id for found in rule_findings(rules)}
    rest = {id: rule for id, rule in rules.items() if id not in useless}
    routers = [Router(each, {}, None, "Europe/Berlin") for each in (rules, rest)]
    for alert, opens in product(ALERTS, (MONDAY_MORNING, SUNDAY)):
        before, after = (router.route(alert, opens) for router in routers)
        assert before == after


@pytest.mark.parametrize(
    ("fields", "other", "same"),
    [
        ({"conditions": [ENV]}, {"conditions": [ENV], "match": "any"}, True),
        (
            {"conditions": [ENV, condition("service", "exists")], "continue": True},
            {"conditions": [condition("service", "exists"), ENV], "continue": True},
            True,
        ),
        ({"time_zone": "UTC"}, {}, True),
        ({"continue": True}, {"continue": True, "action": {"set_severity": "info"}}, False),
        ({"continue": True}, {}, False),
        ({"windows": [MONDAYS], "continue": True}, {"continue": True}, False),
        ({"conditions": [ENV], "enabled": False}, {"conditions": [ENV]}, False),
    ],
)
def test_two_rules_that_do_the_same_are_found(
    fields: dict[str, Any],
    other: dict[str, Any],
    same: bool,  # noqa: FBT001
) -> None:
    rules = {"rule_1": rule("First", **fields), "rule_2": rule("Second", **other)}
    found = rule_findings(rules)
    assert [(each.rule_id, each.code) for each in found] == (
        [("rule_2", Code.DUPLICATE_RULE)] if same else []
    )
    assert all('"First"' in each.detail for each in found)


@pytest.mark.parametrize(
    "conditions",
    [
        [condition("labels.load", "gt", "high")],
        [ENV, condition("labels.env", "eq", "test")],
        [ENV, condition("labels.env", "ne", "prod")],
        [condition("labels.env", "in", "a", "b"), condition("labels.env", "starts_with", "c")],
        [
            condition("labels.env", "contains", "a"),
            {"field": "labels.env", "operator": "not_exists"},
        ],
        [condition("title", "starts_with", "test-"), condition("title", "not_contains", "test")],
        [condition("title", "matches", "^a"), condition("title", "not_matches", "^a")],
        [condition("labels.env", "in", "ab", "b"), condition("labels.env", "not_contains", "b")],
        [condition("labels.n", "gt", "5"), condition("labels.n", "lt", "5")],
        [condition("labels.n", "gte", "5"), condition("labels.n", "lt", "5")],
        [condition("severity", "gt", "critical")],
        [condition("severity", "gte", "error"), condition("severity", "lt", "warning")],
    ],
)
def test_conditions_that_nothing_fulfils_are_found(conditions: list[dict[str, Any]]) -> None:
    assert contradiction(rule("x", conditions=conditions)) is not None


@pytest.mark.parametrize(
    "conditions",
    [
        [],
        [ENV, condition("labels.env", "starts_with", "p")],
        [condition("labels.env", "ne", "a"), {"field": "labels.env", "operator": "not_exists"}],
        [condition("labels.n", "gte", "5"), condition("labels.n", "lte", "5")],
        [condition("severity", "gte", "error"), condition("severity", "lte", "error")],
        [condition("title", "contains", "a"), condition("title", "contains", "b")],
        [condition("title", "contains", "a"), condition("title", "not_contains", "ab")],
        [condition("title", "contains", "a"), condition("title", "not_matches", "a")],
        [condition("title", "not_contains", "a"), condition("title", "not_matches", "a")],
    ],
)
def test_conditions_that_something_fulfils_are_left_alone(conditions: list[dict[str, Any]]) -> None:
    assert contradiction(rule("x", conditions=conditions)) is None


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ({}, {"conditions": [ENV]}),
        ({"conditions": [ENV]}, {"conditions": [ENV, condition("service", "eq", "a")]}),
        (
            {"conditions": [condition("labels.env", "starts_with", "pr")]},
            {"conditions": [ENV]},
        ),
        (
            {"conditions": [{"field": "labels.env", "operator": "exists"}]},
            {"conditions": [condition("labels.env", "contains", "x")]},
        ),
        (
            {"conditions": [condition("title", "not_contains", "ab")]},
            {"conditions": [condition("title", "not_contains", "b")]},
        ),
        (
            {"conditions": [condition("labels.env", "ne", "a")]},
            {"conditions": [condition("labels.env", "not_in", "a", "b")]},
        ),
        (
            {"conditions": [condition("title", "ne", "a")]},
            {"conditions": [condition("title", "contains", "b")]},
        ),
        (
            {"conditions": [condition("title", "not_matches", "^a")]},
            {"conditions": [{"field": "title", "operator": "not_exists"}]},
        ),
        (
            {"windows": [MONDAYS, MORNINGS]},
            {"windows": [MORNINGS], "conditions": [ENV]},
        ),
        (
            {"match": "any", "conditions": [ENV, condition("service", "eq", "a")]},
            {"conditions": [condition("service", "eq", "a")]},
        ),
        (
            {"conditions": [condition("labels.env", "in", "a", "b")]},
            {"match": "any", "conditions": [condition("labels.env", "eq", "b")]},
        ),
    ],
)
def test_a_rule_that_comes_too_late_names_the_one_before(
    earlier: dict[str, Any], later: dict[str, Any]
) -> None:
    rules = {"rule_1": rule("First", **earlier), "rule_2": rule("Second", priority=2, **later)}
    [dead] = rule_findings(rules)
    assert (dead.rule_id, dead.code, dead.earlier_id) == ("rule_2", Code.RULE_SHADOWED, "rule_1")
    assert '"First"' in dead.detail
    timed = {"windows": [MONDAYS], "time_zone": "UTC"}
    assert rule_findings(rules | {"rule_1": rule("First", **earlier | timed)}) == []
    going_on = rules | {"rule_1": rule("First", **earlier, **{"continue": True})}
    assert rule_findings(going_on) == []
