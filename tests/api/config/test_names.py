"""Names: a new resource needs one of its own, an update may share one, plans free them."""

import json
from typing import Any

import httpx
import pytest

from tests.api.problems import pointers, refused
from tests.bodies import url

TERRAFORM = {"SignalCraft-Manager": "terraform", "SignalCraft-Source": "https://example.com/config"}
ELSEWHERE = {"SignalCraft-Manager": "terraform", "SignalCraft-Source": "https://example.com/other"}


def team(http: httpx.Client, name: str) -> str:
    made = http.post("/v1/teams", json={"name": name}, headers=TERRAFORM)
    assert made.status_code == 201, made.text
    id: str = made.json()["id"]
    return id


def rename(http: httpx.Client, id: str, name: str) -> httpx.Response:
    return http.put(url("team", id), json={"name": name}, headers=TERRAFORM)


def plan(http: httpx.Client, *items: dict[str, Any], **headers: str) -> list[dict[str, Any]]:
    answer = http.post(
        "/v1/validate",
        json={"items": [{"kind": "team", **item} for item in items]},
        headers=headers or TERRAFORM,
    )
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def codes(result: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in result["warnings"]]


def warnings_of(answer: httpx.Response) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(answer.headers.get("SignalCraft-Warnings", "[]"))
    return found


def test_two_swap_their_names_one_after_the_other(http: httpx.Client) -> None:
    a, b = team(http, "a"), team(http, "b")
    first = rename(http, a, "b")
    assert first.status_code == 200
    [warning] = warnings_of(first)
    assert (warning["pointer"], warning["code"]) == ("/name", "name-shared")
    assert b in warning["detail"]
    second = rename(http, b, "a")
    assert (second.status_code, warnings_of(second)) == (200, [])
    assert http.get("/v1/teams", params={"name": "b"}).json()["items"][0]["id"] == a


def test_what_goes_by_a_shared_name_is_told_the_ids(http: httpx.Client) -> None:
    a, b = team(http, "a"), team(http, "b")
    rename(http, a, "b")
    answer = http.put("/v1/teams", params={"name": "b"}, json={"name": "b"})
    assert refused(answer) == (409, "ambiguous-name")
    assert sorted(answer.json()["ids"]) == sorted([a, b])
    found = http.get("/v1/teams", params={"name": "b"}).json()["items"]
    assert [one["id"] for one in found] == sorted([a, b])
    made = http.post("/v1/teams", json={"name": "b"}, headers=TERRAFORM)
    assert refused(made) == (409, "name-taken")


def test_what_is_marked_for_deletion_holds_no_name(http: httpx.Client) -> None:
    ada = http.post(
        "/v1/users", json={"email": "ada@example.com", "name": "Ada", "role": "viewer"}
    ).json()
    http.post("/v1/teams", json={"name": "T", "member_ids": [ada["id"]]})
    ben = http.post(
        "/v1/users", json={"email": "ben@example.com", "name": "Ben", "role": "viewer"}
    ).json()
    http.delete(url("user", ada["id"]), params={"when_unreferenced": "true"})
    body = {"email": "Ada@example.com", "name": "Ben", "role": "viewer"}
    renamed = http.put(url("user", ben["id"]), json=body)
    assert (renamed.status_code, warnings_of(renamed)) == (200, [])
    by_key = http.put("/v1/users", params={"email": "ada@example.com"}, json=body)
    assert by_key.json()["id"] == ben["id"]


@pytest.mark.parametrize("change", ["rename", "delete", "replace"])
def test_a_planned_change_of_the_holder_frees_its_name_for_a_new_one(
    http: httpx.Client, change: str
) -> None:
    holder = team(http, "a")
    items: dict[str, dict[str, Any]] = {
        "rename": {"id": holder, "body": {"name": "b"}},
        "delete": {"id": holder, "body": None},
        "replace": {"replaces": holder, "body": {"name": "a"}},
    }
    assert codes(plan(http, items[change])[0]) == []
    assert codes(plan(http, {"body": {"name": "a"}})[0]) == []
    elsewhere = http.post("/v1/teams", json={"name": "a"}, headers=ELSEWHERE)
    assert refused(elsewhere) == (409, "name-taken")
    by_hand = http.post("/v1/teams", json={"name": "a"})
    assert refused(by_hand) == (409, "name-taken")
    made = http.post("/v1/teams", json={"name": "a"}, headers=TERRAFORM)
    assert (made.status_code, warnings_of(made)) == (201, [])
    assert made.json()["id"] != holder


