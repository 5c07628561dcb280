"""Real Terraform, with the provider that was built here, against a real server."""

from pathlib import Path

import pytest

from tests.e2e.desk import Desk
from tools.servers import Dialect, Server, Tenant
from tools.terraform_folder import TerraformFolder


@pytest.fixture
def dialect() -> Dialect:
    """What Terraform sees is the same on both databases; the API's own tests run on both."""
    return "sqlite"


@pytest.fixture
def desk(tmp_path: Path, server: Server, tenant: Tenant) -> Desk:
    """A folder of configuration for the test's workspace."""
    return Desk(TerraformFolder(tmp_path, server.url, tenant.api_key))
