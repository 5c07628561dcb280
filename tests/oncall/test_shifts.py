"""The shifts of schedules, as a table that a user could read."""

from typing import Any

import pytest

from signalcraft.oncall.errors import (
    RangeBackwards,
    RangeTooLong,
    TimeOutOfRange,
    TooManyShifts,
)
from signalcraft.oncall.roster import OnCall, Roster
from tests.oncall.people import at, names, override, rotation, schedule, teams, tell

BERLIN = "Europe/Berlin"
WEEKDAYS = ["mon tue wed thu fri 09:00-17:00"]

CASES = [
    pytest.param(
        BERLIN,
        [rotation("weekly", "ada ben", "2026-01-05 09:00", "1 week")],
        ("2026-03-23 00:00Z", "2026-04-06 12:00Z"),
        [
            "ada 2026-03-23 01:00+01:00 to 2026-03-23 09:00+01:00",
            "ben 2026-03-23 09:00+01:00 to 2026-03-30 09:00+02:00",
            "ada 2026-03-30 09:00+02:00 to 2026-04-06 09:00+02:00",
            "ben 2026-04-06 09:00+02:00 to 2026-04-06 14:00+02:00",
        ],
        id="a weekly hand-over stays at 09:00 when summer comes",
    ),
    pytest.param(
        BERLIN,
        [rotation("half days", "ada ben", "2026-01-01 08:00", "12 hours")],
        ("2026-03-28 18:00Z", "2026-03-29 19:00Z"),
        [
            "ada 2026-03-28 19:00+01:00 to 2026-03-28 20:00+01:00",
            "ben 2026-03-28 20:00+01:00 to 2026-03-29 08:00+02:00",
            "ada 2026-03-29 08:00+02:00 to 2026-03-29 20:00+02:00",
            "ben 2026-03-29 20:00+02:00 to 2026-03-29 21:00+02:00",
        ],
        id="shifts of 12 hours go by the clock on the wall",
    ),
    pytest.param(
        BERLIN,
        [rotation("thirds", "ada ben eve", "2026-01-01 00:00", "8 hours")],
        ("2026-10-24 22:00Z", "2026-10-25 23:00Z"),
        [
            "ada 2026-10-25 00:00+02:00 to 2026-10-25 08:00+01:00",
            "ben 2026-10-25 08:00+01:00 to 2026-10-25 16:00+01:00",
            "eve 2026-10-25 16:00+01:00 to 2026-10-26 00:00+01:00",
        ],
        id="shifts of 8 hours go by the clock on the wall",
    ),
    pytest.param(
        BERLIN,
        [rotation("hourly", "ada ben eve", "2026-03-29 00:00", "1 hour")],
        ("2026-03-28 23:00Z", "2026-03-29 03:00Z"),
        [
            "ada 2026-03-29 00:00+01:00 to 2026-03-29 01:00+01:00",
            "ben 2026-03-29 01:00+01:00 to 2026-03-29 03:00+02:00",
            "ada 2026-03-29 03:00+02:00 to 2026-03-29 04:00+02:00",
            "ben 2026-03-29 04:00+02:00 to 2026-03-29 05:00+02:00",
        ],
        id="the shift of an hour that the clocks skip vanishes",
    ),
    pytest.param(
        BERLIN,
        [rotation("hourly", "ada ben eve", "2026-10-25 01:00", "1 hour")],
        ("2026-10-24 23:00Z", "2026-10-25 03:00Z"),
        [
            "ada 2026-10-25 01:00+02:00 to 2026-10-25 02:00+02:00",
            "ben 2026-10-25 02:00+02:00 to 2026-10-25 03:00+01:00",
            "eve 2026-10-25 03:00+01:00 to 2026-10-25 04:00+01:00",
        ],
        id="an hour that comes twice is one shift of two hours",
    ),
    pytest.param(
        BERLIN,
        [rotation("daily", "ada ben", "2026-03-28 02:15", "1 day")],
        ("2026-03-28 01:15Z", "2026-03-30 00:15Z"),
        [
            "ada 2026-03-28 02:15+01:00 to 2026-03-29 03:00+02:00",
            "ben 2026-03-29 03:00+02:00 to 2026-03-30 02:15+02:00",
        ],
        id="a hand-over at 02:15 in the gap is at the gap's end",
    ),
    pytest.param(
        BERLIN,
        [rotation("daily", "ada ben", "2026-10-24 02:15", "1 day")],
        ("2026-10-24 00:15Z", "2026-10-26 01:15Z"),
        [
            "ada 2026-10-24 02:15+02:00 to 2026-10-25 02:15+02:00",
            "ben 2026-10-25 02:15+02:00 to 2026-10-26 02:15+01:00",
        ],
        id="a hand-over at 02:15 in the overlap is at the first of the two",
    ),
    pytest.param(
        "Australia/Lord_Howe",
        [rotation("daily", "ada ben", "2026-10-03 02:15", "1 day")],
        ("2026-10-02 15:45Z", "2026-10-04 15:15Z"),
        [
            "ada 2026-10-03 02:15+10:30 to 2026-10-04 02:30+11:00",
            "ben 2026-10-04 02:30+11:00 to 2026-10-05 02:15+11:00",
        ],
        id="Lord Howe skips half an hour",
    ),
    pytest.param(
        "Pacific/Apia",
        [rotation("daily", "ada ben eve", "2011-12-29 00:00", "1 day")],
        ("2011-12-29 10:00Z", "2012-01-01 10:00Z"),
        [
            "ada 2011-12-29 00:00-10:00 to 2011-12-31 00:00+14:00",
            "eve 2011-12-31 00:00+14:00 to 2012-01-01 00:00+14:00",
            "ada 2012-01-01 00:00+14:00 to 2012-01-02 00:00+14:00",
        ],
        id="Apia skipped 30 December 2011, and with it Ben's shift",
    ),
    pytest.param(
        "America/New_York",
        [rotation("night", "ada", "2026-01-01 00:00", "1 week", only=["sat sun 22:00-06:00"])],
        ("2026-10-31 12:00Z", "2026-11-03 12:00Z"),
        [
            "ada 2026-10-31 22:00-04:00 to 2026-11-01 06:00-05:00",
            "ada 2026-11-01 22:00-05:00 to 2026-11-02 06:00-05:00",
        ],
        id="a window over midnight belongs to the day on which it begins",
    ),
    pytest.param(
        "America/New_York",
        [rotation("early", "ada", "2026-01-01 00:00", "1 week", only=["sun 01:30-01:45"])],
        ("2026-11-01 00:00Z", "2026-11-02 00:00Z"),
        ["ada 2026-11-01 01:30-04:00 to 2026-11-01 01:45-05:00"],
        id="a window in an overlap lasts from the first start to the second end",
    ),
    pytest.param(
        "America/New_York",
        [rotation("early", "ada", "2026-01-01 00:00", "1 week", only=["sun 02:15-02:45"])],
        ("2026-03-08 00:00Z", "2026-03-09 00:00Z"),
        [],
        id="a window in a gap vanishes",
    ),
    pytest.param(
        BERLIN,
        [
            rotation("always", "ada", "2026-01-05 00:00", "1 week"),
            rotation("office", "ben", "2026-01-05 00:00", "1 week", only=["mon tue 09:00-17:00"]),
        ],
        ("2026-01-04 12:00Z", "2026-01-06 23:00Z"),
        [
            "ada 2026-01-05 00:00+01:00 to 2026-01-05 09:00+01:00",
            "ben 2026-01-05 09:00+01:00 to 2026-01-05 17:00+01:00",
            "ada 2026-01-05 17:00+01:00 to 2026-01-06 09:00+01:00",
            "ben 2026-01-06 09:00+01:00 to 2026-01-06 17:00+01:00",
            "ada 2026-01-06 17:00+01:00 to 2026-01-07 00:00+01:00",
        ],
        id="a later rotation wins, and its gaps fall through",
    ),
    pytest.param(
        BERLIN,
        [
            rotation("old", "ada", "2020-01-01 00:00", "1 week", ends_at="2026-10-25 02:30"),
            rotation("new", "ben", "2026-10-26 00:00", "1 week"),
        ],
        ("2026-10-25 00:00Z", "2026-10-26 00:00Z"),
        [
            "ada 2026-10-25 02:00+02:00 to 2026-10-25 02:30+01:00",
            "ben 2026-10-26 00:00+01:00 to 2026-10-26 01:00+01:00",
        ],
        id="a rotation ends at the second of two, and nobody is on call until the next begins",
    ),
    pytest.param(
        BERLIN,
        [rotation("weekly", "ada ada ben", "2026-01-05 00:00", "1 week")],
        ("2026-01-05 00:00Z", "2026-01-26 00:00Z"),
        [
            "ada 2026-01-05 01:00+01:00 to 2026-01-19 00:00+01:00",
            "ben 2026-01-19 00:00+01:00 to 2026-01-26 00:00+01:00",
            "ada 2026-01-26 00:00+01:00 to 2026-01-26 01:00+01:00",
        ],
        id="somebody who follows upon themself has one long shift",
    ),
    pytest.param(
        BERLIN,
        [
            rotation(
                "all week",
                "ada",
                "2026-01-05 00:00",
                "1 day",
                only=[
                    "mon tue wed thu fri sat sun 00:00-12:00",
                    "mon tue wed thu fri sat sun 12:00-00:00",
                ],
            )
        ],
        ("2026-03-20 00:00Z", "2026-04-01 00:00Z"),
        ["ada 2026-03-20 01:00+01:00 to 2026-04-01 02:00+02:00"],
        id="windows that touch leave no seam",
    ),
    pytest.param(
        BERLIN,
        [
            rotation("Europe", "ada", "2026-01-05 00:00", "1 week"),
            rotation(
                "Americas",
                "ben",
                "2026-01-05 00:00",
                "1 week",
                only=["thu fri sat 13:00-21:00"],
                zone="America/New_York",
            ),
        ],
        ("2026-03-26 11:00Z", "2026-03-29 18:00Z"),
        [
            "ada 2026-03-26 12:00+01:00 to 2026-03-26 18:00+01:00",
            "ben 2026-03-26 18:00+01:00 to 2026-03-27 02:00+01:00",
            "ada 2026-03-27 02:00+01:00 to 2026-03-27 18:00+01:00",
            "ben 2026-03-27 18:00+01:00 to 2026-03-28 02:00+01:00",
            "ada 2026-03-28 02:00+01:00 to 2026-03-28 18:00+01:00",
            "ben 2026-03-28 18:00+01:00 to 2026-03-29 03:00+02:00",
            "ada 2026-03-29 03:00+02:00 to 2026-03-29 20:00+02:00",
        ],
        id="a rotation with a time zone goes by its own clock",
    ),
    pytest.param(
        "UTC",
        [rotation("daily", "ada ben eve", "2026-01-05 09:00", "1 day", only=WEEKDAYS)],
        ("2026-01-08 00:00Z", "2026-01-13 00:00Z"),
        [
            "ada 2026-01-08 09:00+00:00 to 2026-01-08 17:00+00:00",
            "ben 2026-01-09 09:00+00:00 to 2026-01-09 17:00+00:00",
            "ben 2026-01-12 09:00+00:00 to 2026-01-12 17:00+00:00",
        ],
        id="a weekend uses up turns when all shifts count",
    ),
    pytest.param(
        "UTC",
        [
            rotation(
                "daily", "ada ben eve", "2026-01-05 09:00", "1 day", only=WEEKDAYS, counted="worked"
            )
        ],
        ("2026-01-08 00:00Z", "2026-01-13 00:00Z"),
        [
            "ada 2026-01-08 09:00+00:00 to 2026-01-08 17:00+00:00",
            "ben 2026-01-09 09:00+00:00 to 2026-01-09 17:00+00:00",
            "eve 2026-01-12 09:00+00:00 to 2026-01-12 17:00+00:00",
        ],
        id="a weekend uses up no turn when only worked shifts count",
    ),
    pytest.param(
        "UTC",
        [
            rotation(
                "half weeks",
                "ada ben eve",
                "2026-01-10 00:00",
                "84 hours",
                only=WEEKDAYS,
                counted="worked",
            )
        ],
        ("2026-01-10 00:00Z", "2026-01-20 12:00Z"),
        [
            "ada 2026-01-12 09:00+00:00 to 2026-01-12 17:00+00:00",
            "ada 2026-01-13 09:00+00:00 to 2026-01-13 12:00+00:00",
            "ben 2026-01-13 12:00+00:00 to 2026-01-13 17:00+00:00",
            "ben 2026-01-14 09:00+00:00 to 2026-01-14 17:00+00:00",
            "ben 2026-01-15 09:00+00:00 to 2026-01-15 17:00+00:00",
            "ben 2026-01-16 09:00+00:00 to 2026-01-16 17:00+00:00",
            "eve 2026-01-19 09:00+00:00 to 2026-01-19 17:00+00:00",
            "eve 2026-01-20 09:00+00:00 to 2026-01-20 12:00+00:00",
        ],
        id="a shift with several windows in it, or a part of one, counts once",
    ),
    pytest.param(
        "UTC",
        [
            rotation(
                "daily", "ada ben", "2026-01-10 00:00", "1 day", only=WEEKDAYS, counted="worked"
            )
        ],
        ("2026-01-10 00:00Z", "2026-01-14 00:00Z"),
        [
            "ada 2026-01-12 09:00+00:00 to 2026-01-12 17:00+00:00",
            "ben 2026-01-13 09:00+00:00 to 2026-01-13 17:00+00:00",
        ],
        id="the first turn is the first worked shift's",
    ),
    pytest.param(
        BERLIN,
        [
            rotation(
                "early",
                "ada ben eve",
                "2026-03-22 00:00",
                "1 day",
                only=["sun 02:15-02:45"],
                counted="worked",
            )
        ],
        ("2026-03-22 00:00Z", "2026-04-06 00:00Z"),
        [
            "ada 2026-03-22 02:15+01:00 to 2026-03-22 02:45+01:00",
            "eve 2026-04-05 02:15+02:00 to 2026-04-05 02:45+02:00",
        ],
        id="a window that the clocks skip uses up a turn, as in any other week",
    ),
    pytest.param(
        BERLIN,
        [
            rotation(
                "late",
                "ada ben",
                "2026-10-25 01:30",
                "1 hour",
                only=["sun 01:00-02:30"],
                counted="worked",
            )
        ],
        ("2026-10-24 22:00Z", "2026-11-01 02:00Z"),
        [
            "ada 2026-10-25 01:30+02:00 to 2026-10-25 02:30+01:00",
            "ben 2026-11-01 01:00+01:00 to 2026-11-01 01:30+01:00",
            "ada 2026-11-01 01:30+01:00 to 2026-11-01 02:30+01:00",
        ],
        id="a window that goes on because the clocks go back stays with whom it was",
    ),
    pytest.param(
        "UTC",
        [
            rotation(
                "daily",
                "ada ben eve max",
                "2026-01-05 00:00",
                "1 day",
                only=["tue thu 09:00-17:00"],
                counted="worked",
            )
        ],
        ("2026-01-05 00:00Z", "2026-01-14 00:00Z"),
        [
            "ada 2026-01-06 09:00+00:00 to 2026-01-06 17:00+00:00",
            "ben 2026-01-08 09:00+00:00 to 2026-01-08 17:00+00:00",
            "eve 2026-01-13 09:00+00:00 to 2026-01-13 17:00+00:00",
        ],
        id="days before a week's first window use up no turn",
    ),
    pytest.param(
        "UTC",
        [
            rotation(
                "half days",
                "ada ben eve",
                "2026-01-05 08:00",
                "12 hours",
                only=["mon thu 09:00-17:00"],
                counted="worked",
            )
        ],
        ("2026-01-05 00:00Z", "2026-01-20 00:00Z"),
        [
            "ada 2026-01-05 09:00+00:00 to 2026-01-05 17:00+00:00",
            "ben 2026-01-08 09:00+00:00 to 2026-01-08 17:00+00:00",
            "eve 2026-01-12 09:00+00:00 to 2026-01-12 17:00+00:00",
            "ada 2026-01-15 09:00+00:00 to 2026-01-15 17:00+00:00",
            "ben 2026-01-19 09:00+00:00 to 2026-01-19 17:00+00:00",
        ],
        id="nights of 12 hours use up no turn",
    ),
    pytest.param(
        BERLIN,
        [
            rotation(
                "late",
                "ada",
                "2026-10-25 02:30",
                "1 hour",
                only=["sun 01:00-02:30"],
                counted="worked",
            )
        ],
        ("2026-10-24 22:00Z", "2026-11-01 02:00Z"),
        ["ada 2026-11-01 01:00+01:00 to 2026-11-01 02:30+01:00"],
        id="nobody is on call before the first worked shift, although the window goes on",
    ),
    pytest.param("UTC", [], ("2026-01-01 00:00Z", "2026-02-01 00:00Z"), [], id="no rotations"),
]


