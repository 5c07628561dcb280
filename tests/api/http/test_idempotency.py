"""`Idempotency-Key`: a request that is sent again does nothing, and gets the first answer."""

from operator import methodcaller
from typing import Any

import httpx
import pytest

from signalcraft.model.kinds import KINDS
from tests.api.problems import refused
from tests.at_once import at_once
from tests.bodies import body, populate
from tools.servers import Server, Tenant

KEY = {"Idempotency-Key": "deploy 17: create team"}
NAME = {"name": "Payments"}


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if not kind.singleton])
def test_a_repeated_create_gets_the_first_answer(http: httpx.Client, kind: str) -> None:
    path, wanted = f"/v1/{KINDS[kind].path}", body(kind, populate(http))
    first, second = (http.post(path, json=wanted, headers=KEY) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    for header in ("Location", "ETag", "Content-Type"):
        assert second.headers[header] == first.headers[header]
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"


def test_the_first_answer_stays_whatever_happened_since(http: httpx.Client) -> None:
    first = http.post("/v1/teams", json=NAME, headers=KEY)
    http.put(first.headers["Location"], json=NAME | {"description": "changed"})
    assert http.post("/v1/teams", json=NAME, headers=KEY).json() == first.json()
    http.delete(first.headers["Location"])
    assert http.post("/v1/teams", json=NAME, headers=KEY).json() == first.json()
    assert http.get("/v1/teams").json()["items"] == []


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        pytest.param("/v1/teams", {"name": "Other"}, id="another body"),
        pytest.param("/v1/teams?validate_only=false", NAME, id="another query"),
        pytest.param("/v1/services", NAME, id="another path"),
    ],
)
def test_a_key_that_was_used_for_another_request_is_refused(
    http: httpx.Client, path: str, sent: dict[str, Any]
) -> None:
    http.post("/v1/teams", json=NAME, headers=KEY)
    answer = http.post(path, json=sent, headers=KEY)
    assert refused(answer) == (422, "idempotency-key-reused")


def test_a_refusal_is_not_kept(http: httpx.Client) -> None:
    made = http.post("/v1/teams", json=NAME)
    assert refused(http.post("/v1/teams", json=NAME, headers=KEY)) == (409, "name-taken")
    http.delete(made.headers["Location"])
    answer = http.post("/v1/teams", json=NAME, headers=KEY)
    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer.headers


def test_a_dry_run_is_not_kept(http: httpx.Client) -> None:
    for _ in range(2):
        answer = http.post("/v1/teams?validate_only=true", json=NAME, headers=KEY)
        assert (answer.status_code, answer.json()["name"]) == (201, NAME["name"])
        assert "Idempotent-Replayed" not in answer.headers
    assert http.post("/v1/teams", json=NAME, headers=KEY).status_code == 201


def test_a_key_belongs_to_its_service_account(server: Server, http: httpx.Client) -> None:
    scopes = {"name": "Deploy", "scopes": ["config:write"]}
    account = http.post("/v1/service-accounts", json=scopes).json()["id"]
    secret = http.post(f"/v1/service-accounts/{account}/keys", json={"name": "k"}).json()["secret"]
    assert http.post("/v1/teams", json=NAME, headers=KEY).status_code == 201
    with server.http(Tenant("", secret)) as other:
        answer = other.post("/v1/teams", json=NAME, headers=KEY)
    assert refused(answer) == (409, "name-taken")


@pytest.mark.parametrize("request_of", ["create", "rotate"])
def test_a_repeated_request_for_a_key_does_not_show_the_secret_again(
    http: httpx.Client, request_of: str
) -> None:
    account = http.post("/v1/service-accounts", json={"name": "Deploy", "scopes": []}).json()["id"]
    keys = f"/v1/service-accounts/{account}/keys"
    if request_of == "create":
        path, sent = keys, {"name": "first"}
    else:
        old = http.post(keys, json={"name": "old"}).json()["id"]
        path, sent = f"{keys}/{old}/rotate", {}
    first, second = (http.post(path, json=sent, headers=KEY) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["secret"].startswith("sck_")
    assert second.json() == first.json() | {"secret": None}
    number = 1 if request_of == "create" else 2
    assert len(http.get(keys).json()["items"]) == number


def test_requests_sent_at_the_same_time_make_one_resource(
    clients: list[httpx.Client], http: httpx.Client
) -> None:
    """Through several processes, where the database allows it."""
    for i in range(4):
        wanted, key = {"name": f"Team {i}"}, {"Idempotency-Key": f"team {i}"}
        send = methodcaller("post", "/v1/teams", json=wanted, headers=key)
        made = _made_once(at_once(*[send] * 8, clients=clients))
        assert len({answer.content for answer in made}) == 1
        [team] = http.get("/v1/teams", params={"name": f"Team {i}"}).json()["items"]
        assert made[0].json()["id"] == team["id"]


def test_of_requests_for_a_key_sent_at_the_same_time_one_is_told_the_secret(
    clients: list[httpx.Client], http: httpx.Client
) -> None:
    account = http.post("/v1/service-accounts", json={"name": "Deploy", "scopes": []}).json()["id"]
    keys = f"/v1/service-accounts/{account}/keys"
    send = methodcaller("post", keys, json={"name": "first"}, headers=KEY)
    made = _made_once(at_once(*[send] * 6, clients=clients))
    assert sum(answer.json()["secret"] is not None for answer in made) == 1
    assert len(http.get(keys).json()["items"]) == 1


def _made_once(answers: list[httpx.Response]) -> list[httpx.Response]:
    """The same answers, of which all but one are replays."""
    assert {answer.status_code for answer in answers} == {201}
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    return answers
