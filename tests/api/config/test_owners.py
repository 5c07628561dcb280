"""A workspace always has an owner, and the role can be handed over in any order."""

import json
from typing import Any

import httpx
import pytest

from tests.api.problems import refused
from tests.bodies import url

WHEN_FREE = {"when_unreferenced": "true"}
SECOND = {"email": "second@example.com", "name": "Second", "role": "owner"}


def the_owner(http: httpx.Client) -> dict[str, Any]:
    [owner] = [u for u in http.get("/v1/users").json()["items"] if u["role"] == "owner"]
    found: dict[str, Any] = owner
    return found


def demote(http: httpx.Client, user: dict[str, Any]) -> httpx.Response:
    body = {"email": user["email"], "name": user["name"], "role": "viewer"}
    return http.put(url("user", user["id"]), json=body)


def warnings_of(answer: httpx.Response) -> list[tuple[str, str]]:
    header = answer.headers.get("SignalCraft-Warnings", "[]")
    return [(warning["pointer"], warning["code"]) for warning in json.loads(header)]


def test_the_last_owner_cannot_be_deleted(http: httpx.Client) -> None:
    owner = the_owner(http)
    assert refused(http.delete(url("user", owner["id"]))) == (409, "last-owner")


def test_a_demoted_last_owner_keeps_the_rights_until_another_user_is_an_owner(
    http: httpx.Client,
) -> None:
    owner = the_owner(http)
    answer = demote(http, owner)
    assert (answer.status_code, answer.json()["role"]) == (200, "viewer")
    assert warnings_of(answer) == [("/role", "last-owner")]
    assert refused(http.delete(url("user", owner["id"]))) == (409, "last-owner")
    assert http.post("/v1/users", json=SECOND).status_code == 201
    assert warnings_of(demote(http, owner)) == []
    assert http.delete(url("user", owner["id"])).status_code == 204


def test_a_last_owner_who_is_to_be_deleted_waits_for_another(http: httpx.Client) -> None:
    owner = the_owner(http)
    answer = http.delete(url("user", owner["id"]), params=WHEN_FREE)
    assert (answer.status_code, answer.json()["blockers"]) == (202, [])
    assert answer.json()["last_owner"]
    assert http.post("/v1/users", json=SECOND).status_code == 201
    assert http.get(url("user", owner["id"])).status_code == 404


def test_one_who_waits_for_another_owner_outlives_the_last_reference(http: httpx.Client) -> None:
    owner = the_owner(http)
    team = http.post("/v1/teams", json={"name": "T", "member_ids": [owner["id"]]}).json()
    http.delete(url("user", owner["id"]), params=WHEN_FREE)
    http.delete(url("team", team["id"]))
    assert http.get(url("user", owner["id"])).status_code == 200
    promoted = http.post("/v1/users", json=SECOND | {"role": "viewer"}).json()
    http.put(url("user", promoted["id"]), json=SECOND)
    assert http.get(url("user", owner["id"])).status_code == 404


def test_one_who_is_an_owner_again_is_the_owner(http: httpx.Client) -> None:
    owner = the_owner(http)
    demote(http, owner)
    body = {"email": owner["email"], "name": owner["name"], "role": "owner"}
    assert warnings_of(http.put(url("user", owner["id"]), json=body)) == []
    assert http.post("/v1/users", json=SECOND).status_code == 201
    assert http.delete(url("user", owner["id"])).status_code == 204


def test_an_owner_can_go_when_there_is_another(http: httpx.Client) -> None:
    first = the_owner(http)
    second = http.post("/v1/users", json=SECOND).json()
    assert http.delete(url("user", first["id"])).status_code == 204
    assert refused(http.delete(url("user", second["id"]))) == (409, "last-owner")


def test_an_owner_who_waits_to_be_deleted_is_no_longer_an_owner(http: httpx.Client) -> None:
    first = the_owner(http)
    second = http.post("/v1/users", json=SECOND).json()["id"]
    http.post("/v1/teams", json={"name": "T", "member_ids": [second]})
    assert http.delete(url("user", second), params=WHEN_FREE).status_code == 202
    assert refused(http.delete(url("user", first["id"]))) == (409, "last-owner")


@pytest.mark.parametrize("others", [[], [{"kind": "user", "body": SECOND}]])
def test_a_plan_warns_of_a_demotion_unless_it_makes_another_an_owner(
    http: httpx.Client, others: list[dict[str, Any]]
) -> None:
    owner = the_owner(http)
    body = {"email": owner["email"], "name": owner["name"], "role": "viewer"}
    items = [{"kind": "user", "id": owner["id"], "body": body}, *others]
    found = http.post("/v1/validate", json={"items": items}).json()["items"][0]
    codes = [warning["code"] for warning in found["warnings"]]
    assert codes == ([] if others else ["last-owner"])
