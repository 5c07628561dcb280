"""`make demo-kubernetes`, run as a person runs it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tools.stand_in import ROOT

DEMO = [sys.executable, "-m", "tools.demo_kubernetes"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A person's own settings, none of which may play a part; programs are built once for all."""
    cache = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    return {
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "XDG_CACHE_HOME": cache,
        "PATH": "/usr/bin:/bin",
        "KUBECONFIG": "/nonexistent/kubeconfig",
        "SIGNALCRAFT_DATABASE": "sqlite:///nowhere/else.db",
        "PYTHONUNBUFFERED": "1",
    }


def test_the_demo_shows_what_it_promises(tmp_path: Path, environment: dict[str, str]) -> None:
    ran = subprocess.run(
        DEMO, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, (ran.stdout, ran.stderr)
    for shown in (
        "alertpolicy.signalcraft.io/critical-db-alerts created",
        "critical-db-alerts   critical   db-team       True     Synced",
        '"manager": "kubernetes/demo/default/critical-db-alerts"',
        "alertpolicy.signalcraft.io/critical-db-alerts unchanged",
        'spec.severity: Unsupported value: "catastrophic"',
        "Changed in SignalCraft, and put back: severity.",
        'alertpolicy.signalcraft.io "critical-db-alerts" deleted',
    ):
        assert shown in ran.stdout
    assert "\x1b" not in ran.stdout, "colours are for terminals"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("moment", ["answers at", "kubectl wait"])
def test_an_interrupted_demo_leaves_nothing(
    tmp_path: Path, environment: dict[str, str], moment: str
) -> None:
    with subprocess.Popen(
        DEMO, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout is not None
        next(line for line in demo.stdout if moment in line)
        started = psutil.Process(demo.pid).children(recursive=True)
        demo.send_signal(signal.SIGINT)
        assert "Interrupted." in demo.stdout.read()
    assert demo.returncode == 128 + signal.SIGINT
    assert psutil.wait_procs(started, timeout=10)[1] == []
    assert list(tmp_path.iterdir()) == []
