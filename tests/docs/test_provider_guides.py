"""The provider's guides, typed as they stand there, with a release that `terraform init` installs."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.bodies import create, populate
from tools.built import ACTIONLINT, built
from tools.provider_mirror import mirror
from tools.servers import Dialect, Server, Tenant
from tools.stand_in import ROOT
from tools.terraform import locked_terraform
from tools.terraform_folder import without_settings

GUIDES = ROOT / "terraform-provider-signalcraft" / "docs" / "guides"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# The first line of a file says where it is.
PLACE = re.compile(r"# (\S+)\n")
SECRET = re.compile(r"\$\{\{ secrets\.(\w+) \}\}")


@pytest.fixture
def dialect() -> Dialect:
    """What Terraform sees is the same on both databases."""
    return "sqlite"


@dataclass(frozen=True)
class Reader:
    """Somebody who does what a guide says, in a folder of their own."""

    folder: Path
    server: Server
    tenant: Tenant
    environment: dict[str, str]

    def read(self, guide: str) -> list[tuple[str, str]]:
        """The blocks of a guide, each with its language, with this server's address and a key."""
        text = (GUIDES / guide).read_text(encoding="utf-8")
        text = text.replace("http://127.0.0.1:8080", self.server.url)
        return BLOCK.findall(text.replace("sck_...", self.tenant.api_key))

    def do(self, guide: str) -> str:
        """Writes every file and types every command, in one shell; returns what was printed."""
        return self.run("".join(map(_typed, self.read(guide))), self.environment)

    def run(self, script: str, environment: dict[str, str]) -> str:
        """Types a script."""
        ran = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout
        return ran.stdout


def _typed(block: tuple[str, str]) -> str:
    language, text = block
    if language == "sh":
        return text
    place = PLACE.match(text)
    assert place, text
    file = place[1]
    return f"mkdir -p $(dirname {file})\ncat > {file} <<'END OF FILE'\n{text}END OF FILE\n"


@pytest.fixture
def reader(tmp_path: Path, server: Server, tenant: Tenant, release: list[Path]) -> Reader:
    settings = tmp_path / "terraform.rc"
    settings.write_text(mirror(release, tmp_path / "mirrored"), encoding="utf-8")
    programs = [str(locked_terraform().parent), str(Path(sys.prefix, "bin")), os.environ["PATH"]]
    folder = tmp_path / "reader"
    folder.mkdir()
    for archive in release:
        (folder / archive.name).hardlink_to(archive)
    return Reader(
        folder,
        server,
        tenant,
        without_settings()
        | {
            "PATH": os.pathsep.join(programs),
            "HOME": str(tmp_path),
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": str(settings),
            "TF_CLI_ARGS": "-no-color",
            "TF_INPUT": "0",
        },
    )


def test_getting_started_ends_with_alerts_that_page_somebody(
    reader: Reader, http: httpx.Client
) -> None:
    del reader.environment["TF_CLI_CONFIG_FILE"]  # The guide writes it.
    said = reader.do("getting-started.md")
    assert "Apply complete! Resources: 4 added" in said
    assert "Apply complete! Resources: 2 added" in said
    assert "would page nobody" not in said
    [rule] = http.get("/v1/routing-rules").json()["items"]
    assert rule["name"] == "Critical alerts"


def test_an_existing_workspace_is_imported(reader: Reader, http: httpx.Client) -> None:
    ids = populate(http)
    create(http, "service", ids)
    http.post("/v1/teams", json={"name": "Payments"}).raise_for_status()
    before = http.get("/v1/changes").json()["head"]
    said = reader.do("import.md")
    assert "1 to import, 0 to add, 1 to change, 0 to destroy" in said
    assert re.search(r"Plan: \d\d to import, 0 to add, 0 to change, 0 to destroy", said)
    assert "No changes." in said
    assert http.get("/v1/changes").json()["head"] == before
    generated = (reader.folder / "on-call" / "generated.tf").read_text(encoding="utf-8")
    assert re.search(r'resource "signalcraft_team" .*name += "Payments"', generated, re.DOTALL)


def test_what_ci_plans_and_applies(
    reader: Reader, http: httpx.Client, tenant: Tenant, server: Server
) -> None:
    blocks = reader.read("ci.md")
    assert {language for language, _ in blocks} == {"hcl", "yaml"}
    reader.run("".join(map(_typed, blocks)), reader.environment)
    file = reader.folder / ".github" / "workflows" / "on-call.yml"
    subprocess.run([built(ACTIONLINT), file], cwd=reader.folder, check=True)
    workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
    keys = {
        "SIGNALCRAFT_PLAN_KEY": _key(http, "plan", ["config:read", "state:read"]),
        "SIGNALCRAFT_APPLY_KEY": tenant.api_key,
    }
    for job, expected in (("plan", "1 to add"), ("apply", "1 added"), ("plan", "No changes.")):
        assert expected in _run_job(reader, workflow, job, keys)
    [team] = http.get("/v1/teams").json()["items"]
    assert team["managed_by"]["source"] == "https://git.example.com/on-call"
    assert server.url in file.read_text(encoding="utf-8")


def _key(http: httpx.Client, name: str, scopes: list[str]) -> str:
    account = http.post("/v1/service-accounts", json={"name": name, "scopes": scopes}).json()
    made = http.post(f"/v1/service-accounts/{account['id']}/keys", json={"name": name})
    key: str = made.json()["secret"]
    return key


def _run_job(reader: Reader, workflow: dict[str, Any], job: str, keys: dict[str, str]) -> str:
    """Does the steps of a job that run commands."""
    declared = workflow["jobs"][job]
    own = {
        name: SECRET.sub(lambda found: keys[found[1]], str(value))
        for name, value in [*workflow["env"].items(), *declared["env"].items()]
    }
    steps = "\n".join(step["run"] for step in declared["steps"] if "run" in step)
    return reader.run(steps, reader.environment | own)
