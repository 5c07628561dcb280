"""A configuration's life: made, unchanged, edited, changed by somebody else, taken over, gone."""

import httpx
import pytest

from tests.e2e.desk import PROVIDER, QUICKSTART, Desk

TEAM = PROVIDER + 'resource "signalcraft_team" "database" {\n  name = "Database"\n}\n'
SECOND_RULE = """\
  rules {
    delay_minutes = 15
    targets {
      type = "team"
      id   = signalcraft_team.database.id
    }
  }
}
"""


def test_the_quick_start_is_applied_once_edited_and_destroyed(
    desk: Desk, http: httpx.Client
) -> None:
    assert "Resources: 6 added, 0 changed, 0 destroyed." in desk.apply(QUICKSTART)
    assert "No changes." in desk.plan(QUICKSTART)

    edited = QUICKSTART.removesuffix("}\n") + SECOND_RULE
    assert "+ delay_minutes = 15" in desk.plan(edited)
    assert "Resources: 0 added, 1 changed, 0 destroyed." in desk.apply(edited)
    [policy] = http.get("/v1/escalation-policies").json()["items"]
    assert [rule["delay_minutes"] for rule in policy["rules"]] == [0, 15]
    assert policy["managed_by"] == {"manager": "terraform", "source": None}

    assert "0 added, 0 changed, 6 destroyed." in desk.apply(PROVIDER)
    assert http.get("/v1/escalation-policies").json()["items"] == []


def test_the_quick_start_says_who_is_on_call(desk: Desk, http: httpx.Client) -> None:
    desk.apply(QUICKSTART)
    names = {user["id"]: user["name"] for user in http.get("/v1/users").json()["items"]}
    [schedule] = http.get("/v1/schedules").json()["items"]
    for at, name in (
        ("2026-01-05T08:59:00+01:00", "Grace Example"),
        ("2026-01-05T09:00:00+01:00", "Ada Example"),
        ("2026-07-06T08:59:59+02:00", "Grace Example"),
        ("2026-07-06T09:00:00+02:00", "Ada Example"),
    ):
        answer = http.get(f"/v1/schedules/{schedule['id']}/on-call", params={"at": at})
        assert [names[id] for id in answer.json()["user_ids"]] == [name]


def test_what_somebody_else_changed_is_shown_and_put_back(desk: Desk, http: httpx.Client) -> None:
    desk.apply(TEAM)
    [team] = http.get("/v1/teams").json()["items"]
    changed = {"name": "Database", "description": "Changed by hand"}
    http.put(f"/v1/teams/{team['id']}", json=changed).raise_for_status()

    said = desk.plan(TEAM)
    assert "# signalcraft_team.database will be updated in-place" in said
    assert '- description = "Changed by hand" -> null' in said

    desk.apply(TEAM)
    assert http.get(f"/v1/teams/{team['id']}").json()["description"] == ""


def test_what_somebody_else_deleted_is_shown_and_made_anew(desk: Desk, http: httpx.Client) -> None:
    desk.apply(TEAM)
    [team] = http.get("/v1/teams").json()["items"]
    http.delete(f"/v1/teams/{team['id']}").raise_for_status()
    assert "# signalcraft_team.database will be created" in desk.plan(TEAM)


def test_a_deletion_that_somebody_else_requested_is_shown_and_cancelled(
    desk: Desk, http: httpx.Client
) -> None:
    desk.apply(TEAM)
    [team] = http.get("/v1/teams").json()["items"]
    http.post("/v1/services", json={"name": "Shop", "team_id": team["id"]}).raise_for_status()
    marked = http.delete(f"/v1/teams/{team['id']}", params={"when_unreferenced": "true"})
    assert marked.status_code == 202

    said = desk.plan(TEAM)
    assert 'Warning: The team "Database" is marked for deletion' in said
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in said

    desk.apply(TEAM)
    [kept] = http.get("/v1/teams").json()["items"]
    assert (kept["id"], kept["deletion_requested_at"]) == (team["id"], None)
    assert "No changes." in desk.plan(TEAM)


@pytest.mark.parametrize("by", ["id", "name"])
def test_what_is_there_already_is_imported(desk: Desk, http: httpx.Client, by: str) -> None:
    team = http.post("/v1/teams", json={"name": "Database"}).json()
    block = f'import {{\n  to = signalcraft_team.database\n  id = "{team[by]}"\n}}\n'
    said = desk.apply(TEAM + block)
    assert "Resources: 1 imported, 0 added, 0 changed, 0 destroyed." in said
    assert "No changes." in desk.plan(TEAM)


def test_a_user_is_imported_by_e_mail(desk: Desk) -> None:
    said = desk.plan(
        PROVIDER
        + """
resource "signalcraft_user" "owner" {
  email = "owner@example.com"
  name  = "Owner"
  role  = "owner"
}
import {
  to = signalcraft_user.owner
  id = "owner@example.com"
}
"""
    )
    assert "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy." in said


def test_one_apply_takes_a_user_off_a_rotation_and_deletes_the_user(
    desk: Desk, http: httpx.Client
) -> None:
    desk.apply(QUICKSTART)
    before, rest = QUICKSTART.split('resource "signalcraft_user" "grace"')
    without = before + rest[rest.index('resource "signalcraft_team"') :].replace(
        ", signalcraft_user.grace.id", ""
    )
    said = desk.apply(without)
    assert "Resources: 0 added, 2 changed, 1 destroyed." in said
    assert 'Warning: The user "grace@example.com" is deleted once nothing refers to it' in said
    assert 'schedule "Database primary" (sched_' in said
    assert 'team "Database" (team_' in said
    assert "That is expected when the same apply takes it out there" in said
    emails = {user["email"] for user in http.get("/v1/users").json()["items"]}
    assert emails == {"ada@example.com", "owner@example.com"}
    assert "No changes." in desk.plan(without)
