"""Go: the machine's, or the one that a Python package brings."""

import os
import re
import subprocess
from pathlib import Path

from tools.stand_in import on_path, stand_in

OLDEST = (1, 26)
_INSTEAD = f"install Go {OLDEST[0]}.{OLDEST[1]} or newer and put it on PATH"


def go() -> Path:
    """The `go` command to use: the one on PATH if it is new enough, else the locked one."""
    found = on_path("go")
    if found and go_version(found) >= OLDEST:
        return found
    return stand_in("go", _INSTEAD) / "go" / "bin" / "go"


def gofmt(program: Path) -> Path:
    """The `gofmt` that belongs to this `go` command."""
    return Path(_environment_value(program, "GOROOT"), "bin", "gofmt")


def go_version(program: Path) -> tuple[int, int]:
    """Its major and minor version; (0, 0) for one that tells none."""
    version = re.match(r"go(\d+)\.(\d+)", _environment_value(program, "GOVERSION"))
    return (int(version[1]), int(version[2])) if version else (0, 0)


def go_platform(program: Path) -> str:
    """The platform that it builds for, as names of releases have it: `linux_amd64`."""
    return f"{_environment_value(program, 'GOOS')}_{_environment_value(program, 'GOARCH')}"


def _environment_value(program: Path, name: str) -> str:
    answer = subprocess.run(
        [program, "env", name],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        # The version in hand, not one that Go would fetch to please a go.mod.
        env=os.environ | {"GOTOOLCHAIN": "local"},
    )
    return answer.stdout.strip()
