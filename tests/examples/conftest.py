"""`examples/monitoring-config` in a repository of its own, with a real server."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples.checkout import EXAMPLE, Checkout, approve
from tools.programs import BIN
from tools.provider_mirror import settings_file
from tools.servers import Dialect, Server, Tenant
from tools.terraform_folder import without_settings


@pytest.fixture
def dialect() -> Dialect:
    """What scripts see is the same on both databases."""
    return "sqlite"


@pytest.fixture
def checkout(tmp_path: Path, server: Server, tenant: Tenant) -> Iterator[Checkout]:
    """A clone with a bare repository as its origin; temporary files are in a folder of the test's,
    in which nothing may be left.
    """
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    folder = tmp_path / "monitoring-config"
    shutil.copytree(EXAMPLE, folder)
    path = os.pathsep.join([str(Path(sys.prefix, "bin")), str(BIN), os.environ["PATH"]])
    checkout = Checkout(
        folder,
        without_settings()
        | {
            "PATH": path,
            "HOME": str(tmp_path),
            "TMPDIR": str(temporary),
            "CHECKPOINT_DISABLE": "1",
            "RETRY_SECONDS": "0",
            "TF_CLI_CONFIG_FILE": str(settings_file(tmp_path / "mirror")),
            "SIGNALCRAFT_ENDPOINT": server.url,
            "SIGNALCRAFT_API_KEY": tenant.api_key,
        },
    )
    checkout.git("init", "--quiet", "--initial-branch=main")
    checkout.git("add", "--all")
    checkout.git("commit", "--quiet", "--message", "Begin")
    checkout.git("init", "--quiet", "--bare", "../origin.git")
    checkout.git("remote", "add", "origin", "../origin.git")
    checkout.git("push", "--quiet", "origin", "main")
    yield checkout
    left = [file.name for file in temporary.iterdir() if not file.name.startswith("plugin")]
    assert left == [], "plans hold secrets"


@pytest.fixture
def applied(checkout: Checkout) -> Checkout:
    """The example, applied."""
    checkout.succeed("plan")
    approve(checkout)
    checkout.succeed("apply", APPROVED="approved.json")
    return checkout
