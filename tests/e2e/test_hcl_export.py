"""`signalcraft export --format hcl`: what real Terraform and OpenTofu make of it."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from signalcraft.model.kinds import KINDS
from tests.bodies import create, populate
from tests.cli.command import run
from tests.e2e.command_lines import COMMAND_LINES
from tests.e2e.desk import succeeded
from tests.strategies import bodies
from tools.programs import BIN
from tools.servers import Server, Tenant
from tools.terraform_folder import TerraformFolder

# Every example is a workspace, and a run of Terraform.
FEW = settings(
    suppress_health_check=list(HealthCheck),
    deadline=None,
    max_examples=6,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
PLAN = re.compile(r"Plan: (\d+) to import, (\d+) to add, (\d+) to change, (\d+) to destroy")


def exported(server: Server, tenant: Tenant, folder: Path) -> None:
    key = {"SIGNALCRAFT_API_KEY": tenant.api_key}
    options = ("--format", "hcl", "--endpoint", server.url)
    done = run("export", folder, *options, environment=key)
    assert done.exit_code == 0, done.output


def planned(server: Server, tenant: Tenant, folder: Path, program: Path) -> tuple[int, ...]:
    """What is imported, added, changed and destroyed, by the plan of a well-formed configuration."""
    terraform = TerraformFolder(folder, server.url, tenant.api_key)
    terraform.program = program
    succeeded(terraform.run("fmt", "-check", "-diff"))
    said = succeeded(terraform.run("plan"))
    found = PLAN.search(said)
    assert found, said
    return tuple(map(int, found.groups()))


def count(http: httpx.Client) -> int:
    """How many resources the workspace has, itself included."""
    return 1 + sum(
        len(http.get(f"/v1/{kind.path}", params={"limit": 1000}).json()["items"])
        for kind in KINDS.values()
        if not kind.singleton
    )


@pytest.mark.parametrize("cli", COMMAND_LINES)
@FEW
@given(data=st.data())
def test_a_plan_of_any_workspace_only_imports(
    server: Server, cli: str, data: st.DataObject
) -> None:
    tenant = server.new_tenant()
    with server.http(tenant) as http, TemporaryDirectory() as name:
        worlds = [populate(http, each) for each in ("One", "Two")]
        existing = {kind: [ids[kind] for ids in worlds] for kind in worlds[0]}
        for kind in reversed(tuple(KINDS.values())):
            for _ in range(1 if kind.singleton else 2):
                body = data.draw(bodies(kind, existing))
                if kind.singleton:
                    http.put(f"/v1/{kind.path}", json=body).raise_for_status()
                else:
                    http.post(f"/v1/{kind.path}", json=body)
        folder = Path(name, "configuration")
        exported(server, tenant, folder)
        assert planned(server, tenant, folder, COMMAND_LINES[cli]()) == (count(http), 0, 0, 0)


HOSTILE = [
    '${file("/etc/passwd")}',
    "%{ if true }yes%{ endif }",
    "$${escaped} $$${three} %%{percent} $$$${four}",
    'a "quoted" back\\slash \\${x}',
    "line one\nline two\n",
    "EOT\nEOT\n  EOT_\n${heredoc}\n",
    "ends with a dollar $\nand a percent %\n{brace}\n",
    "\ttab\r\ncarriage return\r\n",
    "\u2028 separator \u0007 bell \U000e0001",
    "e\u0301 composed, 数据库, 🧑‍🚒",
    "  leading\n  spaces\n",
    "trailing space \n\n\n",
]


@pytest.mark.parametrize("cli", COMMAND_LINES)
def test_no_text_is_taken_for_a_template_and_no_labels_collide(
    server: Server, cli: str, tmp_path: Path
) -> None:
    tenant = server.new_tenant()
    with server.http(tenant) as http:
        for number, text in enumerate(HOSTILE):
            body = {"name": f"Database {number}", "description": text, "member_ids": []}
            http.post("/v1/teams", json=body).raise_for_status()
        # Names of which the same label would be made, and such that make none.
        for name in ("a b", "a-b", "A B", "a b 2", "9 lives", "数据库", "团队", "Größe"):
            http.post("/v1/teams", json={"name": name}).raise_for_status()
        policy = {"metric": "m", "operator": "gt", "threshold": 0.1}
        labels = {"plain": "${x}", "with space": "%{y}", "for": "1", "größe": "2", "a.b": "3"}
        http.post(
            "/v1/alert-policies",
            json={
                "name": "Labels",
                "severity": "info",
                "conditions": [policy | {"labels": labels, "for_minutes": 1}],
            },
        )
        exported(server, tenant, tmp_path / "hcl")
        assert planned(server, tenant, tmp_path / "hcl", COMMAND_LINES[cli]()) == (
            count(http),
            0,
            0,
            0,
        )
    labels_of_teams = re.findall(
        r'"signalcraft_team" "(\w+)"', (tmp_path / "hcl/teams.tf").read_text()
    )
    assert {"a_b", "a_b_2", "a_b_3", "a_b_2_2", "_9_lives", "team", "team_2"} <= set(
        labels_of_teams
    )


def test_references_are_references_and_what_is_left_out_stays_an_id(
    server: Server, tenant: Tenant, http: httpx.Client, tmp_path: Path
) -> None:
    ids = populate(http)
    create(http, "service", ids)
    kubernetes = {"SignalCraft-Manager": "kubernetes/test/default/policy"}
    theirs = {"name": "Theirs", "member_ids": []}
    http.post("/v1/teams", json=theirs, headers=kubernetes).raise_for_status()
    marked = http.delete(f"/v1/users/{ids['user']}", params={"when_unreferenced": "true"})
    assert marked.status_code == 202
    exported(server, tenant, tmp_path / "hcl")
    text = "\n".join(file.read_text() for file in sorted((tmp_path / "hcl").glob("*.tf")))
    assert "escalation_policy_id = signalcraft_escalation_policy." in text
    assert "Theirs" not in text
    assert f'"{ids["user"]}"' in text
    assert "sck_" not in text
    # All others are mentioned by id in imports.tf alone.
    without_imports = text.replace((tmp_path / "hcl/imports.tf").read_text(), "")
    assert set(re.findall(r"\b(?:user|team|sched|esc|svc|sa)_[0-9a-z]{26}", without_imports)) == {
        ids["user"]
    }
    assert planned(server, tenant, tmp_path / "hcl", BIN / "terraform") == (
        count(http) - 2,
        0,
        0,
        0,
    )
