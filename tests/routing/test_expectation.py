"""Tests of a configuration: what they expect, and how they tell what came out otherwise."""

import pytest

from signalcraft.routing.expectation import Difference, Expectation, differences
from signalcraft.routing.router import Decision
from tests.oncall.people import an_id, user

ADA, BEN, EVE = user("ada"), user("ben"), user("eve")
CREW = an_id("team", "crew")
DECISION = Decision("escalated", "rule", "rule", "error", None, "esc_database")
PAGED = {0: {ADA}, 30: {ADA, BEN}}


@pytest.mark.parametrize(
    "expected",
    [
        pytest.param(Expectation(), id="nothing is asked about"),
        pytest.param(
            Expectation("escalated", "error", None, "esc_database", {0: {ADA}, 30: {BEN, ADA}}),
            id="everything comes out so",
        ),
        pytest.param(Expectation(people={15: set()}), id="nobody is paged at that minute"),
    ],
)
def test_a_test_passes(expected: Expectation) -> None:
    assert list(differences(expected, DECISION, PAGED)) == []


def test_every_difference_is_told() -> None:
    expected = Expectation(
        "suppressed", "error", CREW, "esc_web", {30: {BEN, EVE}, 0: {ADA}, 15: {ADA}}
    )
    assert list(differences(expected, DECISION, PAGED)) == [
        Difference("outcome", ("suppressed",), ("escalated",)),
        Difference("team", (CREW,), ()),
        Difference("policy", ("esc_web",), ("esc_database",)),
        Difference("minute 15", [ADA], []),
        Difference("minute 30", [BEN, EVE], [ADA, BEN]),
    ]
