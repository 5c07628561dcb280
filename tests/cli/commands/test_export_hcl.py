"""`signalcraft export --format hcl`, as far as it takes no Terraform."""

from pathlib import Path

import pytest

from signalcraft.client import Client
from signalcraft.model.team import Team
from tests.cli.command import CONFIG, refused, run
from tools.servers import Server, Tenant

HCL = ("--format", "hcl")


@pytest.fixture
def where(server: Server, tenant: Tenant) -> tuple[str, ...]:
    """The workspace in its database, with the example's configuration."""
    where = ("--database", server.database_url, "--workspace", tenant.workspace_id)
    assert run("import", CONFIG, *where).exit_code == 0
    return where


def files(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.iterdir()}


def test_a_server_and_its_database_give_the_same_files(
    where: tuple[str, ...], server: Server, tenant: Tenant, tmp_path: Path
) -> None:
    done = run("export", tmp_path / "database", *HCL, *where)
    assert done.exit_code == 0, done.output
    key = {"SIGNALCRAFT_API_KEY": tenant.api_key}
    run("export", tmp_path / "server", *HCL, "--endpoint", server.url, environment=key)
    assert files(tmp_path / "database") == files(tmp_path / "server")
    written = files(tmp_path / "server")
    assert {"terraform.tf", "imports.tf", "users.tf", "routing_rules.tf"} <= set(written)
    assert "sck_" not in "".join(written.values())
    imported = written["imports.tf"].count("import {")
    assert f"Wrote {imported} resources" in done.stdout


def test_what_kubernetes_manages_is_left_out_and_named(
    where: tuple[str, ...], server: Server, tenant: Tenant, tmp_path: Path
) -> None:
    with Client(server.url, tenant.api_key, manager="kubernetes/c/n/p") as operator:
        operator.create(Team(name="Theirs"))
    done = run("export", tmp_path / "hcl", *HCL, *where)
    assert "another tool manages them: 'Theirs'." in done.stderr
    assert "Theirs" not in "".join(files(tmp_path / "hcl").values())


def test_nothing_is_overwritten(where: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "teams.tf").write_text("precious")
    said = refused("export", tmp_path, *HCL, *where)
    assert said == f"Error: {tmp_path / 'teams.tf'} already exists. Nothing was written.\n"
    assert files(tmp_path) == {"teams.tf": "precious"}
    assert "is a folder" in refused("export", tmp_path, *where)
