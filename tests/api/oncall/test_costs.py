"""Questions that ask for too much: refused with what to ask instead, in bounded answers."""

from typing import Any

import httpx

from tests.api.problems import refused

MIB = 2**20


def users(http: httpx.Client, number: int) -> list[str]:
    return [
        http.post(
            "/v1/users",
            json={"email": f"u{n}@example.com", "name": f"U{n}", "role": "responder"},
        ).json()["id"]
        for n in range(number)
    ]


def hourly(http: httpx.Client, people: list[str], layers: int) -> str:
    """A schedule of many staggered rotations that hand over every hour."""
    rotations = [
        {
            "name": f"layer {n}",
            "participants": people,
            "starts_at": f"2026-01-05T09:{n:02}:00",
            "shift_length": 1,
            "shift_unit": "hour",
            "restrictions": [
                {"days": ["mon", "tue"], "start_time": f"{h:02}:{n:02}", "end_time": f"{h:02}:59"}
                for h in range(24)
            ],
        }
        for n in range(layers)
    ]
    body = {"name": "Hourly", "time_zone": "UTC", "rotations": rotations}
    answer = http.post("/v1/schedules", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_year_of_many_layers_is_refused_and_a_week_is_answered(http: httpx.Client) -> None:
    path = f"/v1/schedules/{hourly(http, users(http, 2), 50)}/shifts"
    year = {"from": "2026-01-05T00:00:00Z", "until": "2026-12-31T00:00:00Z"}
    answer = http.get(path, params=year)
    assert answer.status_code in {400, 422}
    assert "shorter" in answer.json()["detail"]
    week = {"from": "2026-01-05T00:00:00Z", "until": "2026-01-12T00:00:00Z"}
    assert http.get(path, params=week).status_code == 200


def test_a_calendar_of_many_shifts_covers_fewer_days_and_is_kept_until_something_changes(
    http: httpx.Client,
) -> None:
    people = users(http, 2)
    schedule = hourly(http, people, 25)
    link = http.post(f"/v1/schedules/{schedule}/calendar-links", json={"name": "Phone"}).json()
    first = httpx.get(link["url"])
    assert 0 < first.text.count("BEGIN:VEVENT") <= 2000
    # Written once: another reading would have another DTSTAMP.
    assert httpx.get(link["url"]).text == first.text
    times = {"starts_at": "2026-01-05T00:00:00Z", "ends_at": "2126-01-06T00:00:00Z"}
    http.post(f"/v1/schedules/{schedule}/overrides", json={"participant": people[0], **times})
    assert httpx.get(link["url"]).text.count("BEGIN:VEVENT") == 1


def test_a_policy_that_pages_thousands_is_routed_to_and_its_people_are_told_only_if_they_are_few(
    http: httpx.Client,
) -> None:
    people = users(http, 40)
    teams = [
        http.post("/v1/teams", json={"name": f"T{n}", "member_ids": people}).json()["id"]
        for n in range(20)
    ]
    targets = [{"type": "team", "id": team} for team in teams]
    rules = [{"delay_minutes": n, "targets": targets} for n in range(20)]
    body: dict[str, Any] = {
        "name": "Everybody",
        "rules": rules,
        "repeat_times": 9,
        "repeat_after_minutes": 60,
    }
    policy = http.post("/v1/escalation-policies", json=body).json()["id"]
    http.put("/v1/workspace", json={"name": "W", "default_escalation_policy_id": policy})
    ask: dict[str, Any] = {"alerts": [{}] * 10}
    answer = http.post("/v1/routing/test", json=ask)
    assert [r["escalation_policy_ids"] for r in answer.json()["results"]] == [[policy]] * 10
    assert answer.json()["results"][0]["timelines"] is None
    answer = http.post("/v1/routing/test", json=ask | {"include": ["people"]})
    assert refused(answer) == (422, "validation")
    assert "fewer alerts" in answer.json()["detail"]
    assert refused(http.get(f"/v1/escalation-policies/{policy}/timeline")) == (422, "validation")


def test_a_body_of_many_mistakes_has_a_short_answer(http: httpx.Client) -> None:
    window = {"from": "2026-01-05T00:00:00Z", "until": "2026-01-06T00:00:00Z"}
    body = {"name": "S", "time_zone": "UTC", "rotations": [{}] * 100_000}
    answer = http.post("/v1/preview/schedule", params=window, json=body)
    assert refused(answer) == (422, "validation")
    assert len(answer.content) < 2000
    many = {"items": [{"kind": "team", "body": {"name": "T", "member_ids": [1] * 1000}}] * 100}
    answer = http.post("/v1/validate", json=many)
    assert refused(answer) == (422, "validation")
    few = {"items": many["items"][:10]}
    answer = http.post("/v1/validate", json=few)
    assert [len(item["errors"]) for item in answer.json()["items"]] == [100] * 10


def test_who_guesses_calendar_links_is_held_off(http: httpx.Client) -> None:
    statuses = {http.get(f"/v1/calendars/{n}.ics").status_code for n in range(3)}
    assert statuses == {404}
