"""Which writes a state takes, and that it is never torn."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from signalcraft.store.db.database import Database
from signalcraft.store.db.migrate import migrate
from tests.api.problems import refusal
from tests.api.tfstate.state_backend import (
    LINEAGE,
    STATES,
    Run,
    ok,
    read,
    state,
    unlock,
    why,
    write,
)
from tools.servers import Server, Tenant, running_server

MIB = 1024 * 1024


def test_what_is_written_is_read_back_byte_for_byte(http: httpx.Client) -> None:
    for serial, content in enumerate(
        [state(1), state(2, note="ü\u2028"), state(3, note="x" * (3 * MIB + 17))], 1
    ):
        ok(write(http, content))
        answer = http.get(f"{STATES}/main")
        assert answer.content == content
        assert answer.headers["Content-Length"] == str(len(content))
        assert answer.headers["Content-Type"] == "application/json"
        assert why(http)["state"]["serial"] == serial


def test_terraform_signs_in_with_a_password(server: Server, tenant: Tenant) -> None:
    auth = httpx.BasicAuth("anything", tenant.api_key)
    with httpx.Client(base_url=server.url, auth=auth) as terraform:
        ok(write(terraform, state(1)))
        assert read(terraform) == state(1)
    for wrong in ("sck_wrong", ""):
        with httpx.Client(base_url=server.url, auth=httpx.BasicAuth("x", wrong)) as terraform:
            assert refusal(terraform.get(f"{STATES}/main")) == (401, "unauthenticated")


def test_the_same_bytes_again_are_a_success_and_no_version(http: httpx.Client) -> None:
    run = Run(http)
    ok(run.lock())
    for _ in range(3):
        ok(run.write(state(1)))
    assert [version["number"] for version in versions(http)] == [1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (state(5, note="other"), "serial 5, as the stored state does, but other content"),
        (state(4), "already has 5"),
        (state(6, lineage="another"), f"another lineage than the stored state, {LINEAGE}"),
    ],
)
def test_a_write_that_does_not_follow_the_stored_state_is_refused(
    http: httpx.Client, content: bytes, said: str
) -> None:
    ok(write(http, state(5)))
    answer = write(http, content)
    assert refusal(answer) == (409, "state-conflict")
    assert said in answer.json()["detail"]
    assert "'admin'" in answer.json()["detail"] or "lineage" in said
    assert read(http) == state(5)
    assert why(http)["refusal"]["detail"] == answer.json()["detail"]


@pytest.mark.parametrize("lock_id", ["", "another-run"])
def test_while_the_state_is_locked_only_its_holder_writes(http: httpx.Client, lock_id: str) -> None:
    run = Run(http)
    ok(run.lock())
    ok(run.write(state(1)))
    assert refusal(write(http, state(2), lock_id=lock_id)) == (409, "state-locked")
    assert read(http) == state(1)


def test_without_a_lock_a_write_is_taken(http: httpx.Client) -> None:
    ok(write(http, state(1)))
    ok(write(http, state(2)))
    assert read(http) == state(2)


def test_a_run_whose_lock_was_released_still_saves_what_it_did(http: httpx.Client) -> None:
    run = Run(http)
    ok(run.lock())
    ok(unlock(http, "main", {}))
    ok(run.write(state(1)))
    other = Run(http)
    ok(other.lock())
    assert refusal(run.write(state(2))) == (409, "state-locked")


@pytest.mark.parametrize("operation", ["state-push", "migration destination state"])
def test_what_a_person_has_forced_replaces_whatever_is_stored(
    http: httpx.Client, operation: str
) -> None:
    ok(write(http, state(9)))
    run = Run(http, operation=operation)
    ok(run.lock())
    ok(run.write(state(2, lineage="another")))
    assert read(http) == state(2, lineage="another")
    assert [version["serial"] for version in versions(http)] == [2, 9]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"{", "not JSON"),
        (state(1)[:-40], "not JSON"),
        (b"[]", "not a Terraform state"),
        (b"{}", "no `version`"),
        (b'{"version": 4, "serial": -1, "lineage": "x"}', "not a Terraform state"),
        (b'{"version": 4, "serial": 1, "lineage": "\\u0000"}', "not a Terraform state"),
        (b'{"version": 4, "serial": 99999999999999999999}', "not a Terraform state"),
    ],
)
def test_what_is_no_state_is_refused(http: httpx.Client, content: bytes, said: str) -> None:
    ok(write(http, state(1)))
    answer = write(http, content)
    assert refusal(answer) == (400, "malformed-request")
    assert said in answer.json()["detail"]
    assert read(http) == state(1)


def test_a_body_that_was_altered_on_its_way_is_refused(http: httpx.Client) -> None:
    answer = write(http, state(1), headers={"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="})
    assert refusal(answer) == (400, "malformed-request")
    assert refusal(http.get(f"{STATES}/main")) == (404, "not-found")


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_state_may_have_64_mib_and_no_more(http: httpx.Client) -> None:
    smallest = state(1)
    largest = state(1, note="x" * (64 * MIB - len(smallest)))
    assert len(largest) == 64 * MIB
    ok(write(http, largest))
    assert read(http) == largest
    assert refusal(write(http, state(2) + b" " * (64 * MIB))) == (413, "payload-too-large")
    whole = state(2) + b" " * (64 * MIB)
    chunks = (whole[start : start + MIB] for start in range(0, len(whole), MIB))
    answer = http.post(f"{STATES}/main", content=chunks)
    assert refusal(answer) == (413, "payload-too-large")


def test_states_that_opentofu_has_encrypted_are_kept(http: httpx.Client) -> None:
    bare = b'{"encrypted_data":"c2VjcmV0","encryption_version":"v0","meta":{}}'
    again = b'{"encrypted_data":"b3RoZXI=","encryption_version":"v0","meta":{}}'
    run = Run(http)
    ok(run.lock())
    ok(run.write(bare))
    ok(run.write(again))
    assert read(http) == again
    assert why(http)["content"] == "encrypted"
    # OpenTofu may leave lineage and serial readable: then they are compared.
    ok(run.unlock())
    ok(write(http, b'{"serial":3,"lineage":"l","encrypted_data":"YQ=="}'))
    answer = write(http, b'{"serial":2,"lineage":"l","encrypted_data":"Yg=="}')
    assert refusal(answer) == (409, "state-conflict")


def test_of_writes_at_once_one_follows_the_other(clients: list[httpx.Client]) -> None:
    contents = [state(serial, note=f"{serial} " * 1000) for serial in range(1, 13)]
    with ThreadPoolExecutor(len(contents)) as pool:
        list(
            pool.map(
                lambda pair: write(clients[pair[0] % len(clients)], pair[1]), enumerate(contents)
            )
        )
    # Whatever came in between, the highest serial is there, and whole.
    assert read(clients[0]) == contents[-1]


def test_a_server_without_keys_says_how_to_give_it_some(database_url: str) -> None:
    migrate(Database(database_url))
    with (
        running_server(database_url) as server,
        server.http(server.new_tenant()) as http,
    ):
        for answer in (Run(http).lock(), write(http, state(1))):
            assert refusal(answer) == (501, "not-configured")
            assert "--state-key-file" in answer.json()["detail"]
        assert http.get(STATES).json() == {"items": []}


def versions(http: httpx.Client) -> list[dict[str, object]]:
    items: list[dict[str, object]] = http.get(f"{STATES}/main/versions").json()["items"]
    return items
