"""The questions: who is on call, the shifts, how an alert escalates, where it goes."""

from typing import Any

import httpx
import pytest

from tests.api.problems import refused
from tests.bodies import create, nowhere, populate

MONDAY = "2026-01-05T10:00:00+01:00"


def schedule(http: httpx.Client, name: str, *participants: str, **fields: Any) -> str:
    """A schedule on which these people take turns by the week; returns its id."""
    weekly = {
        "name": "weekly",
        "participants": participants,
        "starts_at": "2026-01-05T09:00:00",
        "shift_length": 1,
        "shift_unit": "week",
    }
    body = {"name": name, "time_zone": "Europe/Berlin", "rotations": [weekly], **fields}
    return str(http.post("/v1/schedules", json=body).json()["id"])


@pytest.fixture
def people(http: httpx.Client) -> list[str]:
    """Ids of two users."""
    return [create(http, "user", nowhere(), name)["id"] for name in ("Ada", "Bo")]


def test_who_is_on_call_says_since_and_until_when(http: httpx.Client, people: list[str]) -> None:
    id = schedule(http, "Primary", *people)
    answer = http.get(f"/v1/schedules/{id}/on-call", params={"at": MONDAY})
    assert answer.json() == {
        "schedule_id": id,
        "at": "2026-01-05T09:00:00Z",
        "user_ids": [people[0]],
        "since": "2026-01-05T08:00:00Z",
        "until": "2026-01-12T08:00:00Z",
        "rotation": "weekly",
        "override_id": None,
        "revision": None,
    }


def test_nobody_on_call_is_an_answer(http: httpx.Client) -> None:
    id = schedule(http, "Empty", rotations=[])
    answer = http.get(f"/v1/schedules/{id}/on-call", params={"at": MONDAY})
    assert answer.status_code == 200
    assert answer.json()["user_ids"] == []


