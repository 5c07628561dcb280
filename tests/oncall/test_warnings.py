"""What is surprising about a schedule or a policy that is being written."""

import json

import pytest

from signalcraft.model.mistake import Code
from signalcraft.model.schedule import Schedule
from signalcraft.oncall.directory import Directory
from signalcraft.oncall.roster import Roster
from signalcraft.oncall.warnings import policy_warnings, schedule_warnings
from tests.oncall.people import an_id, at, name, override, rotation, schedule, teams, user
from tests.oncall.policies import policy

NOW = at("2026-01-14 12:00Z")
ALWAYS = schedule("Europe/Berlin", rotation("weekly", "ada ben eve", "2026-01-05 09:00", "1 week"))
# Appending someone turns n mod 3 into n mod 4; by the fourth week that shows.
FOURTH_WEEK = at("2026-01-27 12:00Z")
OF_FOUR = schedule(
    "Europe/Berlin", rotation("weekly", "ada ben eve max", "2026-01-05 09:00", "1 week")
)


def called(user_id: str) -> str:
    return name(user_id).capitalize()


def test_appending_a_person_that_changes_who_is_on_call_says_who_was_and_will_be() -> None:
    (warning,) = schedule_warnings(Roster(ALWAYS), Roster(OF_FOUR), FOURTH_WEEK, called)
    assert (warning.pointer, warning.code) == ("/rotations", Code.ON_CALL_CHANGES)
    assert "It was Ada and will be Max" in warning.detail
    assert (
        "Later changes (times in Europe/Berlin): from Mon 2 Feb 09:00: Ada instead of Ben"
        in warning.detail
    )


def test_without_names_people_are_called_by_their_ids() -> None:
    (warning,) = schedule_warnings(Roster(ALWAYS), Roster(OF_FOUR), FOURTH_WEEK)
    assert f"It was {user('ada')} and will be {user('max')}" in warning.detail


@pytest.mark.parametrize(
    ("before", "moment"),
    [
        pytest.param(ALWAYS, "2026-01-14 12:00Z", id="the same person before and after"),
        pytest.param(None, "2026-01-27 12:00Z", id="a new schedule"),
    ],
)
def test_a_write_that_changes_nobodys_shift_is_silent(before: Schedule | None, moment: str) -> None:
    assert schedule_warnings(Roster(before) if before else None, Roster(OF_FOUR), at(moment)) == []


def test_an_override_that_holds_before_and_after_hides_the_change() -> None:
    standing_in = [override("kat", "2026-01-27 00:00Z", "2026-01-28 00:00Z")]
    was, will_be = Roster(ALWAYS, standing_in), Roster(OF_FOUR, standing_in)
    assert schedule_warnings(was, will_be, FOURTH_WEEK) == []


def test_a_gap_that_an_override_leaves_is_not_for_a_rotation_to_fill() -> None:
    nobody = [override("nobody", "2026-01-20 00:00Z", "2026-01-20 02:00Z")]
    (warning,) = schedule_warnings(None, Roster(ALWAYS, nobody), NOW)
    assert warning.code == Code.UNCOVERED_TIME
    assert "Delete or shorten the override that leaves nobody on call" in warning.detail
    assert "Add a rotation" not in warning.detail


def test_a_team_that_changes_is_told_by_its_members() -> None:
    crew = schedule("UTC", rotation("weekly", "@crew nobody", "2026-01-05 09:00", "1 week"))
    always = rotation("always", "max", "2026-01-05 09:00", "1 week")
    covered = schedule("UTC", always, *[json.loads(r.model_dump_json()) for r in crew.rotations])
    was = Roster(covered, (), teams(crew="ada ben"))
    will_be = Roster(covered, (), teams(crew="ada ben eve"))
    (warning,) = schedule_warnings(was, will_be, at("2026-01-06 12:00Z"), called)
    assert "It was Ada and Ben and will be Ada, Ben and Eve." in warning.detail
    emptied = Roster(covered, (), teams(crew=""))
    (warning,) = schedule_warnings(was, emptied, at("2026-01-06 12:00Z"), called)
    assert "It was Ada and Ben and will be Max." in warning.detail


@pytest.mark.parametrize(
    ("written", "detail"),
    [
        pytest.param(
            schedule("UTC"),
            "Nobody is on call in the next 30 days. Add a rotation",
            id="no rotations",
        ),
        pytest.param(
            schedule(
                "Europe/Berlin",
                rotation("w", "ada", "2026-01-05 00:00", "1 week", only=["mon 09:00-07:00"]),
                rotation(
                    "rest",
                    "ada",
                    "2026-01-05 00:00",
                    "1 week",
                    only=["tue wed thu fri sat sun 07:00-07:00"],
                ),
            ),
            "Nobody is on call for 8 hours of the next 30 days. The first gap is from "
            "2026-01-19 07:00 to 2026-01-19 09:00 (Europe/Berlin). Add a rotation",
            id="two hours every Monday",
        ),
        pytest.param(
            schedule("UTC", rotation("later", "ada", "2026-01-14 13:30", "1 week")),
            "Nobody is on call for 90 minutes of the next 30 days. The first gap is from "
            "2026-01-14 12:00 to 2026-01-14 13:30 (UTC). Add a rotation",
            id="a rotation that begins later",
        ),
    ],
)
def test_uncovered_time_says_how_much_and_where_it_begins(written: Schedule, detail: str) -> None:
    (warning,) = schedule_warnings(None, Roster(written), NOW)
    assert (warning.pointer, warning.code) == ("/rotations", Code.UNCOVERED_TIME)
    assert warning.detail.startswith(detail)


COVERED, EMPTY = an_id("sched", "covered"), an_id("sched", "empty")
FULL_TEAM, EMPTY_TEAM = an_id("team", "full"), an_id("team", "empty")
DIRECTORY = Directory(
    rosters={
        # Nobody now, somebody within 30 days.
        COVERED: Roster(
            schedule(
                "UTC", rotation("w", "ada", "2026-01-05 00:00", "1 week", only=["sun 01:00-02:00"])
            )
        ),
        EMPTY: Roster(schedule("UTC")),
    },
    people=teams(full="fay ben", empty="fay", off="fay"),
)


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        ([(0, user("ada"))], []),
        ([(0, EMPTY), (5, FULL_TEAM)], []),
        ([(0, COVERED)], []),
        ([(5, user("ada"))], [("/rules/0/delay_minutes", Code.FIRST_PAGE_LATE)]),
        ([(0, EMPTY), (5, EMPTY_TEAM), (9, user("fay"))], [("/rules", Code.REACHES_NOBODY)]),
        (
            [(1, an_id("sched", "gone"))],
            [
                ("/rules/0/delay_minutes", Code.FIRST_PAGE_LATE),
                ("/rules", Code.REACHES_NOBODY),
            ],
        ),
    ],
)
def test_what_is_surprising_about_a_policy(
    rules: list[tuple[int, str]], codes: list[tuple[str, Code]]
) -> None:
    written = policy(*((delay, [target]) for delay, target in rules))
    warnings = policy_warnings(written, DIRECTORY, NOW)
    assert [(warning.pointer, warning.code) for warning in warnings] == codes
