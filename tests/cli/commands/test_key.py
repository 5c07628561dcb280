"""`signalcraft key`: keys made, listed and revoked on a server, and on its database."""

import pytest

from signalcraft.model.secret import is_well_formed
from tests.cli.command import run, said, told
from tools.servers import Server, Tenant


@pytest.fixture(params=["server", "database"])
def where(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    server: Server,
    tenant: Tenant,
) -> list[str]:
    if request.param == "server":
        monkeypatch.setenv("SIGNALCRAFT_API_KEY", tenant.api_key)
        return ["--endpoint", server.url]
    return ["--database", server.database_url, "--workspace", tenant.workspace_id]


def create(where: list[str], account: str, *more: str) -> str:
    key: str = told("key", "create", account, *where, *more)["api_key"]
    return key


def test_an_account_gets_as_many_keys_as_are_asked_for(where: list[str]) -> None:
    keys = [create(where, "admin") for _ in range(2)]
    assert all(map(is_well_formed, keys))
    assert keys[0] != keys[1]


def test_a_typo_in_the_account_is_an_error_and_makes_nothing(where: list[str]) -> None:
    result = run("key", "create", "admn", *where)
    assert result.exit_code == 1
    assert "There is no service account called 'admn'." in result.stderr
    assert "Did you mean 'admin'?" in result.stderr
    assert "--create-account" in result.stderr
    assert {entry["account"] for entry in told("key", "list", *where)["items"]} == {"admin"}


def test_a_new_account_has_the_scopes_that_are_named(
    where: list[str], server: Server, tenant: Tenant
) -> None:
    scopes = ["--create-account", "--scope", "config:read", "--scope", "members:write"]
    key = create(where, "planner", *scopes)
    with server.http(Tenant(tenant.workspace_id, key)) as http:
        who = http.get("/v1/whoami").json()
    assert who["service_account_name"] == "planner"
    assert set(who["scopes"]) == {"config:read", "members:write"}


@pytest.mark.parametrize(
    ("half", "said"),
    [
        (["--create-account"], "Name the scopes of the new account with --scope."),
        (["--scope", "config:read"], "--scope is for a new account, with --create-account."),
    ],
)
def test_a_new_account_needs_its_scopes_named(where: list[str], half: list[str], said: str) -> None:
    result = run("key", "create", "planner", *where, *half)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


def test_an_account_is_created_once(where: list[str]) -> None:
    result = run("key", "create", "admin", *where, "--create-account", "--scope", "all")
    assert result.exit_code == 1
    assert "The service account 'admin' already exists." in result.stderr


def test_a_revoked_key_stops_working_and_is_listed_as_revoked(
    where: list[str], server: Server, tenant: Tenant
) -> None:
    key = create(where, "admin", "--name", "ci")
    [entry] = [item for item in told("key", "list", *where)["items"] if item["name"] == "ci"]
    assert key.endswith(entry["hint"][-4:])
    with server.http(Tenant(tenant.workspace_id, key)) as http:
        assert http.get("/v1/whoami").status_code == 200
        assert said("key", "revoke", entry["id"], *where) == [f"Revoked {entry['id']}."]
        assert http.get("/v1/whoami").status_code == 401
    [line] = [line for line in said("key", "list", *where, width=200) if entry["id"] in line]
    assert "revoked" in line
    assert key not in line


def test_an_unknown_key_cannot_be_revoked(where: list[str]) -> None:
    result = run("key", "revoke", "key_unknown", *where)
    assert result.exit_code == 1
    assert "There is no API key with the id 'key_unknown'." in result.stderr


def test_a_server_gives_no_key_more_than_the_caller_may_do(
    monkeypatch: pytest.MonkeyPatch, server: Server, tenant: Tenant
) -> None:
    scopes = ["--create-account", "--scope", "access:write", "--scope", "config:read"]
    database = ["--database", server.database_url, "--workspace", tenant.workspace_id]
    monkeypatch.setenv("SIGNALCRAFT_API_KEY", create(database, "warden", *scopes))
    result = run("key", "create", "admin", "--endpoint", server.url)
    assert result.exit_code == 1
    assert "can't grant the scope" in " ".join(result.stderr.split())