@pytest.mark.parametrize(("zone", "rotations", "between", "expected"), CASES)
def test_the_shifts_of_a_schedule(
    zone: str, rotations: list[dict[str, Any]], between: tuple[str, str], expected: list[str]
) -> None:
    assert tell(Roster(schedule(zone, *rotations)), *between) == expected


@pytest.mark.parametrize(("counted", "people"), [("all", 10), ("worked", 14)])
def test_of_14_people_who_take_turns_on_weekdays_only_worked_shifts_reach_all(
    counted: str, people: int
) -> None:
    names = " ".join("abcdefghjkmnpq")
    daily = rotation("d", names, "2026-01-05 09:00", "1 day", only=WEEKDAYS, counted=counted)
    shifts = Roster(schedule("UTC", daily)).shifts(at("2026-01-05 00:00Z"), at("2027-01-01 00:00Z"))
    assert len({shift.user_ids for shift in shifts}) == people


WEEKLY = schedule(BERLIN, rotation("weekly", "ada ben", "2026-01-05 09:00", "1 week"))


def test_an_override_wins_over_every_rotation_and_the_later_created_over_the_earlier() -> None:
    overrides = [
        override("max", "2026-01-06 10:00Z", "2026-01-06 14:00Z", created="2026-01-03"),
        override("sam", "2026-01-06 12:00Z", "2026-01-06 16:00Z", created="2026-01-02"),
        override("kat", "2026-01-06 11:00Z", "2026-01-06 11:00Z", created="2026-01-04"),
    ]
    shifts = Roster(WEEKLY, overrides).shifts(
        at("2026-01-06 09:00Z"), at("2026-01-06 17:00Z"), at_most=4
    )
    assert [(names(s.user_ids), s.rotation, s.override_id) for s in shifts] == [
        ("ada", "weekly", None),
        ("max", None, "ovr_max"),
        ("sam", None, "ovr_sam"),
        ("ada", "weekly", None),
    ]
    assert [s.starts_at for s in shifts[1:]] == [
        at("2026-01-06 10:00Z"),
        at("2026-01-06 14:00Z"),
        at("2026-01-06 16:00Z"),
    ]


