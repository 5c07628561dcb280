"""A machine's own program is used when it is new enough; else what stands in for it."""

from pathlib import Path

import pytest

import tools.go
import tools.kubectl
import tools.terraform
from tools.go import go
from tools.kubectl import kubectl
from tools.programs import BIN
from tools.terraform import terraform, terraform_version


@pytest.fixture
def folder_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


@pytest.fixture
def stand_in(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("stand-in")
    for module in (tools.go, tools.kubectl, tools.terraform):
        monkeypatch.setattr(module, "stand_in", lambda _tool, _instead: folder)
    return folder


def write_program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("version", ["1.11.0", "1.11.0-beta1", "1.15.5", "2.0.0"])
def test_a_new_enough_terraform_on_path_is_used(folder_on_path: Path, version: str) -> None:
    script = f"""echo '{{"terraform_version": "{version}"}}'"""
    machines_own = write_program(folder_on_path / "terraform", script)
    assert terraform() == machines_own


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("""echo '{"terraform_version": "1.10.9"}'""", id="too old"),
        pytest.param("echo no version is set >&2; exit 1", id="a shim without a version"),
        pytest.param("echo Terraform v0.11.0", id="older than -json"),
    ],
)
def test_another_terraform_on_path_is_passed_by(
    folder_on_path: Path, stand_in: Path, script: str
) -> None:
    write_program(folder_on_path / "terraform", script)
    assert terraform() == stand_in / "bin" / "terraform"


@pytest.mark.parametrize("version", ["go1.26", "go1.26.8", "go1.27rc1"])
def test_a_new_enough_go_on_path_is_used(folder_on_path: Path, version: str) -> None:
    machines_own = write_program(folder_on_path / "go", f"echo {version}")
    assert go() == machines_own


@pytest.mark.parametrize("script", ["echo go1.25.9", "exit 2"])
def test_another_go_on_path_is_passed_by(folder_on_path: Path, stand_in: Path, script: str) -> None:
    write_program(folder_on_path / "go", script)
    assert go() == stand_in / "go" / "bin" / "go"


@pytest.mark.parametrize("minor", ["35", "36", "37+"])
def test_a_new_enough_kubectl_on_path_is_used(folder_on_path: Path, minor: str) -> None:
    script = f"""echo '{{"clientVersion": {{"major": "1", "minor": "{minor}"}}}}'"""
    machines_own = write_program(folder_on_path / "kubectl", script)
    assert kubectl() == machines_own


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("""echo '{"clientVersion": {"major": "1", "minor": "34"}}'""", id="too old"),
        pytest.param("echo no version is set >&2; exit 1", id="a shim without a version"),
    ],
)
def test_another_kubectl_on_path_is_passed_by(
    folder_on_path: Path, stand_in: Path, script: str
) -> None:
    write_program(folder_on_path / "kubectl", script)
    assert kubectl() == stand_in / "bin" / "kubectl"


def test_what_was_set_up_is_not_taken_for_the_machines_own(
    monkeypatch: pytest.MonkeyPatch, stand_in: Path
) -> None:
    monkeypatch.setenv("PATH", str(BIN))
    assert terraform() == stand_in / "bin" / "terraform"


def test_the_terraform_that_was_set_up_runs() -> None:
    assert terraform_version(BIN / "terraform") >= tools.terraform.OLDEST
