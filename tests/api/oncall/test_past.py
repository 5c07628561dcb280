"""The past is what was in force: on-call and shifts before now."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from signalcraft.store.db.clock import timestamp
from tests.bodies import create, nowhere

TICK = timedelta(microseconds=1)


@pytest.fixture
def people(http: httpx.Client) -> list[str]:
    return [create(http, "user", nowhere(), name)["id"] for name in ("Ada", "Bo")]


def body(*participants: str) -> dict[str, Any]:
    weekly = {
        "name": "weekly",
        "participants": participants,
        "starts_at": "2026-01-05T09:00:00",
        "shift_length": 1,
        "shift_unit": "week",
    }
    rotations = [weekly] if participants else []
    return {"name": "Primary", "time_zone": "Europe/Berlin", "rotations": rotations}


def schedule(http: httpx.Client, *participants: str) -> str:
    answer = http.post("/v1/schedules", json=body(*participants)).raise_for_status()
    return str(answer.json()["id"])


def replace(http: httpx.Client, id: str, *participants: str) -> None:
    http.put(f"/v1/schedules/{id}", json=body(*participants)).raise_for_status()


def entries(http: httpx.Client, id: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = http.get("/v1/changes", params={"id": id}).json()["items"]
    return items


def when(entry: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(entry["at"])


def on_call(http: httpx.Client, id: str, at: datetime) -> dict[str, Any]:
    params = {"at": timestamp(at)}
    answer: dict[str, Any] = http.get(f"/v1/schedules/{id}/on-call", params=params).json()
    return answer


def shifts(http: httpx.Client, id: str, start: datetime, end: datetime) -> dict[str, Any]:
    params = {"from": timestamp(start), "until": timestamp(end)}
    answer: dict[str, Any] = http.get(f"/v1/schedules/{id}/shifts", params=params).json()
    return answer


def test_who_joins_was_not_on_call_before(http: httpx.Client, people: list[str]) -> None:
    id = schedule(http, people[0])
    replace(http, id, people[1])
    joined = entries(http, id)[-1]
    before, after = on_call(http, id, when(joined) - TICK), on_call(http, id, when(joined))
    assert (before["user_ids"], before["revision"]) == ([people[0]], None)
    assert (after["user_ids"], after["revision"]) == ([people[1]], joined["revision"])
    every = http.get("/v1/on-call", params={"at": timestamp(when(joined) - TICK)}).json()
    assert [item["user_ids"] for item in every["items"]] == [[people[0]]]


def test_shifts_of_the_past_follow_what_was_in_force_and_say_when_it_changed(
    http: httpx.Client, people: list[str]
) -> None:
    id = schedule(http, people[0])
    replace(http, id, people[1])
    replace(http, id)
    _, second, third = entries(http, id)
    found = shifts(http, id, when(second) - TICK, when(third) + TICK)
    begins = [(*s["user_ids"], datetime.fromisoformat(s["starts_at"])) for s in found["items"]]
    assert begins == [(people[0], when(second) - TICK), (people[1], when(second))]
    assert [(c["revision"], when(c)) for c in found["changes"]] == [
        (entry["revision"], when(entry)) for entry in (second, third)
    ]


def test_a_change_of_the_time_being_is_seen_at_once(http: httpx.Client, people: list[str]) -> None:
    id = schedule(http, people[0])
    for turn in (1, 0, 1):
        replace(http, id, people[turn])
        at = when(entries(http, id)[-1])
        assert on_call(http, id, at)["user_ids"] == [people[turn]]
        assert on_call(http, id, at - TICK)["user_ids"] == [people[1 - turn]]


def test_an_override_that_was_deleted_was_in_force_until_then(
    http: httpx.Client, people: list[str]
) -> None:
    id = schedule(http, people[0])
    overrides = f"/v1/schedules/{id}/overrides"
    wanted = {"starts_at": "2026-01-01T00:00:00Z", "ends_at": "2200-01-01T00:00:00Z"}
    made = http.post(overrides, json={"participant": people[1], **wanted}).json()["id"]
    moved = wanted | {"ends_at": "2100-01-01T00:00:00Z"}
    http.put(f"{overrides}/{made}", json={"participant": people[1], **moved}).raise_for_status()
    http.delete(f"{overrides}/{made}").raise_for_status()
    created, _, deleted = entries(http, made)
    assert on_call(http, id, when(created) - TICK)["user_ids"] == [people[0]]
    assert on_call(http, id, when(created))["override_id"] == made
    assert on_call(http, id, when(deleted) - TICK)["override_id"] == made
    assert on_call(http, id, when(deleted))["user_ids"] == [people[0]]


def test_an_override_of_somebody_who_has_left_was_in_force_until_then(
    http: httpx.Client, people: list[str]
) -> None:
    id = schedule(http, people[0])
    wanted = {"starts_at": "2026-01-01T00:00:00Z", "ends_at": "2200-01-01T00:00:00Z"}
    overrides = f"/v1/schedules/{id}/overrides"
    made = http.post(overrides, json={"participant": people[1], **wanted}).json()["id"]
    http.delete(f"/v1/users/{people[1]}").raise_for_status()
    created, deleted = entries(http, made)
    assert deleted["action"] == "deleted"
    assert on_call(http, id, when(created))["user_ids"] == [people[1]]
    assert on_call(http, id, when(deleted))["user_ids"] == [people[0]]


def test_before_a_schedule_was_created_its_first_version_answers(
    http: httpx.Client, people: list[str]
) -> None:
    id = schedule(http, people[0])
    replace(http, id, people[1])
    created = when(entries(http, id)[0])
    answer = on_call(http, id, created - timedelta(days=30))
    assert (answer["user_ids"], answer["revision"]) == ([people[0]], None)


def crew(*members: str, **fields: str) -> dict[str, Any]:
    return {"name": "Crew", "member_ids": members, **fields}


def test_whoever_joins_a_team_was_not_on_call_before(http: httpx.Client, people: list[str]) -> None:
    team = http.post("/v1/teams", json=crew(people[0])).json()["id"]
    id = schedule(http, team)
    path = f"/v1/teams/{team}"
    http.put(path, json=crew(people[0], description="The crew")).raise_for_status()
    http.put(path, json=crew(*people)).raise_for_status()
    _, described, joined = entries(http, team)
    after = on_call(http, id, when(joined))
    assert (after["user_ids"], after["revision"]) == (people, joined["revision"])
    before = on_call(http, id, when(joined) - TICK)
    # What else is said about a team is no change to the schedule.
    assert (before["user_ids"], before["revision"]) == ([people[0]], None)
    answer = shifts(http, id, when(described) - TICK, when(joined) + TICK)
    assert [change["revision"] for change in answer["changes"]] == [joined["revision"]]
    assert [item["user_ids"] for item in answer["items"]] == [[people[0]], people]


def test_a_team_that_was_left_and_deleted_was_on_call_until_then(
    http: httpx.Client, people: list[str]
) -> None:
    team = http.post("/v1/teams", json=crew(*people)).json()["id"]
    id = schedule(http, team)
    replace(http, id, people[1])
    http.delete(f"/v1/teams/{team}").raise_for_status()
    [_, replaced] = entries(http, id)
    assert on_call(http, id, when(replaced) - TICK)["user_ids"] == people
    assert on_call(http, id, when(replaced))["user_ids"] == [people[1]]
