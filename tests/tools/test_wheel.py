"""The command, installed from a wheel into an environment that has nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import CONFIG, EXAMPLE
from tools.stand_in import ROOT
from tools.terraform_folder import without_settings

UV = str(Path(sys.prefix, "bin", "uv"))


@pytest.fixture
def signalcraft(tmp_path: Path) -> Path:
    """The command, as `uv tool install` makes it; pipx does the same."""
    build = ["build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([UV, *build, "--out-dir", tmp_path, ROOT], check=True)
    [wheel] = tmp_path.glob("*.whl")
    folders = {"UV_TOOL_DIR": str(tmp_path / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin")}
    # uv reads none of pip's settings: hand on the index that pip was told to use.
    index = os.environ.get("PIP_INDEX_URL")
    indexes = {"UV_DEFAULT_INDEX": index} if index else {}
    install = ["tool", "install", "--quiet", "--python", sys.executable]
    # The versions that were tested; without, whatever is newest today would be.
    install += ["--constraints", str(ROOT / "requirements.txt")]
    subprocess.run(
        [UV, *install, str(wheel)], env=indexes | os.environ | folders, cwd=tmp_path, check=True
    )
    return tmp_path / "bin" / "signalcraft"


def test_the_installed_command_works(signalcraft: Path, tmp_path: Path) -> None:
    def said(*arguments: str | Path) -> str:
        ran = subprocess.run(
            [signalcraft, *arguments],
            env=without_settings() | {"COLUMNS": "200"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    assert said("--version").startswith("signalcraft ")
    tests = said("test", EXAMPLE / "payments.test.yaml", "--file", CONFIG)
    assert tests.endswith("5 tests, all as expected\n")
    plan = tmp_path / "plan.json"
    plan.write_text('{"format_version": "1.2", "complete": true, "errored": false}')
    assert said("review", plan, "--file", CONFIG).startswith("## On-call review\n")
    database = f"sqlite:///{tmp_path / 'signalcraft.db'}"
    made = said("init", "--database", database, "--owner-email", "owner@example.com")
    assert "Its API key, shown only this once:" in made
