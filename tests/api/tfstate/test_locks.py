"""One run at a time: who gets a state's lock, and who may release it."""

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.api.problems import refusal
from tests.api.tfstate.state_backend import STATES, Run, ok, read, state, unlock, why, write
from tests.exchanging import Exchanging
from tools.servers import Server, Tenant


def test_only_one_run_holds_the_lock(http: httpx.Client) -> None:
    first, second = Run(http), Run(http)
    ok(first.lock())
    assert refusal(second.lock()) == (409, "state-locked")
    ok(first.unlock())
    ok(second.lock())


def test_of_runs_that_ask_at_once_one_gets_the_lock(clients: list[httpx.Client]) -> None:
    runs = [Run(clients[number % len(clients)]) for number in range(12)]
    with ThreadPoolExecutor(len(runs)) as pool:
        answers = list(pool.map(lambda run: run.lock().status_code, runs))
    assert sorted(answers) == [200] + [409] * 11


def test_a_repeated_lock_is_granted_again(http: httpx.Client) -> None:
    run = Run(http)
    ok(run.lock())
    ok(run.lock())


def test_a_repeated_unlock_succeeds(http: httpx.Client) -> None:
    run = Run(http)
    ok(run.lock())
    ok(run.unlock())
    ok(run.unlock())


def test_a_refusal_says_who_holds_the_lock_and_never_its_id(http: httpx.Client) -> None:
    holder = Run(http, who="ada@laptop")
    ok(holder.lock())
    answer = Run(http).lock()
    shown = answer.json()["ID"]
    assert "'admin' for ada@laptop (apply)" in shown
    assert "signalcraft state unlock main" in shown
    assert "If the Lock Info below names you, it is your own" in shown
    assert holder.lock_id not in answer.text
    assert holder.lock_id not in json.dumps(why(http))


def test_a_refusal_names_the_run_that_the_token_of_the_holder_was_for(
    exchanging: Exchanging,
) -> None:
    http = exchanging.http
    account = f"/v1/service-accounts/{exchanging.account_id}"
    scopes = ["state:read", "state:write"]
    http.put(account, json={"name": "ci", "scopes": scopes}).raise_for_status()
    token = exchanging.exchange().json()["access_token"]
    auth = httpx.BasicAuth("ci", token)
    with httpx.Client(base_url=http.base_url, auth=auth) as job:
        ok(Run(job, who="runner").lock())
    shown = Run(http).lock().json()
    assert "account 'ci' for runner (apply, " in shown["ID"]
    assert f"{exchanging.issuer.url}/example/monitoring/actions/runs/42)" in shown["ID"]
    assert (shown["Who"], shown["Operation"]) == ("runner", "OperationTypeApply")


def test_a_refusal_names_the_ci_run(server: Server, tenant: Tenant, http: httpx.Client) -> None:
    auth = httpx.BasicAuth("https://ci.example.com/runs/7", tenant.api_key)
    with httpx.Client(base_url=server.url, auth=auth) as job:
        ok(Run(job).lock())
    assert "https://ci.example.com/runs/7" in Run(http).lock().json()["ID"]
    assert why(http)["state"]["lock"]["url"] == "https://ci.example.com/runs/7"


def test_what_a_run_says_of_itself_cannot_control_a_terminal(http: httpx.Client) -> None:
    ok(Run(http, who="\x1b[2Jada\nroot@laptop").lock())
    assert why(http)["state"]["lock"]["who"] == "[2Jadaroot@laptop"


def test_a_run_cannot_release_anothers_lock(http: httpx.Client) -> None:
    holder = Run(http)
    ok(holder.lock())
    assert refusal(Run(http).unlock()) == (409, "state-locked")
    ok(holder.write(state(1)))


def test_a_run_that_never_had_the_lock_cannot_release_it(http: httpx.Client) -> None:
    ok(write(http, state(1)))
    assert refusal(Run(http).unlock()) == (409, "state-locked")


