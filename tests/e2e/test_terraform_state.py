"""Real Terraform and OpenTofu, which keep their state on the server."""

import json
import re
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from signalcraft.store.db.database import Database
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import terraform_run
from tests.cli.command import run
from tests.e2e.command_lines import COMMAND_LINES
from tests.e2e.desk import PROVIDER, failed, one_line, succeeded
from tools.servers import Server, Tenant
from tools.terraform_folder import Ran, TerraformFolder

BACKEND = """\
terraform {{
  backend "http" {{
    address        = "{url}/v1/terraform/states/{name}"
    lock_address   = "{url}/v1/terraform/states/{name}/lock"
    unlock_address = "{url}/v1/terraform/states/{name}/lock"
    lock_method    = "POST"
    unlock_method  = "DELETE"
  }}
}}
"""
TEAM = 'resource "signalcraft_team" "team" {{ name = "{}" }}\n'


@dataclass(frozen=True)
class Workplace:
    """A folder whose state is on the server."""

    terraform: TerraformFolder
    url: str
    name: str = "monitoring-config"

    def run(self, *arguments: str) -> Ran:
        return self.terraform.run(*arguments)

    def write(self, resources: str) -> None:
        backend = BACKEND.format(url=self.url, name=self.name)
        file = self.terraform.folder / "main.tf"
        file.write_text(backend + PROVIDER + resources, encoding="utf-8")


def workplace(folder: Path, server: Server, tenant: Tenant) -> Workplace:
    folder.mkdir(exist_ok=True)
    terraform = TerraformFolder(folder, server.url, tenant.api_key)
    terraform.environment |= {
        "TF_HTTP_USERNAME": "https://ci.example.com/runs/7",
        "TF_HTTP_PASSWORD": tenant.api_key,
    }
    return Workplace(terraform, server.url)


@pytest.fixture(params=COMMAND_LINES)
def desk(
    request: pytest.FixtureRequest, tmp_path: Path, server: Server, tenant: Tenant
) -> Workplace:
    desk = workplace(tmp_path / "desk", server, tenant)
    desk.terraform.program = COMMAND_LINES[request.param]()
    return desk


def explained(http: httpx.Client) -> Any:
    return http.get("/v1/terraform/states/monitoring-config/why").json()


def begin(desk: Workplace, resources: str) -> None:
    """Uses the backend without installing the provider, which comes from this checkout."""
    desk.write("")
    backend = BACKEND.format(url=desk.url, name=desk.name)
    (desk.terraform.folder / "main.tf").write_text(backend, encoding="utf-8")
    succeeded(desk.run("init"))
    desk.write(resources)


def test_terraform_keeps_its_state_on_the_server(desk: Workplace, http: httpx.Client) -> None:
    begin(desk, TEAM.format("Payments"))
    succeeded(desk.run("plan"))
    succeeded(desk.run("apply", "-auto-approve"))
    assert not list(desk.terraform.folder.glob("*.tfstate*"))
    assert "No changes." in succeeded(desk.run("plan"))
    desk.write(TEAM.format("Billing"))
    succeeded(desk.run("apply", "-auto-approve"))
    succeeded(desk.run("apply", "-destroy", "-auto-approve"))
    [*history] = http.get("/v1/terraform/states/monitoring-config/versions").json()["items"]
    assert [(entry["number"], entry["operation"]) for entry in history] == [
        (3, "apply"),
        (2, "apply"),
        (1, "apply"),
    ]
    assert history[0]["url"] == "https://ci.example.com/runs/7"
    explanation = explained(http)
    assert explanation["state"]["lock"] is None
    assert explanation["unsaved"] is explanation["refusal"] is None


OPERATIONS = {
    ("plan",): "OperationTypePlan",
    ("apply", "-auto-approve"): "OperationTypeApply",
    ("apply", "-refresh-only", "-auto-approve"): "OperationTypeApply",
    ("refresh",): "OperationTypeRefresh",
    ("state", "rm", "signalcraft_team.team"): "state-rm",
    ("state", "mv", "signalcraft_team.team", "signalcraft_team.other"): "state-mv",
    ("state", "push", "pushed.tfstate"): "state-push",
    ("state", "replace-provider", "-auto-approve", "a/b", "c/d"): "state-replace-provider",
    ("taint", "signalcraft_team.team"): "taint",
    ("import", "signalcraft_team.new", "team_01h455vb4pex5vsknk084sn02q"): "OperationTypeInvalid",
}


