"""docs/terraform-state.md, done as it is written: its files, its commands, and what they say."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from signalcraft.store.db.database import Database
from signalcraft.store.db.migrate import migrate
from tests.cli.command import run
from tests.docs.page import blocks
from tests.e2e.desk import succeeded
from tools.servers import Dialect, Server, Tenant, running_server
from tools.terraform_folder import TerraformFolder

PAGE = "docs/terraform-state.md"
[BACKEND] = blocks(PAGE, "hcl")
SHELL = blocks(PAGE, "sh")
CONSOLE = blocks(PAGE, "console")
RESOURCE = 'resource "terraform_data" "one" {{ input = "{}" }}\n'
# What needs a person's answer, or a version that a new state doesn't have yet.
ADDED = {"unlock": ("--yes",)}


@pytest.fixture
def dialect() -> Dialect:
    return "sqlite"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def keys(folder: Path) -> Path:
    """The key file, made as the page says."""
    for block in CONSOLE:
        command, _, shown = block.partition("\n")
        ran = run(*shlex.split(command.removeprefix("$ signalcraft ")))
        assert (ran.exit_code, ran.stdout) == (0, shown)
    return folder / "state-keys"


@pytest.fixture
def keeper(database_url: str, keys: Path) -> Iterator[Server]:
    """A server that keeps states, started as the page says."""
    migrate(Database(database_url))
    with running_server(database_url, "--state-key-file", str(keys)) as server:
        yield server


@pytest.fixture
def tenant(keeper: Server) -> Tenant:
    return keeper.new_tenant()


def exports(block: str) -> dict[str, str]:
    return dict(re.findall(r'^export (\w+)="?([^"\n]*)"?$', block, re.MULTILINE))


def test_what_the_page_says_works(keeper: Server, tenant: Tenant, folder: Path) -> None:
    terraform = TerraformFolder(folder, keeper.url, tenant.api_key)
    signed_in = exports(SHELL[0])
    assert signed_in["TF_HTTP_PASSWORD"] == "$SIGNALCRAFT_API_KEY"
    terraform.environment |= signed_in | {"TF_HTTP_PASSWORD": tenant.api_key}
    backend = BACKEND.replace("https://signalcraft.example.com", keeper.url)
    (folder / "main.tf").write_text(backend + RESOURCE.format(1), encoding="utf-8")
    succeeded(terraform.run("init"))
    for version in range(1, 15):
        (folder / "main.tf").write_text(backend + RESOURCE.format(version), encoding="utf-8")
        succeeded(terraform.run("apply", "-auto-approve"))
    environment = {
        "SIGNALCRAFT_ENDPOINT": keeper.url,
        "SIGNALCRAFT_API_KEY": tenant.api_key,
        "SIGNALCRAFT_DATABASE": keeper.database_url,
    }
    commands = [
        line.replace('"$SIGNALCRAFT_DATABASE"', keeper.database_url)
        for block in SHELL
        for line in block.splitlines()
        if line.startswith("signalcraft ")
    ]
    assert len(commands) == 7
    for command in commands:
        _, *arguments = shlex.split(command)
        ran = run(*arguments, *ADDED.get(arguments[1], ()), environment=environment)
        assert ran.exit_code == 0, (command, ran.output)
    restored = terraform.run("plan")
    assert '"12" -> "14"' in succeeded(restored)


def test_the_scopes_that_are_recommended_are_enough(
    keeper: Server, tenant: Tenant, folder: Path
) -> None:
    backend = BACKEND.replace("https://signalcraft.example.com", keeper.url)
    (folder / "main.tf").write_text(backend + RESOURCE.format(1), encoding="utf-8")
    with keeper.http(tenant) as http:
        for who, scopes, commands in (
            ("apply", ["state:read", "state:write"], [("apply", "-auto-approve")]),
            ("plan", ["state:read"], [("plan", "-lock=false")]),
        ):
            account = {"name": who, "scopes": scopes}
            id = http.post("/v1/service-accounts", json=account).json()["id"]
            made = http.post(f"/v1/service-accounts/{id}/keys", json={"name": who}).json()
            terraform = TerraformFolder(folder, keeper.url, made["secret"])
            terraform.environment |= {
                "TF_HTTP_USERNAME": who,
                "TF_HTTP_PASSWORD": made["secret"],
            }
            for command in (("init",), *commands):
                succeeded(terraform.run(*command))
