"""The bound on the work that one question may cause."""

import pytest
from whenever import Instant, TimeDelta

from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.schedule import Schedule
from signalcraft.oncall.budget import TooMuchWork, limited, spend
from signalcraft.oncall.directory import Directory
from signalcraft.oncall.escalation import reaches_nobody, timeline
from signalcraft.oncall.people import People
from signalcraft.oncall.roster import Roster

_START = Instant.from_utc(2026, 1, 5)


def test_work_is_counted_only_where_it_is_limited() -> None:
    spend(10**9)
    with limited(2) as budget:
        spend(2)
        assert budget.left == 0
        with pytest.raises(TooMuchWork):
            spend(1)
    spend(10**9)


def test_a_limit_within_another_allows_no_more_than_that_has_left() -> None:
    with limited(10) as outer:
        with limited(4):
            spend(3)
        assert outer.left == 7
        with pytest.raises(TooMuchWork), limited(100):
            spend(8)
        assert outer.left == 0


def test_a_schedule_of_many_layers_is_looked_at_only_so_far() -> None:
    rotation = {
        "participants": [f"user_01h455vb4pex5vsknk084sn0{n}q" for n in (1, 2)],
        "starts_at": "2026-01-05T09:00:00",
        "shift_length": 1,
        "shift_unit": "hour",
        "restrictions": [{"days": ["mon", "wed"], "start_time": "09:00", "end_time": "17:00"}],
    }
    rotations = [{**rotation, "name": str(n)} for n in range(50)]
    roster = Roster(
        Schedule.model_validate(
            {"name": "S", "time_zone": "UTC", "rotations": rotations}, strict=False
        )
    )
    with limited(20_000):
        roster.shifts(_START, _START + TimeDelta(hours=24 * 7))
        with pytest.raises(TooMuchWork, match="shorter time"):
            roster.shifts(_START, _START + TimeDelta(hours=24 * 366))


def test_whether_a_policy_reaches_anybody_costs_only_its_first_step() -> None:
    team = "team_01h455vb4pex5vsknk084sn02q"
    rules = [{"delay_minutes": n, "targets": [{"type": "team", "id": team}]} for n in range(20)]
    policy = EscalationPolicy.model_validate(
        {"name": "E", "rules": rules, "repeat_times": 9, "repeat_after_minutes": 30}, strict=False
    )
    directory = Directory({}, People({team: [f"user_{n}" for n in range(1000)]}))
    with limited(3_000):
        assert not reaches_nobody(policy, _START, directory)
        with pytest.raises(TooMuchWork):
            timeline(policy, _START, directory)