_LATEST = Statement(select(terraform_run.c.operation).order_by(terraform_run.c.id.desc()).limit(1))


def test_the_words_for_what_terraform_does_are_those_that_the_server_knows(
    desk: Workplace, server: Server
) -> None:
    begin(desk, TEAM.format("Payments") + 'resource "signalcraft_team" "new" { name = "New" }\n')
    succeeded(desk.run("apply", "-auto-approve"))
    (desk.terraform.folder / "pushed.tfstate").write_text(desk.run("state", "pull").output)
    with closing(Database(server.database_url)) as database:
        for arguments, word in OPERATIONS.items():
            desk.run(*arguments)
            assert database.connection().one(_LATEST) == (word,), arguments


def test_of_two_applies_at_once_the_second_is_told_who_holds_the_lock(
    desk: Workplace, http: httpx.Client
) -> None:
    begin(desk, TEAM.format("Payments"))
    lock = "/v1/terraform/states/monitoring-config/lock"
    holder = {"ID": "the-key-to-it", "Operation": "OperationTypeApply", "Who": "grace@runner"}
    assert http.post(lock, json=holder).status_code == 200
    said = failed(desk.run("apply", "-auto-approve"))
    assert "held by the service account 'admin' for grace@runner (apply) since" in said
    assert "If the Lock Info below names you, it is your own, not the holder's." in said
    # An old Terraform prints its own lock there, a newer one and OpenTofu the holder's.
    assert "Operation: OperationTypeApply" in said
    assert "the-key-to-it" not in said
    assert http.request("DELETE", lock, json=holder).status_code == 200
    succeeded(desk.run("apply", "-auto-approve"))


def test_a_lock_is_released_by_force(desk: Workplace, http: httpx.Client) -> None:
    begin(desk, TEAM.format("Payments"))
    lock = "/v1/terraform/states/monitoring-config/lock"
    assert http.post(lock, json={"ID": "dead", "Operation": "x", "Who": "y"}).status_code == 200
    run_id = explained(http)["state"]["lock"]["run_id"]
    if desk.terraform.program.name == "tofu":  # Terraform doesn't say which lock it means.
        failed(desk.run("force-unlock", "-force", run_id[:-4] + "0000"))
        assert "The lock has changed hands." in explained(http)["refusal"]["detail"]
    succeeded(desk.run("force-unlock", "-force", run_id))
    assert explained(http)["state"]["lock"] is None


def test_a_local_state_moves_to_the_server(desk: Workplace, http: httpx.Client) -> None:
    main = desk.terraform.folder / "main.tf"
    main.write_text('resource "terraform_data" "kept" { input = "1" }\n', encoding="utf-8")
    succeeded(desk.run("apply", "-auto-approve"))
    before = json.loads((desk.terraform.folder / "terraform.tfstate").read_text())
    # Something else is on the server already: moving there is what a person decides.
    other = {"version": 4, "serial": 9, "lineage": "other", "outputs": {}, "resources": []}
    stored = http.post("/v1/terraform/states/monitoring-config", json=other)
    assert stored.status_code == 200
    text = BACKEND.format(url=desk.url, name=desk.name) + main.read_text()
    main.write_text(text, encoding="utf-8")
    succeeded(desk.run("init", "-migrate-state", "-force-copy"))
    moved = http.get("/v1/terraform/states/monitoring-config").json()
    assert moved["resources"] == before["resources"]
    history = http.get("/v1/terraform/states/monitoring-config/versions").json()["items"]
    assert history[0]["operation"] == "migration destination state"