def test_every_schedule_is_asked_at_once_and_in_pages(
    http: httpx.Client, people: list[str]
) -> None:
    ids = [schedule(http, f"Schedule {n}", people[n % 2]) for n in range(5)]
    seen, query = [], {"at": MONDAY, "limit": "2"}
    while True:
        page = http.get("/v1/on-call", params=query).json()
        seen += [(item["schedule_id"], *item["user_ids"]) for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == [(id, people[n % 2]) for n, id in enumerate(ids)]


def test_shifts_are_clipped_to_what_is_asked(http: httpx.Client, people: list[str]) -> None:
    id = schedule(http, "Primary", *people)
    query = {"from": "2026-01-06T00:00:00Z", "until": "2026-01-13T00:00:00Z"}
    items = http.get(f"/v1/schedules/{id}/shifts", params=query).json()["items"]
    assert [(*item["user_ids"], item["starts_at"], item["ends_at"]) for item in items] == [
        (people[0], "2026-01-06T00:00:00Z", "2026-01-12T08:00:00Z"),
        (people[1], "2026-01-12T08:00:00Z", "2026-01-13T00:00:00Z"),
    ]


def test_a_preview_answers_like_the_schedule_would_and_stores_nothing(
    http: httpx.Client, people: list[str]
) -> None:
    id = schedule(http, "Primary", *people)
    query = {"from": "2026-01-01T00:00:00Z", "until": "2026-12-31T00:00:00Z"}
    stored = http.get(f"/v1/schedules/{id}").json()
    preview = http.post("/v1/preview/schedule", params=query, json=stored)
    assert preview.json() == http.get(f"/v1/schedules/{id}/shifts", params=query).json()
    assert len(http.get("/v1/schedules").json()["items"]) == 1


@pytest.mark.parametrize(
    ("path", "query", "parameter"),
    [
        ("shifts", {"from": "2026-01-01T00:00:00Z"}, "until"),
        (
            "shifts",
            {"from": "2026-01-01T00:00:00Z", "until": "2027-01-03T00:00:00Z"},
            "until",
        ),
        (
            "shifts",
            {"from": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
            "until",
        ),
        ("shifts", {"from": "2026-01-01", "until": "2026-01-02T00:00:00Z"}, "from"),
        ("on-call", {"at": "yesterday"}, "at"),
        ("on-call", {"at": "2026-01-05T10:00:00"}, "at"),
        ("on-call", {"at": "1969-12-31T23:59:59Z"}, "at"),
        ("on-call", {"when": MONDAY}, "when"),
    ],
)
def test_a_question_that_asks_too_much_or_too_little_says_so(
    http: httpx.Client, path: str, query: dict[str, str], parameter: str
) -> None:
    id = schedule(http, "Empty", rotations=[])
    refused = http.get(f"/v1/schedules/{id}/{path}", params=query)
    assert refused.status_code == 400
    assert [error["parameter"] for error in refused.json()["errors"]] == [parameter]


def test_more_shifts_than_can_be_told_are_refused(http: httpx.Client, people: list[str]) -> None:
    layers = [
        {
            "name": f"layer {n}",
            "participants": people,
            "starts_at": "2026-01-05T09:00:00",
            "shift_length": 1,
            "shift_unit": "hour",
            "restrictions": [
                {"days": ["mon", "tue", "wed"], "start_time": "00:30", "end_time": "23:10"}
            ],
        }
        for n in range(50)
    ]
    id = schedule(http, "Busy", rotations=layers * 1)
    query = {"from": "2026-01-01T00:00:00Z", "until": "2026-12-31T00:00:00Z"}
    answer = http.get(f"/v1/schedules/{id}/shifts", params=query)
    assert answer.status_code == 200
    assert len(answer.json()["items"]) < 10_000


def test_a_timeline_names_whom_each_minute_pages(http: httpx.Client, people: list[str]) -> None:
    primary = schedule(http, "Primary", *people)
    policy = {
        "name": "Database",
        "rules": [
            {"delay_minutes": 0, "targets": [{"type": "schedule", "id": primary}]},
            {"delay_minutes": 10, "targets": [{"type": "user", "id": people[1]}]},
        ],
    }
    id = http.post("/v1/escalation-policies", json=policy).json()["id"]
    answer = http.get(f"/v1/escalation-policies/{id}/timeline", params={"at": MONDAY})
    steps = [(step["minute"], step["user_ids"]) for step in answer.json()["items"]]
    assert steps == [(0, [people[0]]), (10, [people[1]])]


def test_routing_says_where_an_alert_goes_whom_that_pages_and_what_was_tried(
    http: httpx.Client,
) -> None:
    ids = populate(http)
    rule = create(http, "routing_rule", ids, "Production")
    body = {
        "alerts": [{"severity": "critical", "labels": {"env": "prod"}}, {"title": "x"}],
        "at": MONDAY,
    }
    prod = {"field": "labels.env", "operator": "eq", "value": "prod"}
    http.put(
        f"/v1/routing-rules/{rule['id']}",
        json={
            "name": "Production",
            "priority": 1,
            "conditions": [prod],
            "action": {"escalate_to": ids["escalation_policy"]},
        },
    )
    body["include"] = ["people", "tried"]
    first, second = http.post("/v1/routing/test", json=body).json()["results"]
    assert (first["outcome"], first["by"], first["rule_ids"]) == ("escalated", "rule", [rule["id"]])
    assert first["escalation_policy_ids"] == [ids["escalation_policy"]]
    [timeline] = first["timelines"]
    assert timeline["escalation_policy_id"] == ids["escalation_policy"]
    assert timeline["steps"][0]["user_ids"] == [ids["user"]]
    assert (second["outcome"], second["by"], second["timelines"]) == ("unrouted", None, [])
    assert second["tried"] == [
        {
            "rule_id": rule["id"],
            "matched": False,
            "condition": 0,
            "diagnostic": None,
            "outside_windows": False,
        }
    ]


def test_a_rule_with_windows_applies_only_within_them(http: httpx.Client) -> None:
    workspace = http.get("/v1/workspace").json()
    settings = {"name": workspace["name"], "time_zone": "America/New_York"}
    assert http.put("/v1/workspace", json=settings).is_success
    window = {"days": ["mon"], "start_time": "09:00", "end_time": "17:00"}
    rule = {"name": "x", "priority": 1, "windows": [window], "action": {"suppress": True}}
    rule_id = http.post("/v1/routing-rules", json=rule).json()["id"]

    def asked(at: str) -> Any:
        body = {"alerts": [{"title": "x"}], "at": at, "include": ["tried"]}
        return http.post("/v1/routing/test", json=body).json()["results"][0]

    assert asked("2026-01-05T09:00:00-05:00")["outcome"] == "suppressed"
    outside = asked("2026-01-05T08:59:59-05:00")
    assert (outside["outcome"], outside["tried"][0]["outside_windows"]) == ("unrouted", True)
    # Another zone of the workspace, or of the rule, counts from the next question on.
    http.put("/v1/workspace", json=settings | {"time_zone": "Europe/Berlin"})
    assert asked("2026-01-05T09:00:00+01:00")["outcome"] == "suppressed"
    http.put(f"/v1/routing-rules/{rule_id}", json=rule | {"time_zone": "Asia/Tokyo"})
    assert asked("2026-01-05T09:00:00+01:00")["outcome"] == "unrouted"


def test_routing_follows_each_change_of_the_configuration(http: httpx.Client) -> None:
    ids = populate(http)
    ask = {"alerts": [{"service": "Payments"}]}

    def by() -> Any:
        return http.post("/v1/routing/test", json=ask).json()["results"][0]["by"]

    assert by() is None
    create(http, "workspace", ids)
    assert by() == "workspace_default"
    service = create(http, "service", ids)
    assert by() == "service"
    rule = create(http, "routing_rule", ids)
    assert by() == "rule"
    http.delete(f"/v1/routing-rules/{rule['id']}")
    http.delete(f"/v1/services/{service['id']}")
    assert by() == "workspace_default"


def test_a_plus_that_came_as_a_space_is_told_from_an_instant_without_offset(
    http: httpx.Client,
) -> None:
    for at, says in (("+01:00", "%2B"), ("", "with its offset")):
        answer = http.get(f"/v1/on-call?at=2026-03-23T10:00:00{at}")
        assert refused(answer) == (400, "malformed-request")
        assert says in answer.json()["errors"][0]["detail"]
    assert http.get("/v1/on-call?at=2026-03-23T10:00:00%2B01:00").status_code == 200


def test_a_teams_turn_is_all_its_members_and_a_turn_of_nobody_falls_through(
    http: httpx.Client,
) -> None:
    people = [create(http, "user", nowhere(), name)["id"] for name in ("Ada", "Ben")]
    team = http.post("/v1/teams", json={"name": "Crew", "member_ids": people[::-1]}).json()["id"]
    empty = http.post("/v1/teams", json={"name": "Empty"}).json()["id"]
    backup = {"participants": [people[0]], "name": "backup"}
    turns = {"participants": [team, "nobody", empty], "name": "turns"}
    common = {"starts_at": "2026-01-05T09:00:00", "shift_length": 1, "shift_unit": "day"}
    body = {
        "name": "Layers",
        "time_zone": "UTC",
        "rotations": [backup | common, turns | common],
    }
    expected = [(people[::-1], "turns", "05", "06"), ([people[0]], "backup", "06", "08")]
    asked = {"from": "2026-01-05T09:00:00Z", "until": "2026-01-08T09:00:00Z"}

    def told(answer: httpx.Response) -> list[tuple[list[str], str, str, str]]:
        return [
            (item["user_ids"], item["rotation"], item["starts_at"][8:10], item["ends_at"][8:10])
            for item in answer.json()["items"]
        ]

    assert told(http.post("/v1/preview/schedule", json=body, params=asked)) == expected
    stored = http.post("/v1/schedules", json=body).json()
    assert stored["rotations"][1]["participants"] == [team, "nobody", empty]
    assert told(http.get(f"/v1/schedules/{stored['id']}/shifts", params=asked)) == expected
