"""The provider as people install it: from a mirror by `init`, in Terraform, old and new, and OpenTofu."""

import hashlib
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.e2e.command_lines import COMMAND_LINES
from tests.e2e.desk import failed, succeeded
from tests.e2e.test_terraform_state import BACKEND
from tools.go import go, go_platform
from tools.provider_mirror import mirror
from tools.provider_release import check
from tools.servers import Server, Tenant
from tools.terraform import terraform_version
from tools.terraform_folder import TerraformFolder

# The first release that can query.
QUERIES = (1, 14)
REQUIRED = """\
terraform {
  required_providers {
    signalcraft = {
      source  = "signalcraft/signalcraft"
      version = "~> 0.0"
    }
  }
}

"""
MODULE = (
    REQUIRED
    + """\
variable "name" {
  type = string
}

resource "signalcraft_user" "person" {
  email = "ada@example.com"
  name  = "Ada"
  role  = "responder"
}

resource "signalcraft_team" "team" {
  name       = var.name
  member_ids = [signalcraft_user.person.id]
}

output "id" {
  value = signalcraft_team.team.id
}
"""
)
ROOT = (
    REQUIRED
    + """\
module "database" {
  source = "./modules/team"
  name   = "NAME"
}

resource "signalcraft_service_account" "ci" {
  name   = "ci"
  scopes = ["config:read"]
}

ephemeral "signalcraft_api_key_material" "ci" {}

resource "signalcraft_service_account_key" "ci" {
  service_account_id = signalcraft_service_account.ci.id
  name               = "ci"
  secret_wo          = ephemeral.signalcraft_api_key_material.ci.secret
  secret_wo_version  = 1
}

data "signalcraft_teams" "all" {
  depends_on = [module.database]
}

check "team" {
  assert {
    condition     = data.signalcraft_teams.all.by_name["NAME"].id == module.database.id
    error_message = "The team is missing."
  }
}
"""
)
QUERY = """\
list "signalcraft_team" "all" {
  provider = signalcraft
}
"""


@pytest.fixture(params=COMMAND_LINES)
def cli(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    server: Server,
    tenant: Tenant,
    release: list[Path],
) -> TerraformFolder:
    """A folder in which one of the command lines installs the release from a mirror."""
    installation = mirror(release, tmp_path / "mirror")
    folder = tmp_path / "configuration"
    folder.mkdir()
    terraform = TerraformFolder(folder, server.url, tenant.api_key, installation)
    terraform.program = COMMAND_LINES[request.param]()
    terraform.environment |= {"TF_HTTP_USERNAME": "ci", "TF_HTTP_PASSWORD": tenant.api_key}
    module = folder / "modules" / "team"
    module.mkdir(parents=True)
    (module / "main.tf").write_text(MODULE, encoding="utf-8")
    backend = BACKEND.format(url=server.url, name="installed")
    (folder / "backend.tf").write_text(backend, encoding="utf-8")
    return terraform


def test_a_release_is_in_the_form_that_registries_read(release: list[Path]) -> None:
    check()
    platform = go_platform(go())
    [archive] = release
    assert archive.name == f"terraform-provider-signalcraft_0.0.1_{platform}.zip"
    with zipfile.ZipFile(archive) as packed:
        assert "terraform-provider-signalcraft_v0.0.1" in packed.namelist()
    sums = (archive.parent / "terraform-provider-signalcraft_0.0.1_SHA256SUMS").read_text("utf-8")
    assert hashlib.sha256(archive.read_bytes()).hexdigest() in sums
    assert "terraform-provider-signalcraft_0.0.1_manifest.json" in sums


def test_init_installs_the_provider_and_a_life_with_it_works(
    cli: TerraformFolder, http: httpx.Client
) -> None:
    _write(cli, "Database")
    assert "signalcraft/signalcraft v0.0.1" in succeeded(cli.run("init"))
    succeeded(cli.run("apply", "-auto-approve"))
    assert "No changes" in succeeded(cli.run("plan"))
    _write(cli, "Databases")
    assert "1 changed" in succeeded(cli.run("apply", "-auto-approve"))
    assert [team["name"] for team in http.get("/v1/teams").json()["items"]] == ["Databases"]
    _write(cli, "")
    said = failed(cli.run("plan"))
    assert "Not accepted: name" in said
    assert "Must have between 1 and 400 characters" in said
    _write(cli, "Databases")
    _query(cli)
    succeeded(cli.run("destroy", "-auto-approve"))
    assert http.get("/v1/teams").json()["items"] == []


def _write(cli: TerraformFolder, name: str) -> None:
    (cli.folder / "main.tf").write_text(ROOT.replace("NAME", name), encoding="utf-8")


def _query(cli: TerraformFolder) -> None:
    """Has the configuration of what there is written, where the command line can do that."""
    if cli.program.name == "tofu" or terraform_version(cli.program) < QUERIES:
        return
    query = cli.folder / "all.tfquery.hcl"
    query.write_text(QUERY, encoding="utf-8")
    succeeded(cli.run("query", "-generate-config-out=generated.tf"))
    generated = cli.folder / "generated.tf"
    text = generated.read_text(encoding="utf-8")
    assert 'resource "signalcraft_team"' in text
    assert '"Databases"' in text
    assert "import {" in text
    generated.unlink()
    query.unlink()
