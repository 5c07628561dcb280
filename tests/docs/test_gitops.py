"""docs/gitops.md, done as it is written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from signalcraft.client import Client
from signalcraft.model.service_account import ServiceAccount
from tests.docs.page import blocks
from tests.e2e.desk import QUICKSTART
from tools.programs import BIN
from tools.servers import Dialect, Server, Tenant
from tools.stand_in import ROOT
from tools.terraform_folder import TerraformFolder

PAGE = "docs/gitops.md"
REVIEW, TEST, APPROVED, SAME, PROVE, TRUST = blocks(PAGE, "sh")
[PROVED] = blocks(PAGE, "console")
[SHOWN] = blocks(PAGE, "markdown")
REVIEWS = ROOT / "tests" / "e2e" / "reviews"
TESTS = """\
tests:
  - name: Every alert pages whoever is on call
    at: 2026-03-25T10:00:00Z
    alerts:
      - severity: critical
    expect:
      policy: Database SRE Policy
"""


@pytest.fixture
def dialect() -> Dialect:
    return "sqlite"


def test_what_the_page_says_works(server: Server, tenant: Tenant, tmp_path: Path) -> None:
    terraform = TerraformFolder(tmp_path, server.url, tenant.api_key)
    (tmp_path / "main.tf").write_text(QUICKSTART, encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "database.test.yaml").write_text(TESTS, encoding="utf-8")
    path = os.pathsep.join([str(Path(sys.prefix, "bin")), str(BIN), os.environ["PATH"]])

    def typed(block: str) -> str:
        ran = subprocess.run(
            ["bash", "-ec", block],
            cwd=tmp_path,
            env=terraform.environment | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, (block, ran.stdout, ran.stderr)
        return ran.stdout + ran.stderr

    assert "## On-call review" in typed(REVIEW)
    assert "1 test, all as expected" in typed(TEST)
    typed(SAME)
    assert "This is the plan that was approved: sha256:" in typed(APPROVED)
    assert typed(PROVE).endswith(PROVED)


def test_the_review_that_is_shown_is_a_real_one() -> None:
    assert SHOWN in (REVIEWS / "a-person-joins.md").read_text(encoding="utf-8")


def test_ci_is_let_in_as_the_page_says(server: Server, tenant: Tenant, client: Client) -> None:
    for name in ("plans", "applies"):
        client.create(ServiceAccount(name=name, scopes=("config:read",)))
    environment = os.environ | {
        "PATH": f"{Path(sys.prefix, 'bin')}:/usr/bin:/bin",
        "SIGNALCRAFT_ENDPOINT": server.url,
        "SIGNALCRAFT_API_KEY": tenant.api_key,
    }
    ran = subprocess.run(
        ["bash", "-ec", TRUST], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.count("In the job, set SIGNALCRAFT_TRUST=trust_") == 2
