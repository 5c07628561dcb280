"""Several processes on one PostgreSQL database: what one has answered, the next request to any other
goes by.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import httpx
import pytest

from signalcraft.model.kinds import KINDS
from tests.api.problems import refused
from tests.bodies import body, create, populate, url
from tools.servers import Server, Tenant

pytestmark = pytest.mark.parametrize("dialect", ["postgresql"])

# Ahead of any change: a past instant is answered by what was in force then.
AT = {"at": "2037-01-05T10:00:00+01:00"}
TIMES = 20


@pytest.fixture
def here(clients: list[httpx.Client]) -> httpx.Client:
    """The process that is written to."""
    return clients[0]


@pytest.fixture
def there(clients: list[httpx.Client]) -> httpx.Client:
    """The one that is asked."""
    return clients[1]


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if not kind.singleton])
def test_what_is_created_replaced_and_deleted_here_is_so_there(
    here: httpx.Client, there: httpx.Client, kind: str
) -> None:
    ids = populate(here)
    stored = create(here, kind, ids, "Mine")
    path, collection = url(kind, stored["id"]), url(kind, "").rstrip("/")
    named = {KINDS[kind].natural_key: stored[KINDS[kind].natural_key]}
    assert there.get(path).json() == stored
    assert there.get(collection, params=named).json()["items"] == [stored]
    replaced = here.put(path, json=body(kind, ids, "Mine") | {"name": "Other"})
    assert replaced.json()["version"] == 2
    assert there.get(path).json() == replaced.json()
    assert there.get(path).headers["ETag"] == replaced.headers["ETag"]
    here.delete(path)
    assert there.get(path).status_code == 404
    assert stored["id"] not in {item["id"] for item in there.get(collection).json()["items"]}


@contextmanager
def asked_all_the_time(ask: Callable[[], object]) -> Iterator[None]:
    """Has a question asked again and again, by two at the same time, for the block."""
    done = Event()

    def go_on() -> None:
        while not done.is_set():
            ask()

    with ThreadPoolExecutor(2) as threads:
        asking = [threads.submit(go_on) for _ in range(2)]
        try:
            yield
        finally:
            done.set()
        for future in asking:
            future.result()


def test_who_is_on_call_is_answered_there_as_it_was_written_here_however_often_it_is_asked(
    here: httpx.Client, there: httpx.Client
) -> None:
    ids = populate(here)
    people = [ids["user"], create(here, "user", ids, "Other")["id"]]
    on_call = f"{url('schedule', ids['schedule'])}/on-call"

    def ask() -> str:
        [user_id] = there.get(on_call, params=AT).json()["user_ids"]
        return str(user_id)

    with asked_all_the_time(ask):
        for i in range(TIMES):
            wanted = body("schedule", ids | {"user": people[i % 2]}, "Target")
            assert here.put(url("schedule", ids["schedule"]), json=wanted).status_code == 200
            assert ask() == people[i % 2]
            every = there.get("/v1/on-call", params=AT).json()["items"]
            assert [item["user_ids"] for item in every] == [[people[i % 2]]]


def test_a_team_that_changes_here_changes_who_is_on_call_there(
    here: httpx.Client, there: httpx.Client
) -> None:
    ids = populate(here)
    people = [ids["user"], create(here, "user", ids, "Other")["id"]]
    wanted = body("schedule", ids | {"user": ids["team"]}, "Target")
    here.put(url("schedule", ids["schedule"]), json=wanted).raise_for_status()
    on_call = f"{url('schedule', ids['schedule'])}/on-call"
    for i in range(TIMES):
        members = people[: 1 + i % 2]
        here.put(url("team", ids["team"]), json={"name": "Target", "member_ids": members})
        assert there.get(on_call, params=AT).json()["user_ids"] == members


def test_an_override_that_was_made_here_holds_there_until_it_is_taken_back(
    here: httpx.Client, there: httpx.Client
) -> None:
    ids = populate(here)
    other = create(here, "user", ids, "Other")["id"]
    schedule = url("schedule", ids["schedule"])
    week = {"starts_at": "2037-01-05T00:00:00Z", "ends_at": "2037-01-12T00:00:00Z"}
    for _ in range(TIMES):
        made = here.post(f"{schedule}/overrides", json={"participant": other, **week}).json()
        assert there.get(f"{schedule}/on-call", params=AT).json()["override_id"] == made["id"]
        here.delete(f"{schedule}/overrides/{made['id']}")
        assert there.get(f"{schedule}/on-call", params=AT).json()["user_ids"] == [ids["user"]]


def test_where_an_alert_goes_is_answered_there_as_it_was_written_here(
    here: httpx.Client, there: httpx.Client
) -> None:
    ids = populate(here)
    rule = create(here, "routing_rule", ids, "Rule")["id"]
    people = [ids["user"], create(here, "user", ids, "Other")["id"]]
    policies = [ids["escalation_policy"], create(here, "escalation_policy", ids, "Other")["id"]]

    def ask() -> tuple[Any, ...]:
        [result] = there.post(
            "/v1/routing/test", json={"alerts": [{}], "include": ["people"], **AT}
        ).json()["results"]
        steps = [step for timeline in result["timelines"] for step in timeline["steps"]]
        paged = {id for step in steps for id in step["user_ids"]}
        return result["escalation_policy_ids"], paged

    for i in range(TIMES):
        policy, person = policies[i % 2], people[i // 2 % 2]
        wanted = body("routing_rule", ids | {"escalation_policy": policy}, "Rule")
        here.put(url("routing_rule", rule), json=wanted)
        here.put(url("team", ids["team"]), json=body("team", {**ids, "user": person}, "Target"))
        assert ask() == ([policy], {ids["user"], person})
    here.delete(url("routing_rule", rule))
    assert ask()[0] == []


@pytest.fixture
def account(here: httpx.Client) -> str:
    """The path of a service account that may read and write."""
    scopes = {"name": "Deploy", "scopes": ["config:read", "config:write"]}
    return url("service_account", here.post("/v1/service-accounts", json=scopes).json()["id"])


@pytest.fixture
def theirs(here: httpx.Client, processes: list[Server], account: str) -> Iterator[httpx.Client]:
    """That account, calling the other process; its key has the name `first`."""
    secret = here.post(f"{account}/keys", json={"name": "first"}).json()["secret"]
    with processes[1].http(Tenant("", secret)) as theirs:
        assert theirs.get("/v1/teams").status_code == 200
        yield theirs


def test_a_key_that_was_revoked_here_is_refused_there(
    here: httpx.Client, theirs: httpx.Client, account: str
) -> None:
    [key] = here.get(f"{account}/keys").json()["items"]
    here.delete(f"{account}/keys/{key['id']}")
    assert refused(theirs.get("/v1/teams")) == (401, "unauthenticated")


def test_a_key_that_was_rotated_here_is_refused_there_and_the_new_one_is_not(
    here: httpx.Client, theirs: httpx.Client, account: str
) -> None:
    [key] = here.get(f"{account}/keys").json()["items"]
    rotated = here.post(f"{account}/keys/{key['id']}/rotate", json={}).json()
    assert refused(theirs.get("/v1/teams")) == (401, "unauthenticated")
    new = {"Authorization": f"Bearer {rotated['secret']}"}
    assert theirs.get("/v1/teams", headers=new).status_code == 200


def test_an_account_that_is_disabled_or_gone_here_is_refused_there(
    here: httpx.Client, theirs: httpx.Client, account: str
) -> None:
    fields = here.get(account).json()
    for _ in range(TIMES):
        here.put(account, json=fields | {"disabled": True})
        assert refused(theirs.get("/v1/teams")) == (401, "unauthenticated")
        here.put(account, json=fields)
        assert theirs.get("/v1/teams").status_code == 200
    here.delete(account)
    assert refused(theirs.get("/v1/teams")) == (401, "unauthenticated")


def test_scopes_that_were_changed_here_hold_there(
    here: httpx.Client, theirs: httpx.Client, account: str
) -> None:
    fields = here.get(account).json()
    for i in range(TIMES):
        here.put(account, json=fields | {"scopes": ["config:read"]})
        assert refused(theirs.post("/v1/teams", json={"name": f"T{i}"})) == (403, "forbidden")
        here.put(account, json=fields)
        assert theirs.post("/v1/teams", json={"name": f"T{i}"}).status_code == 201
