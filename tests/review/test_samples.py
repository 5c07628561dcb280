"""Alerts are made up so that each rule has one that it matches."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalcraft.model.alert import Alert
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.oncall.local_time import nanos
from signalcraft.review.samples import matching_alert
from signalcraft.routing.rule import CompiledRule
from tests.oncall.people import at
from tests.review.worlds import conditions

NOW = at("2026-01-08 12:00Z")


def rule(match: str, *conditions: dict[str, Any], **fields: Any) -> RoutingRule:
    body = {
        "name": "x",
        "priority": 1,
        "match": match,
        "conditions": conditions,
        "action": {"suppress": True},
        **fields,
    }
    return RoutingRule.model_validate_json(json.dumps(body))


@given(st.sampled_from(["all", "any"]), st.lists(conditions(), max_size=4))
def test_an_alert_that_is_made_up_matches(match: str, written: list[dict[str, Any]]) -> None:
    made = rule(match, *written)
    found = matching_alert(made, "UTC", NOW)
    if found is not None:
        alert, opens = found
        assert opens == NOW
        assert CompiledRule("x", made, "UTC").evaluate(alert.texts(), nanos(opens)).matched


def test_an_alert_for_a_rule_with_windows_opens_when_the_rule_applies() -> None:
    window = {"days": ["mon"], "start_time": "09:00", "end_time": "17:00"}
    made = rule("all", windows=[window])
    assert matching_alert(made, "Europe/Berlin", NOW) == (Alert(), at("2026-01-12 08:00Z"))
    elsewhere = rule("all", windows=[window], time_zone="America/New_York")
    assert matching_alert(elsewhere, "Europe/Berlin", NOW) == (Alert(), at("2026-01-12 14:00Z"))
    within = at("2026-01-12 08:30Z")
    assert matching_alert(made, "Europe/Berlin", within) == (Alert(), within)


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
    assert matching_alert(rule("all", condition), "UTC", NOW) is not None


def test_parts_of_one_text_are_put_together() -> None:
    made = rule(
        "all",
        {"field": "labels.host", "operator": "starts_with", "value": "db-"},
        {"field": "labels.host", "operator": "ends_with", "value": ".example.com"},
    )
    found = matching_alert(made, "UTC", NOW)
    assert found is not None
    assert found[0].labels == {"host": "db-.example.com"}
