"""`POST /v1/validate`, and the warnings of writes."""

import json
from typing import Any

import httpx
import pytest

from tests.bodies import body, create, populate, url, written


def validate(http: httpx.Client, *items: dict[str, Any], **headers: str) -> list[dict[str, Any]]:
    """What there is to say of bodies."""
    answer = http.post("/v1/validate", json={"items": items}, headers=headers)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["items"]
    return results


def codes(result: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """The errors and the warnings of a result, each with where it is."""
    errors, warnings = (
        [(said["pointer"], said["code"]) for said in result[which]]
        for which in ("errors", "warnings")
    )
    return errors, warnings


def warnings_of(answer: httpx.Response) -> list[str]:
    """The codes of a write's warnings."""
    header = answer.headers.get("SignalCraft-Warnings", "[]")
    return [warning["code"] for warning in json.loads(header)]


def test_what_is_wrong_by_itself_and_among_the_rest_are_told_apart(http: httpx.Client) -> None:
    ids = populate(http)
    unknown = "user_01h455vb4pex5vsknk084sn02q"
    results = validate(
        http,
        {"kind": "team", "body": {"name": "Fine", "member_ids": [ids["user"]]}},
        {"kind": "team", "body": {"nam": "x", "member_ids": [unknown]}},
        {"kind": "team", "body": {"name": "Target"}},
        {"kind": "team", "id": ids["team"], "body": {"name": "Target"}},
        {"kind": "team", "id": "team_01h455vb4pex5vsknk084sn02q", "body": {"name": "New"}},
        {"kind": "planet", "body": {}},
    )
    assert [codes(result) for result in results] == [
        ([], []),
        (
            [
                ("/name", "required"),
                ("/nam", "unknown-field"),
                ("/member_ids/0", "unknown-reference"),
            ],
            [],
        ),
        ([], [("/name", "name-taken")]),
        ([], []),
        ([("", "unknown-reference")], []),
        ([("", "not-allowed")], []),
    ]


def test_validating_writes_nothing(http: httpx.Client) -> None:
    head = http.get("/v1/changes").json()["head"]
    validate(http, {"kind": "team", "body": {"name": "x"}})
    assert http.get("/v1/changes").json()["head"] == head
    assert http.get("/v1/teams").json()["items"] == []


def test_demoting_the_last_owner_and_another_managers_resource_are_warned_of(
    http: httpx.Client,
) -> None:
    [owner] = http.get("/v1/users").json()["items"]
    ids = populate(http)
    team = http.put(
        "/v1/teams?name=Managed",
        json={"name": "Managed"},
        headers={"SignalCraft-Manager": "kubernetes/c/n/t"},
    ).json()
    demoted = {"email": owner["email"], "name": owner["name"], "role": "viewer"}
    results = validate(
        http,
        {"kind": "user", "id": owner["id"], "body": demoted},
        {"kind": "team", "id": team["id"], "body": body("team", ids, "Managed")},
        **{"SignalCraft-Manager": "terraform"},
    )
    assert [codes(result)[1] for result in results] == [
        [("/role", "last-owner")],
        [("", "managed-elsewhere")],
    ]
    taken_over = http.post(
        "/v1/validate?force=true",
        json={"items": [{"kind": "team", "id": team["id"], "body": body("team", ids, "Managed")}]},
        headers={"SignalCraft-Manager": "terraform"},
    )
    assert taken_over.json()["items"][0]["warnings"] == []


@pytest.mark.parametrize("count", [0, 101])
def test_between_one_and_a_hundred_bodies_are_looked_at(http: httpx.Client, count: int) -> None:
    items = [{"kind": "team", "body": {"name": "x"}}] * count
    refused = http.post("/v1/validate", json={"items": items})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/items"


def test_a_policy_whose_first_page_comes_late_is_warned_of_when_it_is_written(
    http: httpx.Client,
) -> None:
    ids = populate(http)
    late = body("escalation_policy", ids, "Late")
    late["rules"][0]["delay_minutes"] = 5
    assert warnings_of(http.post("/v1/escalation-policies", json=late)) == ["first-page-late"]
    [result] = validate(http, {"kind": "escalation_policy", "body": late | {"name": "Other"}})
    assert codes(result) == ([], [("/rules/0/delay_minutes", "first-page-late")])


def test_a_policy_that_reaches_nobody_is_warned_of(http: httpx.Client) -> None:
    empty = http.post("/v1/teams", json={"name": "Empty"}).json()
    targets = [{"type": "team", "id": empty["id"]}]
    policy = {"name": "Void", "rules": [{"delay_minutes": 0, "targets": targets}]}
    assert warnings_of(http.post("/v1/escalation-policies", json=policy)) == ["reaches-nobody"]


def test_an_edit_that_changes_who_is_on_call_now_names_both(http: httpx.Client) -> None:
    ids = populate(http)
    other = create(http, "user", ids, "Grace")["id"]
    always = {
        "name": "Always",
        "time_zone": "UTC",
        "rotations": [
            {
                "name": "weekly",
                "participants": [ids["user"]],
                "starts_at": "2020-01-06T09:00:00",
                "shift_length": 1,
                "shift_unit": "week",
            }
        ],
    }
    stored = http.post("/v1/schedules", json=always)
    assert warnings_of(stored) == []
    always["rotations"][0]["participants"] = [other]  # type: ignore[index]  # a list of objects
    path = f"/v1/schedules/{stored.json()['id']}"
    edited = http.put(path, json=always)
    assert warnings_of(edited) == ["on-call-changes"]
    detail = json.loads(edited.headers["SignalCraft-Warnings"])[0]["detail"]
    assert "Target" in detail
    assert "Grace" in detail
    assert warnings_of(http.put(path, json=always)) == []


def test_a_plan_that_empties_a_team_says_that_the_policy_behind_it_reaches_nobody(
    http: httpx.Client,
) -> None:
    ids = populate(http)
    turns = {
        "name": "crew",
        "participants": [ids["team"]],
        "starts_at": "2020-01-06T09:00:00",
        "shift_length": 1,
        "shift_unit": "week",
    }
    body = {"name": "By team", "time_zone": "UTC", "rotations": [turns]}
    schedule = http.post("/v1/schedules", json=body).json()["id"]
    targets = [{"type": "schedule", "id": schedule}]
    policy = {"name": "By schedule", "rules": [{"delay_minutes": 0, "targets": targets}]}
    emptied = {"kind": "team", "id": ids["team"], "body": {"name": "Target", "member_ids": []}}
    [of_policy, _] = validate(http, {"kind": "escalation_policy", "body": policy}, emptied)
    assert codes(of_policy) == ([], [("/rules", "reaches-nobody")])
    [of_policy] = validate(http, {"kind": "escalation_policy", "body": policy})
    assert codes(of_policy) == ([], [])


def test_an_edit_names_the_next_changes_of_the_coming_two_weeks(http: httpx.Client) -> None:
    ids = populate(http)
    users = [ids["user"], *(create(http, "user", ids, name)["id"] for name in ("Grace", "Joan"))]
    rotation = {
        "name": "daily",
        "participants": users,
        "starts_at": "2020-01-06T09:00:00",
        "shift_length": 1,
        "shift_unit": "day",
    }
    schedule = {"name": "Daily", "time_zone": "UTC", "rotations": [rotation]}
    stored = http.post("/v1/schedules", json=schedule).json()
    rotation["participants"] = [users[1], users[2], users[0]]
    [result] = validate(http, {"kind": "schedule", "id": stored["id"], "body": schedule})
    [warning] = result["warnings"]
    assert warning["code"] == "on-call-changes"
    assert warning["detail"].count(" 09:00: ") == 3
    assert " instead of " in warning["detail"]


def test_a_workspace_that_loses_its_default_policy_is_warned_of(http: httpx.Client) -> None:
    ids = populate(http)
    policy = {"name": "W", "default_escalation_policy_id": ids["escalation_policy"]}
    assert warnings_of(http.put("/v1/workspace", json=policy)) == []
    assert warnings_of(http.put("/v1/workspace", json={"name": "W"})) == ["catch-all-removed"]
    assert warnings_of(http.put("/v1/workspace", json={"name": "V"})) == []


def test_an_account_that_takes_away_its_own_access_is_warned(http: httpx.Client) -> None:
    own = http.get("/v1/whoami").json()["service_account_id"]
    account = written(http.get(f"/v1/service-accounts/{own}").json())
    less = account | {"scopes": account["scopes"][1:], "disabled": True}
    [result] = validate(http, {"kind": "service_account", "id": own, "body": less})
    assert codes(result) == (
        [],
        [("/scopes", "own-access-removed"), ("/disabled", "own-access-removed")],
    )
    assert account["scopes"][0] in result["warnings"][0]["detail"]
    other = http.post("/v1/service-accounts", json={"name": "Other", "scopes": ["audit:read"]})
    body = {"name": "Other", "scopes": []}
    [result] = validate(http, {"kind": "service_account", "id": other.json()["id"], "body": body})
    assert codes(result) == ([], [])


def test_an_account_that_deletes_itself_is_warned(http: httpx.Client) -> None:
    own = http.get("/v1/whoami").json()["service_account_id"]
    [result] = validate(http, {"kind": "service_account", "id": own, "body": None})
    assert codes(result) == ([], [("", "own-access-removed")])
    other = http.post("/v1/service-accounts", json={"name": "Other", "scopes": ["audit:read"]})
    item = {"kind": "service_account", "id": other.json()["id"], "body": None}
    [result] = validate(http, item)
    assert codes(result) == ([], [])


def test_a_policy_is_validated_with_what_the_same_plan_makes_of_its_targets(
    http: httpx.Client,
) -> None:
    ids = populate(http)
    empty = http.post("/v1/teams", json={"name": "Empty"}).json()["id"]
    targets = [{"type": "team", "id": empty}]
    policy = {"name": "P", "rules": [{"delay_minutes": 0, "targets": targets}]}
    filled = {"name": "Empty", "member_ids": [ids["user"]]}
    items = [{"kind": "escalation_policy", "body": policy}]
    planned = [{"kind": "team", "id": empty, "body": filled}]
    alone = http.post("/v1/validate", json={"items": items}).json()["items"][0]
    together = http.post("/v1/validate", json={"items": items, "planned": planned}).json()
    assert codes(alone) == ([], [("/rules", "reaches-nobody")])
    assert codes(together["items"][0]) == ([], [])


def test_a_schedule_with_uncovered_time_is_warned_of(http: httpx.Client) -> None:
    empty = http.post("/v1/schedules", json={"name": "Empty", "time_zone": "UTC"})
    assert warnings_of(empty) == ["uncovered-time"]


def test_warnings_are_ascii_whatever_names_they_hold(http: httpx.Client) -> None:
    http.put(
        "/v1/teams?name=x",
        json={"name": "x"},
        headers={
            "SignalCraft-Manager": "terraform",
            "SignalCraft-Source": "https://example.com/config",
        },
    )
    by_hand = http.put("/v1/teams?name=x", json={"name": "x", "description": "Größe"})
    assert warnings_of(by_hand) == ["managed-elsewhere"]
    assert "https://example.com/config" in by_hand.headers["SignalCraft-Warnings"]
    assert by_hand.headers["SignalCraft-Warnings"].isascii()


def test_a_read_only_field_with_another_value_is_a_warning(http: httpx.Client) -> None:
    team = create(http, "team", populate(http), "Web")
    new, same, other, partial = validate(
        http,
        {"kind": "team", "body": {"name": "New", "id": team["id"]}},
        {"kind": "team", "id": team["id"], "body": team},
        {"kind": "team", "id": team["id"], "body": team | {"version": 9, "updated_at": "now"}},
        {
            "kind": "team",
            "id": team["id"],
            "body": team | {"version": 9, "member_ids": [None]},
            "unknown": ["/member_ids/0"],
        },
    )
    assert codes(new) == ([], [("/id", "read-only")])
    assert codes(same) == ([], [])
    assert codes(other) == ([], [("/version", "read-only"), ("/updated_at", "read-only")])
    assert codes(partial) == ([], [("/version", "read-only")])
    dry = http.put(url("team", team["id"]), params={"validate_only": True}, json=team | {"id": "x"})
    assert warnings_of(dry) == ["read-only"]


def test_a_rule_that_can_never_match_is_warned_of(http: httpx.Client) -> None:
    used = {"field": "labels.used", "operator": "gte", "value": "95%"}
    rule = {"name": "R", "priority": 1, "conditions": [used], "action": {"suppress": True}}
    assert warnings_of(http.post("/v1/routing-rules", json=rule)) == ["never-matches"]
    [result] = validate(http, {"kind": "routing_rule", "body": rule | {"name": "S"}})
    assert codes(result) == ([], [("/conditions", "never-matches")])
    right = rule | {"name": "S", "conditions": [used | {"value": "95"}]}
    assert warnings_of(http.post("/v1/routing-rules", json=right)) == []


def test_a_catch_all_that_is_taken_away_is_warned_of_unless_another_takes_its_place(
    http: httpx.Client,
) -> None:
    ids = populate(http)
    to = {"escalate_to": ids["escalation_policy"]}
    rule = {"name": "Rest", "priority": 9, "action": to}
    id = http.post("/v1/routing-rules", json=rule).json()["id"]
    narrow = rule | {"conditions": [{"field": "title", "operator": "exists"}]}
    item = {"kind": "routing_rule", "id": id, "body": narrow}
    other = {"kind": "routing_rule", "body": rule | {"name": "Other"}}
    default = {"name": "W", "default_escalation_policy_id": ids["escalation_policy"]}
    workspace = {"kind": "workspace", "id": http.get("/v1/workspace").json()["id"], "body": default}
    removed: tuple[list[Any], list[Any]] = ([], [("", "catch-all-removed")])
    assert codes(validate(http, item)[0]) == removed
    assert codes(validate(http, item | {"body": None})[0]) == removed
    assert codes(validate(http, item, other)[0]) == ([], [])
    assert codes(validate(http, item | {"body": None}, workspace)[0]) == ([], [])
    assert warnings_of(http.put(f"/v1/routing-rules/{id}", json=narrow)) == ["catch-all-removed"]
    http.put(f"/v1/routing-rules/{id}", json=rule)
    assert warnings_of(http.put("/v1/workspace", json=default)) == []
    assert warnings_of(http.put("/v1/workspace", json={"name": "W"})) == []
    assert warnings_of(http.delete(f"/v1/routing-rules/{id}")) == ["catch-all-removed"]


def test_people_who_are_never_on_call_and_teams_without_members_are_warned_of(
    http: httpx.Client,
) -> None:
    ids = populate(http)
    people = [create(http, "user", ids, f"U{n}")["id"] for n in range(7)]
    weekends = {"days": ["sat", "sun"], "start_time": "09:00", "end_time": "17:00"}
    rotation = {
        "name": "daily",
        "participants": people,
        "starts_at": "2026-01-05T00:00:00",
        "shift_length": 1,
        "shift_unit": "day",
        "restrictions": [weekends],
    }
    schedule = {"name": "S", "time_zone": "UTC", "rotations": [rotation]}
    answer = http.post("/v1/schedules", json=schedule)
    warnings = json.loads(answer.headers["SignalCraft-Warnings"])
    [never] = [each for each in warnings if each["code"] == "never-on-call"]
    assert never["pointer"] == "/rotations/0"
    assert "falls to U0, U1, U2, U3, U4." in never["detail"]
    empty = http.post("/v1/teams", json={"name": "Empty"}).json()["id"]
    targets = [{"type": "user", "id": people[0]}, {"type": "team", "id": empty}]
    policy = {"name": "P", "rules": [{"delay_minutes": 0, "targets": targets}]}
    assert warnings_of(http.post("/v1/escalation-policies", json=policy)) == ["empty-team"]
