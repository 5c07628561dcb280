"""`signalcraft state`, on a real server."""

import json
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from signalcraft.store.db.database import Database
from signalcraft.store.db.migrate import migrate
from signalcraft.store.tfstate.keyring import add_key
from tests.api.problems import refusal
from tests.api.tfstate.state_backend import STATES, Run, ok, read, state, write
from tests.cli.command import refused, run, told
from tools.servers import Dialect, Server, Tenant, running_server


@pytest.fixture
def dialect() -> Dialect:
    """What the command says is the same on both databases; the API's own tests run on both."""
    return "sqlite"


@pytest.fixture
def environment(server: Server, tenant: Tenant) -> Mapping[str, str]:
    return {"SIGNALCRAFT_ENDPOINT": server.url, "SIGNALCRAFT_API_KEY": tenant.api_key}


def says(environment: Mapping[str, str], *arguments: str | Path) -> str:
    """What `signalcraft state` says with these arguments; it is to succeed."""
    result = run("state", *arguments, width=160, environment=environment)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_states_are_listed_with_who_holds_their_locks(
    http: httpx.Client, environment: Mapping[str, str]
) -> None:
    assert says(environment, "list") == "There are no Terraform states.\n"
    ok(write(http, state(7), name="idle"))
    ok(Run(http, name="busy", who="ada@laptop").lock())
    lines = says(environment, "list").splitlines()
    assert lines[0].split() == ["STATE", "VERSION", "SERIAL", "SIZE", "WRITTEN", "LOCKED", "BY"]
    assert "never" in lines[1]
    assert "'admin' for ada@laptop (apply) since" in lines[1]
    assert lines[2].split()[:5] == ["idle", "1", "7", str(len(state(7))), "bytes"]
    listed = told("state", "list", environment=environment)["items"]
    assert [(each["name"], each["serial"]) for each in listed] == [("busy", None), ("idle", 7)]


def test_the_history_says_who_wrote_each_version(
    http: httpx.Client, environment: Mapping[str, str]
) -> None:
    apply = Run(http, who="ada@laptop")
    ok(apply.lock())
    ok(apply.write(state(1)))
    ok(apply.unlock())
    ok(write(http, state(2)))
    lines = says(environment, "history", "main").splitlines()
    assert lines[1].split()[:2] == ["2", "2"]
    assert "admin for ada@laptop" in lines[2]
    assert lines[2].endswith("apply")


def test_a_state_is_pulled_and_pushed(
    http: httpx.Client, environment: Mapping[str, str], tmp_path: Path
) -> None:
    ok(write(http, state(1)))
    ok(write(http, state(2)))
    file = tmp_path / "pulled.tfstate"
    says(environment, "pull", "main", file)
    assert file.read_bytes() == state(2)
    assert says(environment, "pull", "main", "--version", "1") == state(1).decode()
    file.write_bytes(state(3))
    says(environment, "push", "main", file)
    assert read(http) == state(3)
    file.write_bytes(state(1, lineage="another"))
    assert "another lineage" in refused("state", "push", "main", file, environment=environment)
    says(environment, "push", "--force", "main", file)
    assert read(http) == state(1, lineage="another")


def test_a_version_is_restored(http: httpx.Client, environment: Mapping[str, str]) -> None:
    ok(write(http, state(1, note="good")))
    ok(write(http, state(2, note="bad")))
    said = says(environment, "restore", "main", "--version", "1")
    assert said == "Restored version 1 of main as version 3.\n"
    assert json.loads(read(http))["outputs"]["note"]["value"] == "good"
    assert "No version '9'" in refused(
        "state", "restore", "main", "--version", "9", environment=environment
    )


def test_a_lock_is_released_once_its_holder_was_shown(
    http: httpx.Client, environment: Mapping[str, str]
) -> None:
    ok(Run(http, who="ada@laptop").lock())
    said = refused("state", "unlock", "main", environment=environment)
    assert "Aborted" in said
    said = says(environment, "unlock", "main", "--yes")
    assert "main is locked by 'admin' for ada@laptop (apply) since" in said
    assert "Released." in said
    assert says(environment, "unlock", "main", "--yes") == "main isn't locked.\n"


