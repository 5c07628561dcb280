"""Who was on call: each moment is answered by the schedule as it was then."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whenever import Instant, TimeDelta

from signalcraft.model.schedule import Schedule
from signalcraft.oncall.errors import HistoryNotKept, RangeTooLong, TooManyShifts
from signalcraft.oncall.local_time import BEGINNING, nanos
from signalcraft.oncall.override import Override
from signalcraft.oncall.roster import Roster
from signalcraft.oncall.roster_history import Epoch, RosterHistory
from tests.oncall.people import names, user

START = Instant.from_utc(2026, 1, 5, 8)
HOUR = TimeDelta(hours=1)


def roster(*names: str, overrides: tuple[Override, ...] = ()) -> Roster:
    """People who take turns by the day."""
    rotation = {
        "name": "daily",
        "participants": [user(name) for name in names],
        "starts_at": "2026-01-05T08:00:00",
        "shift_length": 1,
        "shift_unit": "day",
    }
    body = {"name": "x", "time_zone": "UTC", "rotations": [rotation] if names else []}
    return Roster(Schedule.model_validate_json(json.dumps(body)), overrides)


def history(*epochs: tuple[int, Roster]) -> RosterHistory:
    """A history whose epochs begin so many hours after the start; the first always held."""
    first, *others = epochs
    return RosterHistory(
        [
            Epoch(BEGINNING, None, first[1]),
            *(Epoch(nanos(START + hours * HOUR), hours, each) for hours, each in others),
        ]
    )


def test_a_newcomer_was_not_on_call_before_joining() -> None:
    before, after = roster("ada", "ben"), roster("ada", "ben", "eve")
    past = history((0, before), (72, after))
    joined, end = START + 72 * HOUR, START + 144 * HOUR
    assert [names(shift.user_ids) for shift in past.shifts(START, joined)] == [
        "ada",
        "ben",
        "ada",
    ]
    assert past.shifts(joined, end) == after.shifts(joined, end)


def test_a_shift_that_a_change_leaves_alone_stays_one_shift() -> None:
    past = history((0, roster("ada", "ben")), (12, roster("ada", "ben")))
    [shift, _] = past.shifts(START, START + 48 * HOUR)
    assert (shift.starts_at, shift.ends_at) == (START, START + 24 * HOUR)
    now = past.on_call(START + 13 * HOUR)
    assert (now.since, now.until) == (START, START + 24 * HOUR)


def test_what_a_change_ended_ends_there() -> None:
    past = history((0, roster("ada")), (5, roster("ben")))
    before, after = past.on_call(START + 4 * HOUR), past.on_call(START + 5 * HOUR)
    assert (names(before.user_ids), before.until) == ("ada", START + 5 * HOUR)
    assert (names(after.user_ids), after.since) == ("ben", START + 5 * HOUR)


def test_the_revision_that_was_in_force_is_said() -> None:
    past = history((0, roster("ada")), (5, roster("ben")), (9, roster("eve")))
    assert [past.revision(START + hours * HOUR) for hours in (4, 5, 8, 9, 99)] == [
        None,
        5,
        5,
        9,
        9,
    ]
    assert past.changes(START, START + 9 * HOUR) == [(5, START + 5 * HOUR)]
    assert past.changes(START + 5 * HOUR, START + 10 * HOUR) == [(9, START + 9 * HOUR)]


def test_what_is_too_much_is_refused() -> None:
    past = history((0, roster("ada", "ben")), (36, roster("ben", "ada")))
    with pytest.raises(TooManyShifts):
        past.shifts(START, START + 240 * HOUR, at_most=5)
    with pytest.raises(RangeTooLong):
        past.shifts(START, START + 367 * 24 * HOUR)
    known = RosterHistory([Epoch(nanos(START), 7, roster("ada"))])
    with pytest.raises(HistoryNotKept, match="is known since 2026-01-05T08:00:00Z"):
        known.shifts(START - HOUR, START)


NAMES = st.lists(st.sampled_from(["ada", "ben", "eve"]), max_size=3, unique=True)


@given(
    st.lists(NAMES, min_size=1, max_size=5),
    st.lists(st.integers(1, 100), min_size=4, max_size=4, unique=True).map(sorted),
)
def test_every_hour_is_answered_by_the_epoch_that_it_lies_in(
    rosters: list[list[str]], hours: list[int]
) -> None:
    each = [roster(*names) for names in rosters]
    begins = [0, *hours][: len(each)]
    past = history(*zip(begins, each, strict=False))
    end = 120
    for hour in range(end):
        at = START + hour * HOUR
        in_force = max(index for index, begin in enumerate(begins) if index == 0 or begin <= hour)
        assert past.users_on_call(at) == each[in_force].users_on_call(at)
    shifts = past.shifts(START, START + end * HOUR)
    for hour in range(end):
        at = START + hour * HOUR
        holders = [shift.user_ids for shift in shifts if shift.starts_at <= at < shift.ends_at]
        assert holders == [who for who in [past.users_on_call(at)] if who]
    for before, after in pairwise(shifts):
        assert before.ends_at < after.starts_at or before.user_ids != after.user_ids


WINDOW = {"days": ["mon", "tue", "wed", "thu", "fri"], "start_time": "08:00", "end_time": "17:00"}


def layers(everyone: list[str], office: list[str], shift_unit: str, overridden: int) -> Roster:
    """People who take turns, others in office hours, and an override of some hours."""
    each: dict[str, Any] = {"starts_at": "2026-01-05T08:00:00", "shift_length": 1}
    rotations: list[dict[str, Any]] = [
        {"name": "everyone", "participants": list(map(user, everyone)), "shift_unit": "day"},
        {
            "name": "office",
            "participants": list(map(user, office)),
            "shift_unit": shift_unit,
            "restrictions": [WINDOW],
        },
    ]
    body = {
        "name": "x",
        "time_zone": "Europe/Berlin",
        "rotations": [each | rotation for rotation in rotations if rotation["participants"]],
    }
    ends = START + (20 + overridden) * HOUR
    override = Override("ovr_1", user("zoe"), START + 20 * HOUR, ends, 1)
    return Roster(Schedule.model_validate_json(json.dumps(body)), [override] if overridden else [])


@given(
    st.lists(
        st.builds(layers, NAMES, NAMES, st.sampled_from(["hour", "day"]), st.integers(0, 30)),
        min_size=2,
        max_size=5,
    ),
    st.lists(st.integers(1, 100), min_size=4, max_size=4, unique=True).map(sorted),
    st.integers(0, 60),
)
def test_layers_through_several_epochs_are_those_of_each_epoch(
    rosters: list[Roster], hours: list[int], first: int
) -> None:
    begins = [0, *hours][: len(rosters)]
    past = history(*zip(begins, rosters, strict=False))
    start, end = START + first * HOUR, START + 130 * HOUR
    bounds = [*(START + hour * HOUR for hour in begins[1:]), end]
    expected: list[tuple[Instant, Instant, tuple[object, ...]]] = []
    at = start
    for roster, until in zip(rosters, bounds, strict=True):
        for shift in roster.shifts(at, until) if at < until else ():
            who = (shift.user_ids, shift.rotation, shift.override_id)
            if expected and expected[-1][1:] == (shift.starts_at, who):
                expected[-1] = (expected[-1][0], shift.ends_at, who)
            else:
                expected.append((shift.starts_at, shift.ends_at, who))
        at = max(at, until)
    found = past.shifts(start, end)
    assert [
        (s.starts_at, s.ends_at, (s.user_ids, s.rotation, s.override_id)) for s in found
    ] == expected
