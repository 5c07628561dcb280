"""Users who are off: they aren't on call, aren't paged, and keep their place."""

import json
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from signalcraft.store.db.clock import timestamp
from tests.bodies import create, nowhere, written

TICK = timedelta(microseconds=1)
WEEKLY = {"starts_at": "2020-01-06T09:00:00", "shift_length": 1, "shift_unit": "week"}
Detail = tuple[str, str, str]


@pytest.fixture
def people(http: httpx.Client) -> list[str]:
    return [create(http, "user", nowhere(), name)["id"] for name in ("Ada", "Ben")]


def schedule(http: httpx.Client, *participants: str, name: str = "Primary") -> str:
    rotations = [{"name": "weekly", "participants": participants, **WEEKLY}]
    body = {"name": name, "time_zone": "UTC", "rotations": rotations}
    return str(http.post("/v1/schedules", json=body).raise_for_status().json()["id"])


def set_active(http: httpx.Client, user: str, active: bool) -> list[Detail]:  # noqa: FBT001 — as in the body
    """Writes the user, and returns the warnings."""
    path = f"/v1/users/{user}"
    body = written(http.get(path).json()) | {"active": active}
    return warnings(http.put(path, json=body).raise_for_status())


def warnings(answer: httpx.Response) -> list[Detail]:
    found = json.loads(answer.headers.get("SignalCraft-Warnings", "[]"))
    return [(each["pointer"], each["code"], each["detail"]) for each in found]


def on_call(http: httpx.Client, id: str, **params: str) -> list[str]:
    answer = http.get(f"/v1/schedules/{id}/on-call", params=params)
    user_ids: list[str] = answer.raise_for_status().json()["user_ids"]
    return user_ids


def test_who_is_off_leaves_a_gap_which_is_told_and_keeps_the_place(
    http: httpx.Client, people: list[str]
) -> None:
    ada, ben = people
    alone, both = schedule(http, ada), schedule(http, ada, ben, name="Both")
    team = http.post("/v1/teams", json={"name": "Crew", "member_ids": [ada, ben]}).json()["id"]
    together = schedule(http, team, name="Together")
    before = on_call(http, both)
    found = set_active(http, ada, active=False)
    now = 'This changes who is on call right now on "'
    assert [(pointer, code) for pointer, code, _ in found if "Primary" in _] == [
        ("/active", "on-call-changes"),
        ("/active", "uncovered-time"),
    ]
    details = [detail for _, _, detail in found]
    assert any(d.startswith(f'{now}Primary". It was Ada and will be nobody.') for d in details)
    assert any(
        d.startswith('This leaves nobody on call on "Primary" in the next 30 days.')
        for d in details
    )
    assert any(d.startswith('This leaves nobody on call on "Both" for ') for d in details)
    assert f'{now}Together". It was Ada and Ben and will be Ben.' in [d.strip() for d in details]
    assert on_call(http, alone) == []
    assert on_call(http, both) == ([] if before == [ada] else [ben])
    assert on_call(http, together) == [ben]
    stored = http.get(f"/v1/schedules/{both}").json()
    assert stored["rotations"][0]["participants"] == [ada, ben]
    assert {code for _, code, _ in set_active(http, ada, active=True)} == {"on-call-changes"}
    assert on_call(http, alone) == [ada]
    assert on_call(http, both) == before


def test_who_is_off_is_not_paged_and_a_policy_that_reaches_nobody_by_that_is_told(
    http: httpx.Client, people: list[str]
) -> None:
    ada, ben = people
    targets = [{"type": "user", "id": ada}]
    rules: list[dict[str, Any]] = [{"delay_minutes": 0, "targets": targets}]
    policy = http.post("/v1/escalation-policies", json={"name": "P", "rules": rules}).json()["id"]
    [(pointer, code, detail)] = set_active(http, ada, active=False)
    assert (pointer, code) == ("/active", "reaches-nobody")
    assert 'the escalation policy "P" reaches nobody' in detail
    timeline = http.get(f"/v1/escalation-policies/{policy}/timeline").json()["items"]
    assert [step["user_ids"] for step in timeline] == [[]]
    assert set_active(http, ben, active=False) == []


def test_an_override_of_somebody_who_is_off_has_no_effect(
    http: httpx.Client, people: list[str]
) -> None:
    ada, ben = people
    id = schedule(http, ada)
    times = {"starts_at": "2037-01-05T00:00:00Z", "ends_at": "2037-01-06T00:00:00Z"}
    override = {"participant": ben, **times}
    http.post(f"/v1/schedules/{id}/overrides", json=override).raise_for_status()
    assert on_call(http, id, at="2037-01-05T12:00:00Z") == [ben]
    set_active(http, ben, active=False)
    assert on_call(http, id, at="2037-01-05T12:00:00Z") == [ada]


def test_the_past_knows_who_was_off(http: httpx.Client, people: list[str]) -> None:
    ada, ben = people
    team = http.post("/v1/teams", json={"name": "Crew", "member_ids": [ada, ben]}).json()["id"]
    id = schedule(http, team)
    set_active(http, ada, active=False)
    set_active(http, ada, active=True)
    items = http.get("/v1/changes", params={"id": ada}).json()["items"]
    _, off, on = [datetime.fromisoformat(item["at"]) for item in items]
    for at, expected in (
        (off - TICK, [ada, ben]),
        (off, [ben]),
        (on - TICK, [ben]),
        (on, [ada, ben]),
    ):
        assert on_call(http, id, at=timestamp(at)) == expected


def test_a_plan_that_turns_people_off_is_told_what_that_leaves_uncovered(
    http: httpx.Client, people: list[str]
) -> None:
    ada, ben = people
    schedule(http, ada, ben)
    bodies = [
        {
            "kind": "user",
            "id": id,
            "body": written(http.get(f"/v1/users/{id}").json()) | {"active": False},
        }
        for id in people
    ]
    [one] = http.post("/v1/validate", json={"items": bodies[:1]}).json()["items"]
    details = [each["detail"] for each in one["warnings"]]
    assert any('"Primary" for ' in detail for detail in details)
    both = http.post("/v1/validate", json={"items": bodies}).json()["items"]
    assert all(
        any('"Primary" in the next 30 days' in each["detail"] for each in item["warnings"])
        for item in both
    )
