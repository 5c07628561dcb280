"""`make demo`, run as a person runs it."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tools.stand_in import ROOT
from tools.terraform_folder import SOCKETS

DEMO = [sys.executable, "-m", "tools.demo"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A person's own settings, none of which may play a part; temporary files are the test's."""
    return {
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "PATH": "/usr/bin:/bin",
        "SIGNALCRAFT_API_KEY": "sck_of_another_server",
        "SIGNALCRAFT_DATABASE": "sqlite:///nowhere/else.db",
        "TF_CLI_CONFIG_FILE": "/nonexistent/terraformrc",
        "TF_CLI_ARGS": "-no-such-option",
        "TF_LOG": "TRACE",
    }


@pytest.mark.parametrize("time", ["first", "second"])
def test_the_demo_shows_what_it_promises(
    tmp_path: Path, environment: dict[str, str], time: str
) -> None:
    ran = subprocess.run(
        DEMO, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, (time, ran.stdout, ran.stderr)
    for shown in (
        "Apply complete! Resources: 6 added, 0 changed, 0 destroyed.",
        "No changes. Your infrastructure matches the configuration.",
        "+ delay_minutes = 15",
        "Apply complete! Resources: 0 added, 1 changed, 0 destroyed.",
        "minute 15: Ada Example and Grace Example",
        "Destroy complete! Resources: 6 destroyed.",
    ):
        assert shown in ran.stdout
    assert "\x1b" not in ran.stdout, "colours are for terminals"
    assert max(map(len, ran.stdout.splitlines())) <= 80
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("moment", ["signalcraft init", "answers at", "terraform apply"])
def test_an_interrupted_demo_leaves_nothing(
    tmp_path: Path, environment: dict[str, str], moment: str
) -> None:
    environment["PYTHONUNBUFFERED"] = "1"
    with subprocess.Popen(
        DEMO, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout is not None
        next(line for line in demo.stdout if moment in line)
        started = psutil.Process(demo.pid).children(recursive=True)
        demo.send_signal(signal.SIGINT)
        assert "Interrupted." in demo.stdout.read()
    assert demo.returncode == 128 + signal.SIGINT
    assert psutil.wait_procs(started, timeout=5)[1] == []
    assert list(tmp_path.iterdir()) == []
    assert list(SOCKETS.glob(f"terraform-{demo.pid}-*")) == []
