"""The configurations that were translated from other tools: each is applied, and its alert tests
pass.
"""

import re
import shutil
from pathlib import Path

import pytest

from tests.cli.command import run
from tests.e2e.desk import succeeded
from tools.servers import Dialect, Server, Tenant
from tools.stand_in import ROOT
from tools.terraform_folder import TerraformFolder

EXAMPLES = sorted((ROOT / "examples").glob("from-*"))
WARNING = re.compile("Warning: ((?: ?[A-Za-z]+)+)")


@pytest.fixture
def dialect() -> Dialect:
    """What Terraform sees is the same on both databases."""
    return "sqlite"


def test_there_is_one_from_each_tool() -> None:
    assert [example.name.removeprefix("from-") for example in EXAMPLES] == [
        "alertmanager",
        "grafana-oncall",
        "opsgenie",
        "pagerduty",
        "squadcast",
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_it_is_applied_in_one_go_and_alerts_go_where_its_tests_say(
    example: Path, tmp_path: Path, server: Server, tenant: Tenant
) -> None:
    folder = shutil.copytree(example, tmp_path / example.name)
    terraform = TerraformFolder(folder, server.url, tenant.api_key)
    succeeded(terraform.run("fmt", "-check", "-diff"))
    applied = succeeded(terraform.run("apply", "-auto-approve"))
    assert set(WARNING.findall(applied)) <= {"This adopts the workspace"}
    assert "No changes" in succeeded(terraform.run("plan", "-detailed-exitcode"))

    tested = run("test", folder / "alerts.test.yaml", environment=terraform.environment)
    assert tested.exit_code == 0, tested.output
    assert "all as expected" in tested.stdout
    linted = run("lint", environment=terraform.environment)
    assert linted.exit_code == 0, linted.output
