"""Rules that apply at certain times of the week."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whenever import Instant

from signalcraft.model.routing_rule import RoutingRule
from signalcraft.oncall.local_time import MINUTE, nanos
from signalcraft.routing.router import Router
from signalcraft.routing.rule import CompiledRule
from signalcraft.routing.words import hours_in_words
from tests.oncall.oracle import Minutes, windows
from tests.oncall.people import at
from tests.oncall.test_on_call_by_brute_force import RESTRICTIONS, near_a_change
from tests.routing.test_router import NOON, PROD, policy, routed, router, rule

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def window(start: str, end: str, *days: str) -> dict[str, Any]:
    return {"days": days or WEEKDAYS, "start_time": start, "end_time": end}


@settings(max_examples=60)
@given(near_a_change(), st.lists(RESTRICTIONS, min_size=1, max_size=3))
def test_a_rule_applies_in_each_minute_that_its_windows_name(
    when: tuple[str, Any], written: list[Any]
) -> None:
    zone, day = when
    minutes = Minutes(zone, day - timedelta(hours=30), day + timedelta(hours=30))
    body = {
        "name": "timed",
        "priority": 1,
        "windows": [vars(each) for each in written],
        "action": {"suppress": True},
    }
    compiled = CompiledRule("timed", RoutingRule.model_validate_json(json.dumps(body)), zone)
    expected = windows(written, minutes)
    first = nanos(Instant.from_timestamp(int(minutes.utc(0).timestamp())))
    for i in minutes.asked:
        result = compiled.evaluate({}, first + i * MINUTE)
        assert result.matched == (i in expected)
        assert result.outside_windows == (i not in expected)


@settings(max_examples=60)
@given(near_a_change(), st.lists(RESTRICTIONS, min_size=1, max_size=2))
def test_the_next_time_that_a_rule_applies_is_the_first(
    when: tuple[str, Any], written: list[Any]
) -> None:
    zone, day = when
    minutes = Minutes(zone, day - timedelta(hours=6), day + timedelta(days=9))
    expected = sorted(windows(written, minutes))
    body = {
        "name": "timed",
        "priority": 1,
        "windows": [vars(each) for each in written],
        "action": {"suppress": True},
    }
    compiled = CompiledRule("timed", RoutingRule.model_validate_json(json.dumps(body)), zone)
    first = nanos(Instant.from_timestamp(int(minutes.utc(0).timestamp())))
    asked = minutes.asked[0]
    next_minute = next(i for i in expected if i >= asked)
    assert compiled.applies_from(first + asked * MINUTE) == first + next_minute * MINUTE


@pytest.mark.parametrize(
    ("opens", "to"),
    [
        ("2026-01-05 08:00Z", "team"),
        ("2026-01-05 16:00Z", "night"),
        ("2026-01-05 07:59Z", "night"),
        ("2026-01-10 12:00Z", "night"),
    ],
)
def test_office_hours_go_to_the_team_and_nights_elsewhere(opens: str, to: str) -> None:
    asked = router(
        rule("office", to="team", windows=[window("09:00", "17:00")]),
        rule("else", priority=2, to="night"),
    )
    decision = asked.route(PROD, at(opens))
    assert decision.escalation_policy_ids == (policy(to),)
    assert asked.explain(PROD, at(opens)).decision == decision


def test_windows_are_in_the_rules_own_time_zone_or_else_in_the_workspaces() -> None:
    hours = [window("09:00", "12:00", "mon")]
    own = rule("own", to="own", windows=hours, time_zone="America/New_York")
    workspaces = rule("workspace's", priority=2, to="berlin", windows=hours)
    asked = router(own, workspaces, default="catch")
    for opens, to in (("08:30Z", "berlin"), ("12:30Z", "catch"), ("14:30Z", "own")):
        decision = asked.route(PROD, at(f"2026-01-05 {opens}"))
        assert decision.escalation_policy_ids == (policy(to),)


def test_a_rule_outside_its_windows_says_so_and_its_conditions_are_not_evaluated() -> None:
    asked = router(rule("r", "labels.env gt 5", to="dba", windows=[window("18:00", "19:00")]))
    (result,) = asked.explain(PROD, NOON).tried
    assert (result.matched, result.outside_windows) == (False, True)
    assert (result.condition, result.diagnostic) == (None, None)


def test_windows_that_cover_the_whole_week_are_no_windows() -> None:
    always = [window("00:00", "12:00", *WEEKDAYS, "sat", "sun"), window("12:00", "00:00")]
    always.append(window("12:00", "00:00", "sat", "sun"))
    assert routed(router(rule("r", to="dba", windows=always)), PROD).rule_ids == ("r",)


@pytest.mark.parametrize(
    ("windows", "words"),
    [
        ([], "always"),
        ([window("09:00", "17:00")], "Mon–Fri 09:00–17:00"),
        ([window("09:00", "17:00", "sun", "sat")], "Sat, Sun 09:00–17:00"),
        (
            [window("22:00", "06:00", "fri", "mon", "wed"), window("10:00", "12:00", "sat")],
            "Mon, Wed, Fri 22:00–06:00, Sat 10:00–12:00",
        ),
    ],
)
def test_hours_are_told_in_words(windows: list[dict[str, Any]], words: str) -> None:
    assert hours_in_words(rule("r", to="dba", windows=windows).windows) == words


def test_a_router_of_another_time_zone_decides_by_its_clocks() -> None:
    timed = {"r": rule("r", to="dba", windows=[window("09:00", "10:00", "mon")])}
    opens = at("2026-01-05 09:30Z")
    by_zone = {
        zone: Router(timed, {}, None, zone).route(PROD, opens) for zone in ("UTC", "Asia/Tokyo")
    }
    assert [by_zone["UTC"].outcome, by_zone["Asia/Tokyo"].outcome] == ["escalated", "unrouted"]
