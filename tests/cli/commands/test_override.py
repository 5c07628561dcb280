"""`signalcraft override`, on a real server."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from whenever import Instant

from signalcraft.cli.commands.override import create_all
from signalcraft.cli.cover import Cover
from signalcraft.client import ApiProblem, Client
from tests.bodies import create, nowhere, written
from tests.cli.command import refused, run, told
from tools.servers import Dialect, Server, Tenant

DAY = ("--from", "2037-03-02 09:00", "--until", "2037-03-03 09:00")
BOTH_DAYS = ("--from", "2037-03-02 09:00", "--until", "2037-03-04 09:00")


@pytest.fixture
def dialect() -> Dialect:
    return "sqlite"


@pytest.fixture
def environment(server: Server, tenant: Tenant) -> Mapping[str, str]:
    return {"SIGNALCRAFT_ENDPOINT": server.url, "SIGNALCRAFT_API_KEY": tenant.api_key}


@pytest.fixture
def people(http: httpx.Client) -> dict[str, str]:
    """Ada and Ben, who take turns by the day, and Eve, who doesn't."""
    return {name: create(http, "user", nowhere(), name)["id"] for name in ("Ada", "Ben", "Eve")}


@pytest.fixture
def schedule(http: httpx.Client, people: dict[str, str]) -> str:
    daily = {
        "name": "daily",
        "participants": [people["Ada"], people["Ben"]],
        "starts_at": "2037-03-02T09:00:00",
        "shift_length": 1,
        "shift_unit": "day",
    }
    body = {"name": "Database", "time_zone": "Europe/Berlin", "rotations": [daily]}
    return str(http.post("/v1/schedules", json=body).raise_for_status().json()["id"])