def test_a_state_is_pushed_by_force_and_restored(desk: Workplace, http: httpx.Client) -> None:
    begin(desk, TEAM.format("Payments"))
    succeeded(desk.run("apply", "-auto-approve"))
    good = json.loads(desk.run("state", "pull").output)
    empty = good | {"resources": [], "lineage": "another", "serial": 1}
    (desk.terraform.folder / "empty.json").write_text(json.dumps(empty), encoding="utf-8")
    said = failed(desk.run("state", "push", "empty.json"))
    assert "lineage" in said
    succeeded(desk.run("state", "push", "-force", "empty.json"))
    assert json.loads(desk.run("state", "pull").output)["resources"] == []
    restored = http.post("/v1/terraform/states/monitoring-config/versions/1/restore")
    assert restored.status_code == 201
    assert "No changes." in one_line(succeeded(desk.run("plan")))
    assert json.loads(desk.run("state", "pull").output)["resources"] == good["resources"]


# What takes the lock away in the middle of an apply, as a person might who believes it has died.
INTERFERE = """
import httpx
lock = "{url}/v1/terraform/states/{name}/lock"
with httpx.Client(headers={{"Authorization": "Bearer {key}"}}) as http:
    http.delete(lock).raise_for_status()
    holder = {{"ID": "second", "Operation": "OperationTypePlan", "Who": "grace@laptop"}}
    http.post(lock, json=holder).raise_for_status()
"""
LOSING = """\
resource "terraform_data" "interfere" {{
  depends_on = [signalcraft_team.team]
  provisioner "local-exec" {{ command = "{command}" }}
}}
"""


@pytest.fixture
def lost(desk: Workplace, http: httpx.Client, tenant: Tenant) -> Workplace:
    """A desk where an apply has created a team and could not save the state."""
    script = desk.terraform.folder / "interfere.py"
    script.write_text(INTERFERE.format(url=desk.url, name=desk.name, key=tenant.api_key))
    losing = LOSING.format(command=f"{sys.executable} {script.name}")
    begin(desk, TEAM.format("Payments") + losing)
    said = failed(desk.run("apply", "-auto-approve"))
    assert "HTTP error: 409" in said
    assert (desk.terraform.folder / "errored.tfstate").exists()
    second = {"ID": "second"}
    lock = "/v1/terraform/states/monitoring-config/lock"
    assert http.request("DELETE", lock, json=second).status_code == 200
    return desk


def test_after_an_apply_that_could_not_save_the_errored_state_is_pushed(
    lost: Workplace, http: httpx.Client
) -> None:
    lost.write(TEAM.format("Payments"))
    said = failed(lost.run("apply", "-auto-approve"))
    assert "Applies are refused, since they could create objects a second time." in said
    assert "signalcraft state why monitoring-config" in said
    mark = explained(http)["unsaved"]
    assert mark["operation"] == "apply"
    assert "held by the service account 'admin' for grace@laptop (plan)" in mark["detail"]
    succeeded(lost.run("state", "push", "errored.tfstate"))
    said = succeeded(lost.run("apply", "-auto-approve"))
    assert "0 added, 0 changed" in said
    assert [team["name"] for team in http.get("/v1/teams").json()["items"]] == ["Payments"]


def test_without_the_errored_state_what_it_lacks_is_imported(
    lost: Workplace, http: httpx.Client
) -> None:
    (lost.terraform.folder / "errored.tfstate").unlink()
    environment = {
        "SIGNALCRAFT_ENDPOINT": lost.url,
        "SIGNALCRAFT_API_KEY": lost.terraform.environment["SIGNALCRAFT_API_KEY"],
    }
    why = run("state", "why", "monitoring-config", environment=environment).stdout
    [block] = re.findall(r"^import \{.*?^\}", why, re.MULTILINE | re.DOTALL)
    imports = block.replace("signalcraft_team.payments", "signalcraft_team.team")
    lost.write(TEAM.format("Payments") + imports)
    assert run("state", "resume", "monitoring-config", environment=environment).exit_code == 0
    said = succeeded(lost.run("apply", "-auto-approve"))
    assert "1 imported, 0 added" in said
    assert [team["name"] for team in http.get("/v1/teams").json()["items"]] == ["Payments"]
    assert explained(http)["missing"] == []
