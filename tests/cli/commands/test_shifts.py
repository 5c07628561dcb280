"""`signalcraft shifts`, asked of a file."""

import json
from pathlib import Path

import pytest
from ical.calendar_stream import IcsCalendarStream

from signalcraft.model.ids import new_id
from tests.cli.command import CONFIG, refused, run, said, told

FILE = ("--file", CONFIG)
SPRING = (*FILE, "--from", "2026-03-20", "--until", "2026-04-10")
WEEK = (*FILE, "--from", "2026-03-21", "--until", "2026-03-26")


def test_a_schedules_shifts_are_a_timeline() -> None:
    assert said("shifts", "Payments primary", *SPRING) == [
        "Payments primary",
        "Fri 20 Mar 2026 00:00 to Fri 10 Apr 00:00, Europe/Berlin",
        "",
        "FROM              ON CALL            FOR",
        "Fri 20 Mar 00:00  Ada Lovelace       3 days 9 h   ███··················",
        "Mon 23 Mar 09:00  Ben Bitdiddle      1 day 23 h   ···██················",
        "Wed 25 Mar 08:00  Eve Ng (override)  12 h         ·····█···············",
        "Wed 25 Mar 20:00  Ben Bitdiddle      4 days 12 h  ······████···········",
        "Mon 30 Mar 09:00  Ada Lovelace       1 week       ··········███████····",
        "Mon 6 Apr 09:00   Ben Bitdiddle      3 days 15 h  ·················████",
        "",
        "Total: Ada Lovelace 249 h, Ben Bitdiddle 242 h, Eve Ng 12 h",
    ]


def test_a_narrow_terminal_has_no_room_for_bars() -> None:
    lines = said("shifts", "Payments primary", *SPRING, width=50)
    assert lines[4:7] == [
        "FROM              ON CALL            FOR",
        "Fri 20 Mar 00:00  Ada Lovelace       3 days 9 h",
        "Mon 23 Mar 09:00  Ben Bitdiddle      1 day 23 h",
    ]


def test_gaps_are_told() -> None:
    lines = said("shifts", "Office hours", *WEEK)
    assert lines[4].startswith("Sat 21 Mar 00:00  nobody   2 days 9 h")
    assert lines[-1] == "Total: nobody 96 h, Eve Ng 24 h"


def test_a_persons_shifts_are_told_in_the_persons_zone_without_gaps() -> None:
    lines = said("shifts", "--user", "EVE@example.com", *WEEK)
    assert lines[:2] == [
        "Eve Ng on call",
        "Sat 21 Mar 2026 00:00 to Thu 26 Mar 00:00, Asia/Singapore",
    ]
    assert [line[:51].rstrip() for line in lines[4:-2]] == [
        "Mon 23 Mar 09:00  Office hours                 8 h",
        "Tue 24 Mar 09:00  Office hours                 8 h",
        "Wed 25 Mar 09:00  Office hours                 8 h",
        "Wed 25 Mar 15:00  Payments primary (override)  9 h",
    ]


@pytest.mark.parametrize(
    ("zones", "shown"),
    [
        ([("Asia/Tokyo", None)], "Asia/Tokyo"),
        ([("Asia/Tokyo", None), ("UTC", "Asia/Tokyo")], "Asia/Tokyo"),
        ([("Asia/Tokyo", None), ("Asia/Tokyo", "America/New_York")], "Europe/Berlin"),
        ([], "Europe/Berlin"),
    ],
    ids=["the schedule's", "the rotations'", "several", "none"],
)
def test_who_has_no_zone_lives_by_that_of_their_rotations_or_else_by_the_workspaces(
    tmp_path: Path, zones: list[tuple[str, str | None]], shown: str
) -> None:
    export = json.loads(CONFIG.read_text(encoding="utf-8"))
    [ben] = [user for user in export["users"] if user["email"] == "ben@example.com"]
    assert ben["time_zone"] is None
    [rotation] = export["schedules"][0]["rotations"]
    export["schedules"] = [
        {
            "id": new_id("sched"),
            "name": str(number),
            "time_zone": zone,
            "rotations": [rotation | {"participants": [ben["id"]], "time_zone": own}],
        }
        for number, (zone, own) in enumerate(zones)
    ]
    export |= {"escalation_policies": [], "services": [], "routing_rules": []}
    export |= {"schedule_overrides": []}
    export["workspace"]["default_escalation_policy_id"] = None
    file = tmp_path / "config.json"
    file.write_text(json.dumps(export), encoding="utf-8")
    lines = said("shifts", "--user", "ben@example.com", "--file", file, *WEEK[2:])
    assert lines[1] == f"Sat 21 Mar 2026 00:00 to Thu 26 Mar 00:00, {shown}"