def overrides(http: httpx.Client, schedule: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = http.get(f"/v1/schedules/{schedule}/overrides").json()["items"]
    return items


def lines(*arguments: str, environment: Mapping[str, str]) -> list[str]:
    result = run("override", *arguments, environment=environment)
    assert result.exit_code == 0, result.output
    return [line.rstrip() for line in result.stdout.splitlines()]


SHOWN = [
    "Database (Europe/Berlin)",
    "FROM                  UNTIL                 NOW  THEN",
    "Mon 2 Mar 2037 09:00  Tue 3 Mar 2037 09:00  Ada  Eve",
]


def test_a_shift_is_covered_in_one_line_which_shows_what_changes_first(
    http: httpx.Client, environment: Mapping[str, str], people: dict[str, str], schedule: str
) -> None:
    question = ("Database", "--user", "Eve@example.com", *DAY)
    assert lines(*question, "--dry-run", environment=environment) == SHOWN
    assert run("override", *question, environment=environment).exit_code == 1  # Nobody says yes.
    assert overrides(http, schedule) == []
    *shown, said = lines(*question, "--yes", environment=environment)
    [made] = overrides(http, schedule)
    assert shown == SHOWN
    assert (
        said == f"Created {made['id']}. `signalcraft override delete {made['id']}` takes it back."
    )
    assert (made["participant"], made["starts_at"][:16], made["ends_at"][:16]) == (
        people["Eve"],
        "2037-03-02T08:00",
        "2037-03-03T08:00",
    )
    assert lines(*question, "--yes", environment=environment)[1:] == [
        "No change: this is who is on call then already."
    ]


def test_overrides_are_listed_and_deleted_by_id(
    http: httpx.Client, environment: Mapping[str, str], schedule: str
) -> None:
    lines("create", "Database", "--nobody", *DAY, "--yes", environment=environment)
    [made] = overrides(http, schedule)
    table = lines("list", "Database", environment=environment)
    assert table[1].split()[:2] == [made["id"], "nobody"]
    [item] = told("override", "list", "Database", environment=environment)["items"]
    assert (item["id"], item["participant_name"]) == (made["id"], "nobody")
    assert lines("delete", made["id"], "--yes", environment=environment) == [
        "nobody on Database, from Mon 2 Mar 2037 09:00 CET to Tue 3 Mar 2037 09:00 CET",
        "Deleted.",
    ]
    assert lines("list", "Database", environment=environment) == ["No overrides."]
    gone = refused("override", "delete", made["id"], "--yes", environment=environment)
    assert f"There is no override with the id {made['id']}." in gone


def test_a_team_covers_with_its_active_members(
    http: httpx.Client, environment: Mapping[str, str], people: dict[str, str], schedule: str
) -> None:
    ben = http.get(f"/v1/users/{people['Ben']}").json()
    http.put(f"/v1/users/{people['Ben']}", json=written(ben) | {"active": False})
    members = [people["Eve"], people["Ben"], people["Ada"]]
    http.post("/v1/teams", json={"name": "Crew", "member_ids": members}).raise_for_status()
    answer = told("override", "Database", "--team", "Crew", *DAY, "--yes", environment=environment)
    [change], [made] = answer["changes"], answer["overrides"]
    assert [user["user_name"] for user in change["before"]] == ["Ada"]
    assert [user["user_name"] for user in change["after"]] == ["Eve", "Ada"]
    assert (change["starts_at"], change["ends_at"]) == (
        "2037-03-02T08:00:00Z",
        "2037-03-03T08:00:00Z",
    )
    assert [each["id"] for each in overrides(http, schedule)] == [made["id"]]
    off = refused("override", "Database", "--user", "Ben", *DAY, environment=environment)
    assert "Ben is off, and so can't be on call." in off


def test_two_people_swap_their_shifts(
    http: httpx.Client, environment: Mapping[str, str], people: dict[str, str], schedule: str
) -> None:
    shown = lines("Database", "--swap", "Ada", "Ben", *BOTH_DAYS, "--yes", environment=environment)
    assert shown[2:4] == [
        "Mon 2 Mar 2037 09:00  Tue 3 Mar 2037 09:00  Ada  Ben",
        "Tue 3 Mar 2037 09:00  Wed 4 Mar 2037 09:00  Ben  Ada",
    ]
    assert [each["participant"] for each in overrides(http, schedule)] == [
        people["Ben"],
        people["Ada"],
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Database", *DAY], "Say one of --user, --team, --nobody and --swap."),
        (["Database", "--user", "Ada", "--nobody", *DAY], "Say one of --user"),
        (["Databse", "--nobody", *DAY], "Did you mean 'Database'?"),
        (["Database", "--user", "Adda", *DAY], "There is no user called 'Adda'."),
        (["Database", "--team", "Ops", *DAY], "There is no team called 'Ops'."),
        (["Database", "--nobody", "--until", "2020-01-01"], "This is in the past."),
        (
            ["Database", "--nobody", "--from", "2037-01-02", "--until", "2037-01-02"],
            "This is not after --from.",
        ),
        (
            ["Database", "--nobody", "--from", "2020-01-01", "--until", "2020-01-02"],
            "This is in the past.",
        ),
        (["Database", "--swap", "Ada", "Eve", *DAY], "Eve has no shift in this time to swap."),
        (["Database", "--nobody", *DAY, "--output", "json"], "Add --yes or --dry-run."),
    ],
)
@pytest.mark.usefixtures("schedule")
def test_what_can_not_be_meant_is_refused(
    environment: Mapping[str, str], arguments: list[str], said: str
) -> None:
    assert said in refused("override", *arguments, environment=environment)


def test_a_shift_that_is_shared_can_not_be_swapped(
    http: httpx.Client, environment: Mapping[str, str], people: dict[str, str], schedule: str
) -> None:
    both = {"name": "Both", "member_ids": [people["Ada"], people["Ben"]]}
    team = http.post("/v1/teams", json=both).json()["id"]
    times = {"starts_at": "2037-03-02T08:00:00Z", "ends_at": "2037-03-02T09:00:00Z"}
    override = {"participant": team, **times}
    http.post(f"/v1/schedules/{schedule}/overrides", json=override).raise_for_status()
    question = ("override", "Database", "--swap", "Ada", "Ben", *BOTH_DAYS)
    said = refused(*question, environment=environment)
    assert "The shift from Mon 2 Mar 2037 09:00 CET is shared with others." in said


def test_half_a_swap_is_taken_back(
    http: httpx.Client, server: Server, tenant: Tenant, schedule: str, people: dict[str, str]
) -> None:
    start, middle, end = (Instant.from_utc(2037, 3, day, 8) for day in (2, 3, 4))
    gone = create(http, "user", nowhere(), "Gone")["id"]
    http.delete(f"/v1/users/{gone}").raise_for_status()
    covers = [
        Cover(id, (id,), *times)
        for id, times in ((people["Ben"], (start, middle)), (gone, (middle, end)))
    ]
    with Client(server.url, tenant.api_key) as client, pytest.raises(ApiProblem, match=gone):
        create_all(client, schedule, covers)
    assert overrides(http, schedule) == []
