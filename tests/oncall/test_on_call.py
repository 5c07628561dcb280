"""Who is on call at an instant, since and until when."""

import pytest

from signalcraft.oncall.errors import TimeOutOfRange
from signalcraft.oncall.roster import OnCall, Roster
from tests.oncall.people import at, names, override, rotation, schedule, user

BERLIN = "Europe/Berlin"
WEEKLY = rotation("weekly", "ada ben eve", "2026-01-05 09:00", "1 week")


@pytest.mark.parametrize(
    ("moment", "person", "since", "until"),
    [
        pytest.param(
            "2026-01-05 07:59Z", None, None, "2026-01-05 08:00Z", id="before the rotation begins"
        ),
        pytest.param(
            "2026-01-05 08:00Z", "ada", "2026-01-05 08:00Z", "2026-01-12 08:00Z", id="a hand-over"
        ),
        pytest.param(
            "2026-03-30 06:59Z",
            "eve",
            "2026-03-23 08:00Z",
            "2026-03-30 07:00Z",
            id="a week that is an hour shorter",
        ),
        pytest.param(
            "2199-12-31 00:00Z", "ada", "2199-12-30 08:00Z", "2200-01-06 08:00Z", id="far ahead"
        ),
    ],
)
def test_who_is_on_call(moment: str, person: str | None, since: str | None, until: str) -> None:
    answer = Roster(schedule(BERLIN, WEEKLY)).on_call(at(moment))
    assert (names(answer.user_ids) or None, answer.since, answer.until) == (
        person,
        since and at(since),
        at(until),
    )
    assert answer.rotation == (person and "weekly")


def test_nobody_is_an_answer() -> None:
    assert Roster(schedule("UTC")).on_call(at("2026-01-01 00:00Z")) == OnCall(
        (), None, None, None, None
    )


def test_a_change_more_than_366_days_away_is_not_told() -> None:
    alone = rotation("alone", "ada", "2020-01-01 00:00", "1 day", ends_at="2027-01-02 00:00")
    roster = Roster(schedule("UTC", alone))
    assert roster.on_call(at("2025-12-31 23:59Z")).until is None
    assert roster.on_call(at("2026-01-01 00:00Z")) == OnCall(
        (user("ada"),), None, at("2027-01-02 00:00Z"), "alone", None
    )


def test_an_override_says_so() -> None:
    roster = Roster(
        schedule(BERLIN, WEEKLY), [override("max", "2026-01-06 10:00Z", "2026-01-06 14:00Z")]
    )
    assert roster.on_call(at("2026-01-06 12:00Z")) == OnCall(
        (user("max"),), at("2026-01-06 10:00Z"), at("2026-01-06 14:00Z"), None, "ovr_max"
    )
    assert roster.on_call(at("2026-01-06 14:00Z")).since == at("2026-01-06 14:00Z")


def test_an_instant_where_zones_are_unknown_is_refused() -> None:
    roster = Roster(schedule(BERLIN, WEEKLY))
    for moment in ("1969-12-31 23:59Z", "2201-01-01 00:00Z"):
        with pytest.raises(TimeOutOfRange, match="years 1970 to 2200"):
            roster.users_on_call(at(moment))