def test_a_plan_counts_until_the_holder_changes(http: httpx.Client) -> None:
    holder = team(http, "a")
    plan(http, {"id": holder, "body": None})
    http.put(url("team", holder), json={"name": "a", "description": "changed"})
    made = http.post("/v1/teams", json={"name": "a"}, headers=TERRAFORM)
    assert refused(made) == (409, "name-taken")


def test_a_plan_warns_of_a_name_that_others_hold_but_not_of_its_own(http: httpx.Client) -> None:
    team(http, "a")
    newcomer = {"body": {"name": "a"}}
    assert codes(plan(http, newcomer)[0]) == []
    assert codes(plan(http, newcomer, **ELSEWHERE)[0]) == ["name-taken"]
    other = team(http, "b")
    renamed = {"id": other, "body": {"name": "a"}}
    assert codes(plan(http, renamed)[0]) == []
    assert "name-shared" in codes(plan(http, renamed, **ELSEWHERE)[0])


def test_a_plan_of_another_branch_does_not_undo_what_was_planned(http: httpx.Client) -> None:
    holder = team(http, "a")
    plan(http, {"id": holder, "body": None})
    plan(http, {"id": holder, "body": {"name": "a", "description": "kept"}})
    made = http.post("/v1/teams", json={"name": "a"}, headers=TERRAFORM)
    assert made.status_code == 201


def test_what_is_not_planned_by_a_manager_frees_no_name(http: httpx.Client) -> None:
    holder = team(http, "a")
    http.post(
        "/v1/validate", json={"items": [{"kind": "team", "id": holder, "body": None}]}
    ).raise_for_status()
    assert refused(http.post("/v1/teams", json={"name": "a"})) == (409, "name-taken")


def test_planning_changes_nothing_that_is_seen(http: httpx.Client) -> None:
    holder = team(http, "a")
    before = http.get("/v1/changes").json()["head"], http.get(url("team", holder)).json()
    plan(http, {"id": holder, "body": {"name": "b"}})
    assert (http.get("/v1/changes").json()["head"], http.get(url("team", holder)).json()) == before
    http.delete(url("team", holder))
    assert http.get(url("team", holder)).status_code == 404


def test_a_domain_that_is_planned_to_be_allowed_is_accepted(http: httpx.Client) -> None:
    workspace = {"name": "W", "allowed_email_domains": ["example.com"]}
    http.put("/v1/workspace", json=workspace, headers=TERRAFORM)
    id = http.get("/v1/workspace").json()["id"]
    newcomer = {"email": "ada@new.example", "name": "Ada", "role": "viewer"}
    refusal = http.post("/v1/users", json=newcomer, headers=TERRAFORM)
    assert pointers(refusal) == [("/email", "domain-not-allowed")]
    wider = workspace | {"allowed_email_domains": ["example.com", "new.example"]}
    plan(http, {"kind": "workspace", "id": id, "body": wider})
    assert codes(plan(http, {"kind": "user", "body": newcomer})[0]) == []
    assert pointers(http.post("/v1/users", json=newcomer, headers=ELSEWHERE)) == [
        ("/email", "domain-not-allowed")
    ]
    assert http.post("/v1/users", json=newcomer, headers=TERRAFORM).status_code == 201
    assert http.put("/v1/workspace", json=wider, headers=TERRAFORM).status_code == 200


def test_a_service_whose_name_is_shared_routes_by_the_older(http: httpx.Client) -> None:
    ada = http.post(
        "/v1/users", json={"email": "ada@example.com", "name": "Ada", "role": "viewer"}
    ).json()
    policies = [
        http.post(
            "/v1/escalation-policies",
            json={
                "name": name,
                "rules": [{"delay_minutes": 0, "targets": [{"type": "user", "id": ada["id"]}]}],
            },
        ).json()["id"]
        for name in ("old", "new")
    ]
    services = [
        http.post("/v1/services", json={"name": p, "escalation_policy_id": p}).json()["id"]
        for p in policies
    ]
    body = {"name": policies[0], "escalation_policy_id": policies[1]}
    http.put(url("service", services[1]), json=body)
    alerts = {"alerts": [{"title": "x", "service": policies[0]}]}
    [decided] = http.post("/v1/routing/test", json=alerts).json()["results"]
    assert decided["escalation_policy_ids"] == [policies[0]]