@pytest.mark.parametrize("width", [80, 60])
def test_any_zone_can_be_asked_for(width: int) -> None:
    lines = said("shifts", "Payments primary", *WEEK, "--time-zone", "Asia/Kolkata", width=width)
    assert lines[1] == "Sat 21 Mar 2026 00:00 to Thu 26 Mar 00:00, Asia/Kolkata"
    assert lines[5].startswith("Mon 23 Mar 13:30  Ben Bitdiddle")


def test_a_zone_that_there_is_not_is_refused_with_those_that_are_like_it() -> None:
    for zone in ("Berlin", "europe/berlin"):
        assert "'Europe/Berlin'" in refused("shifts", "Office hours", *FILE, "--time-zone", zone)


def test_somebody_without_shifts_has_none() -> None:
    lines = said("shifts", "--user", "Ben Bitdiddle", *FILE, "--from", "1990-01-01")
    assert lines[-1] == "No shifts."


def test_scripts_get_instants_names_and_reasons() -> None:
    items = told("shifts", "Payments primary", *SPRING)["items"]
    assert [
        (
            item["users"][0]["user_email"],
            item["starts_at"],
            item["rotation"],
            bool(item["override_id"]),
        )
        for item in items[:3]
    ] == [
        ("ada@example.com", "2026-03-19T23:00:00Z", "weekly", False),
        ("ben@example.com", "2026-03-23T08:00:00Z", "weekly", False),
        ("eve@example.com", "2026-03-25T07:00:00Z", None, True),
    ]


def test_calendar_programs_get_events_with_names() -> None:
    for asked in (["Payments primary"], ["--user", "eve@example.com"]):
        answer = run("shifts", *asked, *SPRING, "--output", "ics")
        calendar = IcsCalendarStream.calendar_from_ics(answer.stdout)
        assert "Eve Ng on call: Payments primary" in [event.summary for event in calendar.events]


def test_two_weeks_are_shown_from_now_on() -> None:
    [first, *_, last] = told("shifts", "Payments primary", *FILE)["items"]
    assert first["starts_at"][:10] < last["ends_at"][:10]


def test_a_question_that_is_too_large_says_so() -> None:
    assert refused(
        "shifts", "Office hours", *FILE, "--from", "2026-01-01", "--until", "2028-01-01"
    ) == ("Error: The range can be at most 366 days.\n")
    assert "Swap them" in refused(
        "shifts", "Office hours", *FILE, "--from", "2026-01-02", "--until", "2026-01-01"
    )


def test_either_a_schedule_or_a_person_is_asked_about() -> None:
    assert "Name a schedule, or a person with --user." in refused("shifts", *FILE)
    both = refused("shifts", "Office hours", "--user", "eve@example.com", *FILE)
    assert "Name a schedule or a person, not both" in both


def test_an_end_in_the_past_needs_a_start() -> None:
    assert "Give a start with --from." in refused(
        "shifts", "Office hours", *FILE, "--until", "2026-01-02"
    )


def test_midnight_at_the_end_of_a_day_is_explained() -> None:
    said = refused("shifts", "Office hours", *FILE, "--from", "2026-01-02 24:00")
    assert "Midnight is 00:00 of the next day." in said


def test_piped_output_has_no_trailing_spaces() -> None:
    lines = run("shifts", "Payments primary", *SPRING).stdout.split("\n")
    assert [line for line in lines if line != line.rstrip()] == []


def test_colour_is_left_out_where_it_is_not_wanted() -> None:
    terminal = {"FORCE_COLOR": "1", "TERM": "xterm"}
    asked = ("shifts", "Office hours", *WEEK)
    assert "\x1b[31m" in run(*asked, environment=terminal).stdout
    assert "\x1b[31m" not in run(*asked, environment=terminal | {"NO_COLOR": "1"}).stdout
    assert "\x1b" not in run(*asked).stdout
