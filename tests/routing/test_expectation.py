"""Tests of a configuration: what they expect, and how they tell what came out otherwise."""

import pytest

from signalcraft.routing.expectation import Expectation, Mismatch, mismatches
from signalcraft.routing.router import Decision
from tests.oncall.people import an_id, user

ADA, BEN, EVE = user("ada"), user("ben"), user("eve")
CREW = an_id("team", "crew")
DECISION = Decision("escalated", "rule", ("rule",), "error", None, ("esc_database", "esc_web"))
PAGED = {0: {ADA}, 30: {ADA, BEN}}


@pytest.mark.parametrize(
    "expected",
    [
        pytest.param(Expectation(), id="nothing is asked about"),
        pytest.param(
            Expectation(
                "escalated", "error", None, {"esc_web", "esc_database"}, {0: {ADA}, 30: {BEN, ADA}}
            ),
            id="everything comes out so",
        ),
        pytest.param(Expectation(people={15: set()}), id="nobody is paged at that minute"),
    ],
)
def test_a_test_passes(expected: Expectation) -> None:
    assert list(mismatches(expected, DECISION, PAGED)) == []


def test_every_difference_is_told() -> None:
    expected = Expectation(
        "suppressed", "error", CREW, {"esc_web"}, {30: {BEN, EVE}, 0: {ADA}, 15: {ADA}}
    )
    assert list(mismatches(expected, DECISION, PAGED)) == [
        Mismatch("outcome", ("suppressed",), ("escalated",)),
        Mismatch("team", (CREW,), ()),
        Mismatch("policy", ["esc_web"], ("esc_database", "esc_web")),
        Mismatch("minute 15", [ADA], []),
        Mismatch("minute 30", [BEN, EVE], [ADA, BEN]),
    ]
