"""Real Terraform, with the provider that was built here, against a real server."""

from pathlib import Path

import pytest

from tests.e2e.command_lines import COMMAND_LINES
from tests.e2e.desk import Desk
from tools.servers import Dialect, Server, Tenant
from tools.terraform_folder import TerraformFolder


@pytest.fixture
def dialect() -> Dialect:
    """What Terraform sees is the same on both databases; the API's own tests run on both."""
    return "sqlite"


@pytest.fixture
def command_line() -> str:
    """What people run the provider with, one of `COMMAND_LINES`; tests for others ask for them."""
    return "terraform"


@pytest.fixture
def desk(tmp_path: Path, server: Server, tenant: Tenant, command_line: str) -> Desk:
    """A folder of configuration for the test's workspace."""
    terraform = TerraformFolder(tmp_path, server.url, tenant.api_key)
    terraform.program = COMMAND_LINES[command_line]()
    return Desk(terraform)