@pytest.mark.parametrize("body", [b"", b"{}"])
def test_an_empty_unlock_is_by_force_and_in_the_feed(http: httpx.Client, body: bytes) -> None:
    run = Run(http)
    ok(run.lock())
    headers = {"Content-Type": "application/json"}
    ok(http.request("DELETE", f"{STATES}/main/lock", content=body, headers=headers))
    entry = http.get("/v1/changes", params={"limit": 1000}).json()["items"][-1]
    assert (entry["kind"], entry["action"], entry["name"]) == ("terraform_lock", "deleted", "main")
    assert {"pointer": "/who", "before": "ada@laptop", "after": None} in entry["diff"]
    ok(Run(http).lock())


def test_the_run_whose_lock_was_released_by_force_learns_who_did_it(http: httpx.Client) -> None:
    run = Run(http)
    ok(run.lock())
    ok(unlock(http, "main", {}))
    answer = run.unlock()
    assert refusal(answer) == (409, "state-locked")
    assert "'admin' has released it" in answer.json()["detail"]


def test_an_unlock_by_force_releases_only_the_run_that_it_names(http: httpx.Client) -> None:
    first = Run(http)
    ok(first.lock())
    seen = why(http)["state"]["lock"]["run_id"]
    ok(first.unlock())
    ok(Run(http).lock())
    answer = http.delete(f"{STATES}/main/lock", params={"run": seen})
    assert refusal(answer) == (409, "state-locked")
    assert why(http)["state"]["lock"] is not None
    now = why(http)["state"]["lock"]["run_id"]
    ok(http.delete(f"{STATES}/main/lock", params={"run": now}))
    assert why(http)["state"]["lock"] is None


def test_releasing_by_force_takes_a_scope_of_its_own(http: httpx.Client, server: Server) -> None:
    ok(Run(http).lock())
    with as_account(server, http, ["state:read", "state:write"]) as job:
        answer = unlock(job, "main", {})
        assert refusal(answer) == (403, "forbidden")
        assert answer.json()["scope"] == "state:unlock"
        ok(Run(job, name="other").lock())
        assert refusal(unlock(job, "other", {})) == (403, "forbidden")


def test_reading_takes_state_read_and_nothing_else(http: httpx.Client, server: Server) -> None:
    ok(write(http, state(1)))
    with as_account(server, http, ["state:read"]) as reader:
        assert read(reader) == state(1)
        assert refusal(Run(reader).lock()) == (403, "forbidden")
        assert refusal(write(reader, state(2))) == (403, "forbidden")
    with as_account(server, http, ["config:read", "state:write"]) as other:
        assert refusal(other.get(f"{STATES}/main")) == (403, "forbidden")


def test_without_state_nothing_is_there(http: httpx.Client) -> None:
    assert refusal(http.get(f"{STATES}/main")) == (404, "not-found")
    ok(Run(http).lock())
    assert refusal(http.get(f"{STATES}/main")) == (404, "not-found")


@pytest.mark.parametrize("name", ["team/prod", "team%2Fprod", ".hidden", "a b", "x" * 101, "é"])
def test_names_that_a_path_or_a_shell_would_misread_are_refused(
    http: httpx.Client, name: str
) -> None:
    assert Run(http, name=name).lock().status_code in {400, 404, 405}
    assert http.get(STATES).json() == {"items": []}


def test_the_states_of_another_workspace_are_unknown(http: httpx.Client, server: Server) -> None:
    ok(write(http, state(1)))
    with server.http(server.new_tenant("Strangers")) as stranger:
        assert refusal(stranger.get(f"{STATES}/main")) == (404, "not-found")
        assert stranger.get(STATES).json() == {"items": []}
        ok(write(stranger, state(7, lineage="theirs")))
    assert read(http) == state(1)


def as_account(server: Server, http: httpx.Client, scopes: list[str]) -> httpx.Client:
    """Another account of the same workspace, with a key."""
    name = "-".join(scopes).replace(":", "-")
    account = http.post("/v1/service-accounts", json={"name": name, "scopes": scopes}).json()
    key = http.post(f"/v1/service-accounts/{account['id']}/keys", json={"name": "k"}).json()
    return server.http(Tenant("", key["secret"]))
