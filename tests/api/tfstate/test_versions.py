"""The versions of a state: what is kept, and how an older one comes back."""

import json
from typing import Any

import httpx
import pytest

from signalcraft.store.db.database import Database
from tests.api.problems import refusal
from tests.api.tfstate.state_backend import LINEAGE, STATES, Run, ok, read, state, write
from tools.servers import Server


def versions(http: httpx.Client) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = http.get(f"{STATES}/main/versions").json()["items"]
    return items


def test_what_is_written_under_one_lock_is_one_version(http: httpx.Client) -> None:
    run = Run(http)
    ok(run.lock())
    for serial in range(1, 6):
        ok(run.write(state(serial)))
    ok(run.unlock())
    ok(write(http, state(6)))
    ok(write(http, state(7)))
    assert [(entry["number"], entry["serial"]) for entry in versions(http)] == [
        (3, 7),
        (2, 6),
        (1, 5),
    ]


def test_a_version_says_who_wrote_it(http: httpx.Client) -> None:
    run = Run(http, operation="state-mv", who="ada@laptop")
    ok(run.lock())
    ok(run.write(state(4)))
    [entry] = versions(http)
    assert entry["account_name"] == "admin"
    assert (entry["who"], entry["operation"]) == ("ada@laptop", "state-mv")
    assert (entry["lineage"], entry["size"]) == (LINEAGE, len(state(4)))


def test_the_last_50_versions_are_kept(http: httpx.Client) -> None:
    for serial in range(1, 54):
        ok(write(http, state(serial)))
    assert [entry["number"] for entry in versions(http)] == list(range(53, 3, -1))
    assert refusal(http.get(f"{STATES}/main/versions/3")) == (404, "not-found")
    assert http.get(f"{STATES}/main/versions/4").content == state(4)


def test_an_older_version_is_restored_with_a_serial_that_follows(http: httpx.Client) -> None:
    ok(write(http, state(3, note="good")))
    ok(write(http, state(8, note="bad")))
    restored = http.post(f"{STATES}/main/versions/1/restore")
    assert restored.status_code == 201
    assert (restored.json()["number"], restored.json()["serial"]) == (3, 9)
    now = json.loads(read(http))
    assert now == json.loads(state(9, note="good"))
    assert list(now)[:4] == ["version", "terraform_version", "serial", "lineage"]
    ok(write(http, state(10)))


def test_a_restored_version_is_in_the_feed(http: httpx.Client) -> None:
    ok(write(http, state(1)))
    ok(write(http, state(2)))
    ok(http.post(f"{STATES}/main/versions/1/restore"))
    entry = http.get("/v1/changes", params={"limit": 1000}).json()["items"][-1]
    assert (entry["kind"], entry["name"]) == ("terraform_state", "main")
    assert entry["diff"] == [{"pointer": "/version", "before": 2, "after": 1}]


def test_while_a_run_holds_the_lock_nothing_is_restored(http: httpx.Client) -> None:
    ok(write(http, state(1)))
    ok(Run(http).lock())
    assert refusal(http.post(f"{STATES}/main/versions/1/restore")) == (409, "state-locked")


@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "99999999999"])
def test_a_version_that_is_not_there_is_not_found(http: httpx.Client, number: str) -> None:
    ok(write(http, state(1)))
    assert refusal(http.get(f"{STATES}/main/versions/{number}")) == (404, "not-found")
    restored = http.post(f"{STATES}/main/versions/{number}/restore")
    assert refusal(restored) == (404, "not-found")


def test_a_state_that_opentofu_has_encrypted_is_restored_as_it_was(http: httpx.Client) -> None:
    first, second = b'{"encrypted_data":"YQ=="}', b'{"encrypted_data":"Yg=="}'
    ok(write(http, first))
    ok(write(http, second))
    ok(http.post(f"{STATES}/main/versions/1/restore"))
    assert read(http) == first


def test_nothing_of_a_state_is_readable_in_the_database(http: httpx.Client, server: Server) -> None:
    ok(write(http, state(1, note="AKIA-a-secret")))
    database = Database(server.database_url)
    tables = ("terraform_state", "terraform_run", "terraform_version", "terraform_chunk")
    for table in tables:
        for row in database.connection().query(f"SELECT * FROM {table}"):  # noqa: S608 — of this test's own
            assert "AKIA" not in str(row)
    database.close()
