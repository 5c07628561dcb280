"""What every kind can do: create, read, replace, delete, list."""

import json
import re
from datetime import datetime, timedelta, timezone

import httpx
import pytest

from signalcraft.model.kinds import KINDS
from tests.bodies import body, create, populate, url, written

KIND = pytest.mark.parametrize("kind", KINDS)
LISTED = pytest.mark.parametrize("kind", [k for k in KINDS if not KINDS[k].singleton])
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@LISTED
def test_what_is_created_can_be_read_replaced_and_deleted(http: httpx.Client, kind: str) -> None:
    ids = populate(http)
    wanted = body(kind, ids)

    made = http.post(f"/v1/{KINDS[kind].path}", json=wanted)
    stored = made.json()
    assert made.status_code == 201
    assert made.headers["Location"] == url(kind, stored["id"])
    assert made.headers["ETag"] == f'"{stored["id"]}.1"'
    assert stored["id"].startswith(f"{KINDS[kind].id_prefix}_")
    assert written(stored).items() >= wanted.items()
    assert TIME.fullmatch(stored["created_at"])
    assert stored["updated_at"] == stored["created_at"]
    assert (stored["version"], stored["managed_by"], stored["deletion_requested_at"]) == (
        1,
        None,
        None,
    )

    read = http.get(made.headers["Location"])
    assert (read.status_code, read.json()) == (200, stored)
    assert read.headers["ETag"] == made.headers["ETag"]

    other = wanted | {"name": "Renamed"}
    replaced = http.put(made.headers["Location"], json=other)
    assert replaced.status_code == 200
    assert written(replaced.json()).items() >= other.items()
    assert replaced.headers["ETag"] == f'"{stored["id"]}.2"'
    assert (replaced.json()["id"], replaced.json()["created_at"]) == (
        stored["id"],
        stored["created_at"],
    )
    assert replaced.json()["updated_at"] > stored["updated_at"]

    assert http.delete(made.headers["Location"]).status_code == 204
    for gone in (http.get, http.delete):
        answer = gone(made.headers["Location"])
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (404, "not-found")


@KIND
def test_a_body_that_is_left_out_has_its_defaults_and_they_are_said(
    http: httpx.Client, kind: str
) -> None:
    stored = create(http, kind, populate(http))
    again = http.put(url(kind, stored["id"]), json=written(stored))
    assert again.json() == stored


@KIND
def test_read_only_fields_are_ignored_in_a_body_with_a_warning(
    http: httpx.Client, kind: str
) -> None:
    stored = create(http, kind, populate(http))
    lies = {"id": "other", "version": 70, "created_at": None, "updated_at": 5, "managed_by": []}
    answer = http.put(url(kind, stored["id"]), json=stored | lies)
    assert answer.json() == stored
    warnings = json.loads(answer.headers["SignalCraft-Warnings"])
    read_only = [each for each in warnings if each["code"] == "read-only"]
    assert [each["pointer"] for each in read_only] == [
        f"/{name}" for name in stored if name in lies
    ]
    assert read_only[1]["detail"] == (
        "version is read-only, so the value sent is ignored. The stored value is "
        f"{stored['version']}. Remove it."
    )


@KIND
def test_what_is_read_can_be_changed_and_written_back_without_a_warning(
    http: httpx.Client, kind: str
) -> None:
    stored = create(http, kind, populate(http))
    at = datetime.fromisoformat(stored["created_at"]).astimezone(timezone(timedelta(hours=2)))
    changed = stored | {"name": "Changed", "created_at": at.isoformat()}
    for sent in (stored, changed):
        answer = http.put(url(kind, stored["id"]), json=sent)
        assert answer.is_success
        assert "read-only" not in answer.headers.get("SignalCraft-Warnings", "")
    assert answer.json()["version"] == stored["version"] + 1


@LISTED
def test_a_copy_of_a_resource_says_that_it_has_its_own_read_only_fields(
    http: httpx.Client, kind: str
) -> None:
    ids = populate(http)
    original = create(http, kind, ids)
    copy = http.post(
        f"/v1/{KINDS[kind].path}",
        json=body(kind, ids, "Copy") | {"id": original["id"], "version": 1},
    )
    assert copy.status_code == 201
    warnings = json.loads(copy.headers["SignalCraft-Warnings"])
    assert [each["pointer"] for each in warnings if each["code"] == "read-only"] == ["/id"]
    assert f'"{copy.json()["id"]}"' in warnings[0]["detail"]


