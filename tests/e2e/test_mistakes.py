"""Every mistake gets the sentence that a person needs, and nothing of it is stored."""

import socket

import httpx

from tests.e2e.desk import PROVIDER, QUICKSTART, Desk

TEAM = PROVIDER + 'resource "signalcraft_team" "database" {\n  name = "Database"\n}\n'
BOTH = "[signalcraft_user.ada.id, signalcraft_user.grace.id]\n    starts_at"
NOBODY = "user_01m852js7aee1v2mzf5bgh38h3"
AN_EARLIER_SECOND_RULE = """\
  rules {
    delay_minutes = 0
    targets {
      type = "team"
      id   = signalcraft_team.database.id
    }
  }
}
"""


def test_a_key_that_is_not_set_is_asked_for(desk: Desk) -> None:
    said = desk.with_settings(SIGNALCRAFT_API_KEY="").fail_to_plan(TEAM)
    assert "Error: No API key" in said
    assert "Set one (api_key in the provider block, or SIGNALCRAFT_API_KEY)." in said
    assert "`signalcraft key create ACCOUNT` makes one on the server." in said


def test_a_key_with_a_typo_is_recognised(desk: Desk) -> None:
    key = desk.terraform.environment["SIGNALCRAFT_API_KEY"]
    typo = key[:-1] + ("a" if key[-1] != "a" else "b")
    said = desk.with_settings(SIGNALCRAFT_API_KEY=typo).fail_to_plan(TEAM)
    assert "Error: The API key is not accepted" in said
    assert "The API key has a typo or is incomplete: its checksum is wrong." in said
    assert "Set a key that is valid there" in said


def test_a_server_that_is_down_is_named(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    said = desk.with_settings(SIGNALCRAFT_ENDPOINT=address).fail_to_plan(TEAM)
    assert "Error: SignalCraft can't be reached" in said
    assert f"{address}: " in said
    assert "connection refused. Check that the server is running, and the endpoint" in said


def test_an_unknown_field_is_terraforms_own_error(desk: Desk) -> None:
    said = desk.fail_to_plan(TEAM.replace("name =", "nmae ="))
    assert 'An argument named "nmae" is not expected here. Did you mean "name"?' in said


def test_an_unknown_zone_is_shown_with_one_that_is_known(desk: Desk) -> None:
    said = desk.fail_to_apply(_quickstart("Europe/Berlin", "Berlin"))
    assert 'in resource "signalcraft_schedule" "db_primary"' in said
    assert "'Berlin' is not an IANA time zone. Did you mean 'Europe/Berlin'?" in said


def test_an_unknown_user_is_named_with_its_place(desk: Desk) -> None:
    said = desk.fail_to_apply(_quickstart(BOTH, f'["{NOBODY}"]\n    starts_at'))
    assert "Error: Not accepted: rotations[0].participants[0]" in said
    assert f"No user has the id {NOBODY}. Create it first, or correct the id." in said


def test_a_rotation_without_people_is_refused_before_anything_is_asked(desk: Desk) -> None:
    said = desk.fail_to_plan(_quickstart(BOTH, "[]\n    starts_at"))
    assert "Must have between 1 and 200 entries; this has 0." in said


def test_delays_that_do_not_increase_are_shown_with_the_one_before(desk: Desk) -> None:
    said = desk.fail_to_apply(QUICKSTART.removesuffix("}\n") + AN_EARLIER_SECOND_RULE)
    assert "Error: Not accepted: rules[1].delay_minutes" in said
    assert "Must be greater than 0, the delay of the previous rule." in said


def test_two_mistakes_are_both_reported(desk: Desk) -> None:
    mistaken = _quickstart("Europe/Berlin", "Berlin").replace(BOTH, f'["{NOBODY}"]\n    starts_at')
    said = desk.fail_to_plan(mistaken)
    assert "Error: Not accepted: time_zone" in said
    assert "Error: Not accepted: rotations[0].participants[0]" in said


def test_a_user_on_someone_elses_schedule_is_deleted_when_off_it(
    desk: Desk, http: httpx.Client
) -> None:
    desk.apply(
        PROVIDER
        + """
resource "signalcraft_user" "ada" {
  email = "ada@example.com"
  name  = "Ada Example"
  role  = "responder"
}
"""
    )
    [ada] = http.get("/v1/users", params={"email": "ada@example.com"}).json()["items"]
    rotation = {
        "name": "weekly",
        "participants": [ada["id"]],
        "starts_at": "2025-01-06T09:00:00",
        "shift_length": 1,
        "shift_unit": "week",
    }
    schedule = http.post(
        "/v1/schedules", json={"name": "Night", "time_zone": "UTC", "rotations": [rotation]}
    ).json()

    said = desk.apply(PROVIDER)
    assert 'Warning: The user "ada@example.com" is deleted once nothing refers to it' in said
    assert f'schedule "Night" ({schedule["id"]}), in rotations[0].participants[0]' in said
    assert "Otherwise it stays until somebody does" in said

    http.put(
        f"/v1/schedules/{schedule['id']}", json={"name": "Night", "time_zone": "UTC"}
    ).raise_for_status()
    assert http.get(f"/v1/users/{ada['id']}").status_code == 404


def test_a_name_that_is_taken_comes_with_the_import_to_paste(
    desk: Desk, http: httpx.Client
) -> None:
    team = http.post("/v1/teams", json={"name": "Database"}).json()
    said = desk.fail_to_apply(TEAM)
    assert 'There is already a team with the name "Database"' in said
    block = f'import {{ to = signalcraft_team.NAME id = "{team["id"]}" }}'
    assert block in said

    pasted = block.replace("NAME", "database").replace(" to", "\n  to").replace(" id", "\n  id")
    assert "1 imported" in desk.apply(TEAM + pasted.replace(" }", "\n}"))


def _quickstart(right: str, wrong: str) -> str:
    assert right in QUICKSTART
    return QUICKSTART.replace(right, wrong)