TURNS = schedule(
    "UTC",
    rotation("backup", "max", "2026-01-05 09:00", "1 week"),
    rotation("turns", "ada @crew nobody @empty fay ben", "2026-01-05 09:00", "1 day"),
)


def test_a_team_takes_its_turn_together_and_where_nobody_has_it_the_layer_below_applies() -> None:
    roster = Roster(TURNS, (), teams(crew="eve ben fay", empty="", off="fay"))
    assert tell(roster, "2026-01-05 09:00Z", "2026-01-11 09:00Z") == [
        "ada 2026-01-05 09:00+00:00 to 2026-01-06 09:00+00:00",
        "eve ben 2026-01-06 09:00+00:00 to 2026-01-07 09:00+00:00",
        "max 2026-01-07 09:00+00:00 to 2026-01-10 09:00+00:00",
        "ben 2026-01-10 09:00+00:00 to 2026-01-11 09:00+00:00",
    ]


def test_an_override_of_nobody_leaves_nobody_on_call_and_one_without_people_has_no_effect() -> None:
    overrides = [
        override("nobody", "2026-01-05 10:00Z", "2026-01-05 12:00Z"),
        override("@empty", "2026-01-05 13:00Z", "2026-01-05 15:00Z"),
        override("fay", "2026-01-05 11:00Z", "2026-01-05 15:00Z", created="2026-01-02"),
        override("@crew", "2026-01-05 14:00Z", "2026-01-05 16:00Z", created="2026-01-03"),
    ]
    roster = Roster(TURNS, overrides, teams(crew="eve ben fay", empty="", off="fay"))
    assert tell(roster, "2026-01-05 09:00Z", "2026-01-05 20:00Z") == [
        "ada 2026-01-05 09:00+00:00 to 2026-01-05 10:00+00:00",
        "ada 2026-01-05 12:00+00:00 to 2026-01-05 14:00+00:00",
        "eve ben 2026-01-05 14:00+00:00 to 2026-01-05 16:00+00:00",
        "ada 2026-01-05 16:00+00:00 to 2026-01-05 20:00+00:00",
    ]
    nobody = roster.on_call(at("2026-01-05 11:30Z"))
    assert nobody == OnCall(
        (), at("2026-01-05 10:00Z"), at("2026-01-05 12:00Z"), None, "ovr_nobody"
    )
    assert list(roster.gaps(at("2026-01-05 09:00Z"), at("2026-01-05 20:00Z"))) == [
        (at("2026-01-05 10:00Z"), at("2026-01-05 12:00Z"))
    ]