@LISTED
def test_put_by_key_creates_and_then_replaces(http: httpx.Client, kind: str) -> None:
    wanted = body(kind, populate(http))
    key = KINDS[kind].natural_key
    put = [
        http.put(f"/v1/{KINDS[kind].path}", params={key: wanted[key]}, json=wanted)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in put] == [201, 200]
    assert put[0].json() == put[1].json()
    assert put[0].headers["Location"] == url(kind, put[0].json()["id"])
    assert "Location" not in put[1].headers


@LISTED
def test_put_by_key_refuses_a_body_with_another_key(http: httpx.Client, kind: str) -> None:
    key = KINDS[kind].natural_key
    answer = http.put(
        f"/v1/{KINDS[kind].path}",
        params={key: "other@example.com"},
        json=body(kind, populate(http)),
    )
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{key}"]


def test_a_user_is_found_by_e_mail_without_regard_to_case(http: httpx.Client) -> None:
    ada = {"email": "Ada@Example.com", "name": "Ada", "role": "viewer"}
    made = http.post("/v1/users", json=ada).json()
    assert made["email"] == "Ada@Example.com"
    [found] = http.get("/v1/users", params={"email": "ada@EXAMPLE.com"}).json()["items"]
    assert found == made
    put = http.put(
        "/v1/users", params={"email": "ADA@example.com"}, json=ada | {"email": "ada@example.com"}
    )
    assert (put.status_code, put.json()["id"], put.json()["version"]) == (200, made["id"], 2)
    assert put.json()["email"] == "ada@example.com"


def test_a_name_is_found_with_regard_to_case(http: httpx.Client) -> None:
    http.post("/v1/teams", json={"name": "Payments"})
    assert http.get("/v1/teams", params={"name": "payments"}).json()["items"] == []
    assert http.post("/v1/teams", json={"name": "payments"}).status_code == 201


@pytest.mark.parametrize("name", ["a/b", "a%2Fb", "?name=x&y", "ä 😀", "..", "#", "+", "'\""])
def test_any_name_can_be_put_and_found(http: httpx.Client, name: str) -> None:
    put = http.put("/v1/teams", params={"name": name}, json={"name": name})
    assert put.status_code == 201
    assert http.get("/v1/teams", params={"name": name}).json()["items"] == [put.json()]


@LISTED
def test_a_key_that_is_taken_names_who_has_it(http: httpx.Client, kind: str) -> None:
    ids = populate(http)
    first, second = create(http, kind, ids, "First"), create(http, kind, ids, "Second")
    key = KINDS[kind].natural_key
    taken = body(kind, ids, "Second") | {key: first[key]}
    created = http.post(f"/v1/{KINDS[kind].path}", json=taken)
    problem = created.json()
    assert (created.status_code, problem["type"].rpartition("/")[2]) == (409, "name-taken")
    assert problem["existing_id"] == first["id"]
    assert [error["pointer"] for error in problem["errors"]] == [f"/{key}"]
    # An update may share it for a while, and is told so.
    updated = http.put(url(kind, second["id"]), json=taken)
    assert updated.status_code == 200
    assert "name-shared" in updated.headers["SignalCraft-Warnings"]


def test_writing_the_same_thing_twice_changes_nothing(http: httpx.Client) -> None:
    made = http.post("/v1/teams", json={"name": "Payments"}).json()
    head = http.get("/v1/changes").json()["head"]
    for same in ({"name": "Payments"}, {"description": "", "name": "Payments", "member_ids": []}):
        answer = http.put(f"/v1/teams/{made['id']}", json=same)
        assert (answer.status_code, answer.json()) == (200, made)
    assert http.get("/v1/changes").json()["head"] == head


def test_head_says_what_get_would_without_a_body(http: httpx.Client) -> None:
    team = http.post("/v1/teams", json={"name": "Payments"})
    for path in (team.headers["Location"], "/v1/teams", "/v1/workspace", "/v1/teams/none"):
        get, head = http.get(path), http.head(path)
        assert head.status_code == get.status_code
        assert head.content == b""
        assert head.headers["Content-Length"] == get.headers["Content-Length"]
        assert head.headers["Content-Type"] == get.headers["Content-Type"]
        assert head.headers.get("ETag") == get.headers.get("ETag")


def test_numbers_come_back_as_they_were_written(http: httpx.Client) -> None:
    values = ["90", "90.5", "-0.1", "1e-300", "9007199254740991", "0"]
    conditions = ",".join(
        f'{{"type":"metric_threshold","metric":"m","operator":"gt","value":{value}}}'
        for value in values
    )
    answer = http.post(
        "/v1/alert-policies",
        content=f'{{"name":"A","severity":"info","routing_key":"k","conditions":[{conditions}]}}',
        headers={"Content-Type": "application/json"},
    )
    assert re.findall(r'"value":([^,}]+)', answer.text) == values
