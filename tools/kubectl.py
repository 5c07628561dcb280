"""kubectl: the machine's, or the one that a Python package brings."""

import json
import subprocess
from pathlib import Path

from tools.stand_in import on_path, stand_in

# kubectl works with API servers of one release before and after its own, and the one here is 1.36.
OLDEST = (1, 35)
_INSTEAD = f"install kubectl {OLDEST[0]}.{OLDEST[1]} or newer and put it on PATH"


def kubectl() -> Path:
    """The `kubectl` to use: the one on PATH if it is new enough, else the locked one."""
    found = on_path("kubectl")
    if found and kubectl_version(found) >= OLDEST:
        return found
    return stand_in("kubectl", _INSTEAD) / "bin" / "kubectl"


def kubectl_version(program: Path) -> tuple[int, int]:
    """Its major and minor version; (0, 0) for what only looks like kubectl."""
    try:
        answer = subprocess.run(
            [program, "version", "--client", "--output", "json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        version = json.loads(answer.stdout)["clientVersion"]
    except (OSError, subprocess.CalledProcessError, json.JSONDecodeError):
        return (0, 0)
    # Some builds write the minor version as "35+".
    return int(version["major"]), int(version["minor"].rstrip("+"))
