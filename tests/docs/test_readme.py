"""README.md's first use, typed as it stands there."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.page import blocks
from tools.stand_in import ROOT
from tools.terraform_folder import without_settings

_, SERVE, FIRST_USE = blocks("README.md", "sh")
ENVIRONMENT = without_settings() | {"CHECKPOINT_DISABLE": "1", "SIGNALCRAFT_PORT": "0"}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The checkout as README's reader finds it, with room beside it and no server's data in it."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in (".cache", ".venv", "Makefile", "examples"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.fixture
def served(checkout: Path) -> Iterator[tuple[str, str]]:
    """The address and the key that `make serve` prints; all is installed already."""
    assert SERVE == "make setup\nmake serve\n"
    with subprocess.Popen(
        ["make", "--assume-old=.venv/installed", "serve"],
        cwd=checkout,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as server:
        try:
            yield _told(server)
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def test_the_first_use_ends_with_who_is_on_call(checkout: Path, served: tuple[str, str]) -> None:
    url, key = served
    typed = FIRST_USE.replace("http://127.0.0.1:8080", url).replace("sck_...", key)
    ran = subprocess.run(
        ["bash", "-ec", typed],
        cwd=checkout,
        env=ENVIRONMENT,
        input="yes\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Apply complete! Resources: 6 added" in ran.stdout
    answer = ran.stdout.partition("Apply complete!")[2]
    assert "Database primary" in answer
    assert "Ada Example" in answer or "Grace Example" in answer


def _told(server: subprocess.Popen[str]) -> tuple[str, str]:
    assert server.stdout is not None
    said = ""
    while "answers at" not in said:
        line = server.stdout.readline()
        assert line, said
        said += line
    key = re.search(r"^sck_\w+$", said, re.MULTILINE)
    url = re.search(r"answers at (http\S+)", said)
    assert key, said
    assert url, said
    return url[1], key[0]
