"""Who is on call next, and who was before, as a table."""

import pytest

from signalcraft.oncall.directory import Directory
from signalcraft.oncall.escalation import timeline
from signalcraft.oncall.roster import Roster
from tests.oncall.people import an_id, at, names, override, rotation, schedule, teams
from tests.oncall.policies import policy

WEEKDAYS = ["mon tue wed thu fri 09:00-17:00"]
PEOPLE = teams(crew="eve max", empty="", off="fay")
WEEKLY = schedule("UTC", rotation("weekly", "ada ben eve", "2026-01-05 09:00", "1 week"))
OFFICE = schedule("UTC", rotation("office", "ada ben", "2026-01-05 09:00", "1 week", only=WEEKDAYS))
MIXED = schedule(
    "UTC", rotation("mixed", "ada @crew nobody fay @empty ada ben", "2026-01-05 09:00", "1 day")
)
ALONE = schedule("UTC", rotation("alone", "ada ada", "2026-01-05 09:00", "1 week", only=WEEKDAYS))
ENDING = schedule(
    "UTC",
    rotation("first", "ada", "2026-01-05 09:00", "1 week", ends_at="2026-01-12 09:00"),
    rotation("second", "ben", "2027-06-01 09:00", "1 week"),
)


@pytest.mark.parametrize(
    ("roster", "moment", "previous", "now", "following"),
    [
        pytest.param(
            Roster(WEEKLY), "2026-01-13 12:00Z", "ada", "ben", "eve", id="the neighbours in turn"
        ),
        pytest.param(
            Roster(WEEKLY), "2026-01-12 09:00Z", "ada", "ben", "eve", id="at the hand-over itself"
        ),
        pytest.param(
            Roster(OFFICE), "2026-01-07 12:00Z", "", "ada", "ben", id="nights are skipped"
        ),
        pytest.param(
            Roster(OFFICE), "2026-01-07 20:00Z", "ada", "", "ada", id="in a gap, its neighbours"
        ),
        pytest.param(
            Roster(OFFICE), "2026-01-10 12:00Z", "ada", "", "ben", id="a weekend between two"
        ),
        pytest.param(
            Roster(OFFICE), "2026-01-14 12:00Z", "ada", "ben", "ada", id="a week before and after"
        ),
        pytest.param(
            Roster(MIXED, (), PEOPLE), "2026-01-05 12:00Z", "", "ada", "eve max", id="a team"
        ),
        pytest.param(
            Roster(MIXED, (), PEOPLE), "2026-01-06 12:00Z", "ada", "eve max", "ada", id="no turns"
        ),
        pytest.param(
            Roster(MIXED, (), PEOPLE), "2026-01-08 12:00Z", "eve max", "", "ada", id="who is off"
        ),
        pytest.param(Roster(ALONE), "2026-01-14 12:00Z", "", "ada", "", id="nobody else, ever"),
        pytest.param(Roster(ALONE), "2026-01-14 20:00Z", "ada", "", "ada", id="alone, in a gap"),
        pytest.param(Roster(ENDING), "2026-01-06 12:00Z", "", "ada", "", id="beyond 366 days"),
        pytest.param(Roster(ENDING), "2026-06-06 12:00Z", "ada", "", "ben", id="within 366 days"),
        pytest.param(
            Roster(WEEKLY, [override("nobody", "2026-01-12 00:00Z", "2026-01-13 00:00Z")]),
            "2026-01-11 12:00Z",
            "",
            "ada",
            "ben",
            id="an override of nobody is a gap",
        ),
        pytest.param(
            Roster(WEEKLY, [override("ada", "2026-01-12 00:00Z", "2026-01-20 00:00Z")]),
            "2026-01-11 12:00Z",
            "",
            "ada",
            "eve",
            id="an override of the same person goes on",
        ),
        pytest.param(Roster(schedule("UTC")), "2026-01-11 12:00Z", "", "", "", id="no rotations"),
    ],
)
def test_the_next_and_the_previous(
    roster: Roster, moment: str, previous: str, now: str, following: str
) -> None:
    told = [
        ask(at(moment)) for ask in (roster.previous_users, roster.users_on_call, roster.next_users)
    ]
    assert list(map(names, told)) == [previous, now, following]


def test_a_step_pages_the_next_and_the_previous_of_its_minute() -> None:
    weekly = an_id("sched", "week1y")
    wanted = policy((0, [f"{weekly} previous", weekly]), (60, [f"{weekly} next"]))
    steps = timeline(
        wanted, at("2026-01-12 08:30Z"), Directory({weekly: Roster(WEEKLY)}, PEOPLE)
    ).steps
    assert [(step.minute, names(step.user_ids)) for step in steps] == [(0, "ada"), (60, "eve")]


@pytest.mark.parametrize(
    ("roster", "who", "reaches"),
    [
        (Roster(WEEKLY), "next", True),
        (Roster(WEEKLY), "previous", True),
        (Roster(ALONE), "next", True),
        (Roster(ALONE), "previous", True),
        (
            Roster(schedule("UTC", rotation("a", "ada", "2026-01-05 09:00", "1 week"))),
            "next",
            False,
        ),
        (Roster(schedule("UTC")), "previous", False),
    ],
)
def test_whether_the_next_or_previous_are_ever_reached(
    roster: Roster,
    who: str,
    reaches: bool,  # noqa: FBT001 — a column of the table
) -> None:
    id = an_id("sched", "x")
    [rule] = policy((0, [f"{id} {who}"])).rules
    directory = Directory({id: roster}, PEOPLE)
    ever = directory.ever_reaches(rule.targets[0], at("2026-01-14 12:00Z"), at("2026-02-13 12:00Z"))
    assert ever == reaches