def test_more_shifts_than_the_caller_takes_are_refused() -> None:
    roster = Roster(WEEKLY)
    start, end = at("2026-01-05 08:00Z"), at("2026-01-26 08:00Z")
    assert len(roster.shifts(start, end, at_most=3)) == 3
    with pytest.raises(TooManyShifts, match="more than 2 shifts"):
        roster.shifts(start, end, at_most=2)


@pytest.mark.parametrize(
    ("start", "end", "refusal"),
    [
        ("2026-01-01 00:00Z", "2027-01-03 00:00Z", RangeTooLong),
        ("2026-01-02 00:00Z", "2026-01-01 00:00Z", RangeBackwards),
        ("1969-12-31 00:00Z", "1970-01-01 00:00Z", TimeOutOfRange),
        ("2201-01-01 00:00Z", "2201-01-02 00:00Z", TimeOutOfRange),
    ],
)
def test_a_range_that_has_no_answer_is_refused(
    start: str, end: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        Roster(WEEKLY).shifts(at(start), at(end), at_most=10)


def test_gaps_are_what_the_shifts_leave() -> None:
    office = rotation(
        "office", "ada ben", "2026-01-05 09:00", "1 day", only=["mon tue 09:00-17:00"]
    )
    gaps = Roster(schedule("UTC", office)).gaps(at("2026-01-05 00:00Z"), at("2026-01-07 00:00Z"))
    assert list(gaps) == [
        (at("2026-01-05 00:00Z"), at("2026-01-05 09:00Z")),
        (at("2026-01-05 17:00Z"), at("2026-01-06 09:00Z")),
        (at("2026-01-06 17:00Z"), at("2026-01-07 00:00Z")),
    ]