def test_a_state_is_deleted_with_its_versions(
    http: httpx.Client, environment: Mapping[str, str]
) -> None:
    for serial in (1, 2):
        ok(write(http, state(serial)))
    apply = Run(http)
    ok(apply.lock())
    said = refused("state", "delete", "main", "--yes", environment=environment)
    assert "held by the service account 'admin' for ada@laptop (apply)" in said
    ok(apply.unlock())
    asked = run("state", "delete", "main", environment=environment)
    assert "Delete main and its 2 versions?" in asked.output
    assert read(http) == state(2)
    assert says(environment, "delete", "main", "--yes") == "Deleted main and its 2 versions.\n"
    assert says(environment, "list") == "There are no Terraform states.\n"
    said = refused("state", "delete", "main", "--yes", environment=environment)
    assert "Terraform state with the name 'main'" in said
    entry = http.get("/v1/changes", params={"limit": 1000}).json()["items"][-1]
    assert (entry["action"], entry["kind"], entry["name"]) == ("deleted", "terraform_state", "main")
    # A new one of the same name begins anew.
    ok(write(http, state(1, lineage="another")))


def test_why_says_what_happened_and_prints_the_imports(
    http: httpx.Client, environment: Mapping[str, str]
) -> None:
    apply = Run(http, who="ada@laptop")
    ok(apply.lock())
    headers = {"SignalCraft-Manager": "terraform"}
    names = ("Payments & Billing", "payments billing!", "24/7 ${x}")
    ids = [
        http.post("/v1/teams", json={"name": name}, headers=headers).json()["id"] for name in names
    ]
    assert apply.write(b"{").status_code == 400
    ok(apply.unlock())
    said = says(environment, "why", "main")
    assert "Applies are refused since" in said
    assert "The body is not JSON, or is cut off" in said
    assert "It was 'admin' for ada@laptop (apply)." in said
    assert "terraform state push errored.tfstate" in said
    assert "signalcraft state resume main" in said
    for id, address in zip(
        ids,
        (
            "signalcraft_team.payments_billing",
            "signalcraft_team.payments_billing_2",
            "signalcraft_team._24_7_x",
        ),
        strict=True,
    ):
        assert f'import {{\n  to = {address}\n  id = "{id}"\n}}' in said
    said = says(environment, "resume", "main")
    assert said == "Applies can run again on main.\n"
    ok(Run(http).lock())


def test_why_has_nothing_to_say_of_a_state_that_is_well(
    http: httpx.Client, environment: Mapping[str, str]
) -> None:
    ok(write(http, state(1)))
    said = says(environment, "why", "main")
    assert said == "Nothing is wrong with main: it isn't locked, and no request was refused.\n"
    assert "No Terraform state with the name 'none'" in refused(
        "state", "why", "none", environment=environment
    )


def test_the_keys_are_rotated_while_the_states_stay_readable(
    database_url: str, tmp_path: Path
) -> None:
    migrate(Database(database_url))
    old, new = tmp_path / "old-keys", tmp_path / "new-keys"
    add_key(old)
    with running_server(database_url, "--state-key-file", str(old)) as server:
        tenant = server.new_tenant()
        with server.http(tenant) as http:
            ok(write(http, state(1)))
            ok(write(http, state(2)))
    new.write_bytes(old.read_bytes())
    assert "Added key 2" in says({}, "keys", "add", new)
    rotated = says({}, "keys", "rotate", new, "--database", database_url)
    assert rotated == "Encrypted 2 versions with key 2.\n"
    again = says({}, "keys", "rotate", new, "--database", database_url)
    assert again == "Encrypted 0 versions with key 2.\n"
    with (
        running_server(database_url, "--state-key-file", str(old)) as server,
        server.http(tenant) as http,
    ):
        answer = http.get(f"{STATES}/main")
        assert refusal(answer) == (501, "not-configured")
        assert "encrypted with key 2, which the key file lacks" in answer.json()["detail"]
    new.write_text("\n".join(line for line in new.read_text().splitlines() if line[:2] != "1:"))
    with (
        running_server(database_url, "--state-key-file", str(new)) as server,
        server.http(tenant) as http,
    ):
        assert read(http) == state(2)
        assert http.get(f"{STATES}/main/versions/1").content == state(1)
