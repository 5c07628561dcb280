"""A key that took a state's lock finishes its run under it, even once it has expired."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from signalcraft.store.db.database import Database
from tests.api.access.test_keys import account, make_key
from tests.api.problems import refusal
from tests.api.tfstate.state_backend import STATES, Run, ok, state
from tools.servers import Server

JSON = {"Content-Type": "application/json"}
SCOPES = ("state:read", "state:write", "state:unlock")


@pytest.fixture
def account_id(http: httpx.Client) -> str:
    return account(http, *SCOPES, name="apply")


@pytest.fixture
def key(http: httpx.Client, account_id: str) -> dict[str, str]:
    in_an_hour = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="seconds")
    return make_key(http, account_id, expires_at=in_an_hour)


@pytest.fixture
def job(server: Server, key: dict[str, str]) -> Iterator[httpx.Client]:
    auth = httpx.BasicAuth("ci", key["secret"])
    with httpx.Client(base_url=server.url, auth=auth) as job:
        yield job


Update = Callable[[str], None]


@pytest.fixture
def update(server: Server) -> Update:
    """Runs an SQL update: time can't be waited for."""

    def run(sql: str) -> None:
        database = Database(server.database_url)
        with database.transaction() as connection:
            connection.execute(sql)
        database.close()

    return run


def ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.fixture
def expire(update: Update, key: dict[str, str]) -> Callable[[], None]:
    at = ago(0.5)
    return lambda: update(f"UPDATE api_key SET expires_at = '{at}' WHERE id = '{key['id']}'")  # noqa: S608 — ours


def test_a_run_of_two_hours_saves_its_state_and_unlocks(
    job: httpx.Client, expire: Callable[[], None]
) -> None:
    run = Run(job)
    ok(run.lock())
    expire()
    ok(run.write(state(1)))
    ok(job.get(f"{STATES}/main", params={"ID": run.lock_id}))
    ok(run.unlock())
    # With the lock, all of it is over.
    assert refusal(run.write(state(2))) == (401, "unauthenticated")
    assert refusal(run.unlock()) == (401, "unauthenticated")
    assert refusal(run.lock()) == (401, "unauthenticated")


def test_without_that_locks_id_an_expired_key_does_nothing(
    http: httpx.Client, job: httpx.Client, expire: Callable[[], None]
) -> None:
    run = Run(job)
    ok(run.lock())
    expire()
    other = Run(job)
    for answer in (
        other.write(state(1)),
        other.unlock(),
        job.get(f"{STATES}/main"),
        job.post(f"{STATES}/main", content=state(1), headers=JSON),
        job.post(f"{STATES}/other", params={"ID": run.lock_id}, content=state(1), headers=JSON),
        # By force, which its scopes would allow.
        job.request("DELETE", f"{STATES}/main/lock", json={}),
        job.request("DELETE", f"{STATES}/main/lock"),
        job.get("/v1/whoami", params={"ID": run.lock_id}),
    ):
        assert refusal(answer) == (401, "unauthenticated")
    assert http.get(f"{STATES}/main").status_code == 404
    assert Run(http).lock().status_code == 409


def test_another_key_of_the_account_that_has_expired_is_no_help(
    http: httpx.Client,
    server: Server,
    job: httpx.Client,
    account_id: str,
    expire: Callable[[], None],
) -> None:
    holder = make_key(http, account_id)
    with httpx.Client(base_url=server.url, auth=httpx.BasicAuth("ci", holder["secret"])) as other:
        run = Run(other)
        ok(run.lock())
    expire()
    write = job.post(f"{STATES}/main", params={"ID": run.lock_id}, content=state(1), headers=JSON)
    assert refusal(write) == (401, "unauthenticated")


def test_after_a_day_it_is_over(
    job: httpx.Client, update: Update, key: dict[str, str], expire: Callable[[], None]
) -> None:
    run = Run(job)
    ok(run.lock())
    expire()
    moved = "UPDATE terraform_run SET taken_at = '{}' WHERE key_id = '{}'"
    update(moved.format(ago(23.9), key["id"]))
    ok(run.write(state(1)))
    update(moved.format(ago(24.1), key["id"]))
    assert refusal(run.write(state(2))) == (401, "unauthenticated")


def test_disabling_the_account_or_revoking_the_key_ends_it_at_once(
    http: httpx.Client,
    job: httpx.Client,
    account_id: str,
    key: dict[str, str],
    expire: Callable[[], None],
) -> None:
    run = Run(job)
    ok(run.lock())
    expire()
    path, body = f"/v1/service-accounts/{account_id}", {"name": "apply", "scopes": SCOPES}
    http.put(path, json=body | {"disabled": True}).raise_for_status()
    assert refusal(run.write(state(1))) == (401, "unauthenticated")
    http.put(path, json=body | {"disabled": False}).raise_for_status()
    ok(run.write(state(1)))
    http.delete(f"{path}/keys/{key['id']}").raise_for_status()
    assert refusal(run.write(state(2))) == (401, "unauthenticated")
