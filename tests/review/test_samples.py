"""Alerts are made up so that each rule has one that it matches."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalcraft.model.routing_rule import RoutingRule
from signalcraft.review.samples import matching_alert
from signalcraft.routing.rule import CompiledRule
from tests.review.worlds import conditions


def rule(match: str, *conditions: dict[str, Any]) -> RoutingRule:
    body = {
        "name": "x",
        "priority": 1,
        "match": match,
        "conditions": conditions,
        "action": {"suppress": True},
    }
    return RoutingRule.model_validate_json(json.dumps(body))


@given(st.sampled_from(["all", "any"]), st.lists(conditions(), max_size=4))
def test_an_alert_that_is_made_up_matches(match: str, written: list[dict[str, Any]]) -> None:
    made = rule(match, *written)
    alert = matching_alert(made)
    assert alert is None or CompiledRule("x", made).evaluate(alert.texts()).matched


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "title", "operator": "matches", "value": "disk full"},
        {"field": "title", "operator": "matches", "value": r"^pay\.checkout$"},
        {"field": "labels.n", "operator": "gt", "value": "99.5"},
        {"field": "severity", "operator": "gt", "value": "warning"},
        {"field": "labels.a", "operator": "exists"},
        {"field": "labels.a", "operator": "not_in", "values": ["a"]},
        {"field": "labels.a", "operator": "not_contains", "value": "a"},
        {"field": "title", "operator": "not_matches", "value": "^test-"},
        {"field": "labels.a", "operator": "ends_with", "value": "-prod"},
    ],
)
def test_common_conditions_have_an_alert(condition: dict[str, Any]) -> None:
    assert matching_alert(rule("all", condition)) is not None


def test_parts_of_one_text_are_put_together() -> None:
    alert = matching_alert(
        rule(
            "all",
            {"field": "labels.host", "operator": "starts_with", "value": "db-"},
            {"field": "labels.host", "operator": "ends_with", "value": ".example.com"},
        )
    )
    assert alert is not None
    assert alert.labels == {"host": "db-.example.com"}
