"""`signalcraft restore --at`, on a real server."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.bodies import create, nowhere, schedule
from tests.cli.command import refused, run
from tests.until import until
from tools.servers import Dialect, Server, Tenant


@pytest.fixture
def dialect() -> Dialect:
    return "sqlite"


@pytest.fixture
def environment(server: Server, tenant: Tenant) -> Mapping[str, str]:
    return {"SIGNALCRAFT_ENDPOINT": server.url, "SIGNALCRAFT_API_KEY": tenant.api_key}


def exported(environment: Mapping[str, str]) -> dict[str, Any]:
    result = run("export", "-", environment=environment)
    assert result.exit_code == 0, result.output
    written: dict[str, Any] = json.loads(result.stdout)
    return written


def instant_after_now(http: httpx.Client) -> str:
    """An instant that lies between the changes so far and those to come."""
    last = http.get("/v1/changes", params={"limit": 1000}).json()["items"][-1]["at"]
    then = datetime.now(UTC)
    assert datetime.fromisoformat(last) < then
    until(lambda: datetime.now(UTC).timestamp() > then.timestamp() + 0.002)
    return then.isoformat()


@pytest.fixture
def world(http: httpx.Client) -> dict[str, Any]:
    """A schedule with two overrides, of which the later wins; and a team."""
    people = [create(http, "user", nowhere(), name)["id"] for name in ("Ada", "Bo")]
    night = http.post("/v1/schedules", json=schedule(people[0], "Night")).json()
    overrides = [
        http.post(
            f"/v1/schedules/{night['id']}/overrides",
            json={
                "participant": person,
                "starts_at": "2030-03-01T00:00:00+01:00",
                "ends_at": "2030-03-02T00:00:00+01:00",
            },
        ).json()["id"]
        for person in people
    ]
    team = http.post("/v1/teams", json={"name": "Payments", "member_ids": people}).json()
    return {
        "people": people,
        "schedule": night["id"],
        "overrides": overrides,
        "team": team["id"],
    }


def destroy(http: httpx.Client, world: Mapping[str, Any]) -> None:
    """Deletes, renames and creates, as a bad apply does."""
    ada, bo = world["people"]
    for path in (
        f"/v1/schedules/{world['schedule']}/overrides/{world['overrides'][0]}",
        f"/v1/teams/{world['team']}",
    ):
        http.delete(path).raise_for_status()
    http.delete(f"/v1/users/{ada}", params={"when_unreferenced": "true"}).raise_for_status()
    http.put(f"/v1/schedules/{world['schedule']}", json=schedule(bo, "Nights")).raise_for_status()
    assert http.get(f"/v1/users/{ada}").status_code == 404
    http.post("/v1/teams", json={"name": "Newcomers", "member_ids": [bo]}).raise_for_status()


def on_call(http: httpx.Client, world: Mapping[str, Any]) -> Any:
    path = f"/v1/schedules/{world['schedule']}/on-call"
    return http.get(path, params={"at": "2030-03-01T12:00:00+01:00"}).json()


def test_everything_is_as_it_was_under_the_ids_that_it_had(
    http: httpx.Client, environment: Mapping[str, str], world: dict[str, Any]
) -> None:
    before, was = exported(environment), on_call(http, world)
    at = instant_after_now(http)
    destroy(http, world)
    after = exported(environment)
    shown = run("restore", "--at", at, "--delete-created", "--dry-run", environment=environment)
    assert shown.exit_code == 0, shown.output
    lines = shown.stdout.splitlines()
    assert lines[1:4] == ["Would be created:", "  user 'Ada'", "  team 'Payments'"]
    assert '    /name: "Nights" → "Night"' in lines
    assert any(line.endswith(": Bo → Ada") for line in lines)
    assert lines[-2:] == ["Would be deleted:", "  team 'Newcomers'"]
    assert exported(environment) == after
    done = run("restore", "--at", at, "--delete-created", "--yes", environment=environment)
    assert done.exit_code == 0, done.output
    assert exported(environment) == before
    assert on_call(http, world)["user_ids"] == was["user_ids"] == [world["people"][1]]
    again = run("restore", "--at", at, "--delete-created", "--yes", environment=environment)
    assert again.stdout.splitlines()[1:] == ["The configuration is as it was then."]


def test_what_was_created_since_stays_unless_it_is_to_be_deleted(
    http: httpx.Client, environment: Mapping[str, str], world: dict[str, Any]
) -> None:
    at = instant_after_now(http)
    destroy(http, world)
    done = run("restore", "--at", at, "--yes", environment=environment)
    assert done.exit_code == 0, done.output
    assert (
        "Created since then, and kept (--delete-created deletes them): 'Newcomers'." in done.stdout
    )
    teams = {team["name"] for team in http.get("/v1/teams").json()["items"]}
    assert teams == {"Payments", "Newcomers"}


@pytest.mark.usefixtures("world")
def test_all_that_stands_in_the_way_is_told_and_nothing_is_restored(
    http: httpx.Client, environment: Mapping[str, str]
) -> None:
    people = [create(http, "user", nowhere(), name) for name in ("Cy", "Di")]
    at = instant_after_now(http)
    for person in people:
        http.delete(f"/v1/users/{person['id']}").raise_for_status()
    workspace = http.get("/v1/workspace").json()
    bound = {"name": workspace["name"], "allowed_email_domains": ["elsewhere.example.com"]}
    http.put("/v1/workspace", json=bound).raise_for_status()
    before = exported(environment)
    said = refused("restore", "--at", at, "--yes", environment=environment)
    lines = said.splitlines()
    assert lines[0] == "Error: Nothing was restored."
    assert len([line for line in lines if "only allows addresses at" in line]) == 2
    assert exported(environment) == before


def test_times_that_cannot_be_restored_are_refused(environment: Mapping[str, str]) -> None:
    for at, why in (("2199-01-01", "is in the future"), ("2020-01-01", "didn't exist yet")):
        assert why in refused("restore", "--at", at, "--yes", environment=environment)
    for arguments in ((), ("team", "x"), ("team", "x", "--version", "1", "--at", "2026-01-01")):
        said = refused("restore", *arguments, environment=environment)
        assert "Say either KIND NAME --version N, or --at TIME." in said


def test_a_key_without_a_scope_restores_nothing(
    http: httpx.Client, environment: Mapping[str, str], world: dict[str, Any]
) -> None:
    at = instant_after_now(http)
    destroy(http, world)
    scopes = ["config:read", "config:write", "audit:read", "overrides:write"]
    account = http.post("/v1/service-accounts", json={"name": "less", "scopes": scopes}).json()
    key = http.post(f"/v1/service-accounts/{account['id']}/keys", json={"name": "k"}).json()
    less = dict(environment) | {"SIGNALCRAFT_API_KEY": key["secret"]}
    said = refused("restore", "--at", at, "--yes", environment=less)
    assert "lacks the scope members:write, which changing a user needs" in said
