"""`make demo-gitops`, run as a person runs it."""

import subprocess
import sys
from pathlib import Path

from tools.stand_in import ROOT


def test_the_demo_shows_what_it_promises(tmp_path: Path) -> None:
    environment = {
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "PATH": "/usr/bin:/bin",
        "SIGNALCRAFT_API_KEY": "sck_of_another_server",
        "TF_CLI_ARGS": "-no-such-option",
        "GIT_CONFIG_GLOBAL": "/dev/null",
    }
    ran = subprocess.run(
        [sys.executable, "-m", "tools.demo_gitops"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, (ran.stdout, ran.stderr)
    assert ran.stderr == ""
    for shown in (
        "Who gets paged differently",
        "As reviewed: 10 alerts and 2 schedules answer as promised.",
        "Escalated to Platform",
        "This is not the plan that was approved. What differs:",
        'admin updated user "Benny"',
    ):
        assert shown in ran.stdout
    assert ran.stdout.rstrip().endswith("nothing is left behind.")
    assert ran.stdout.count("Escalated to Payments") == 2, "before the change, and after its revert"
    assert "\x1b" not in ran.stdout, "colours are for terminals"
    assert max(map(len, ran.stdout.splitlines())) <= 100
    assert list(tmp_path.iterdir()) == []
