"""Packages that stand in for a tool that the machine lacks, each locked and in a folder of its own."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache"


class MissingToolError(Exception):
    """The machine lacks a tool and nothing can stand in for it; the text says what to install."""


def stand_in(tool: str, instead: str) -> Path:
    """The folder that holds what stands in for `tool`, installed the first time it is asked for.

    The folder's name carries the digest of the lock file: another lock is another folder.
    `instead` tells the reader of a failure what to install by hand.
    """
    lock = ROOT / "tools" / f"requirements-{tool}.txt"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    folder = CACHE / f"{tool}-{digest}"
    if not folder.exists():
        _install(lock, folder, instead)
    return folder


def _install(lock: Path, folder: Path, instead: str) -> None:
    print(f"installing what {lock.name} locks", flush=True)
    uv = Path(sys.prefix, "bin", "uv")
    CACHE.mkdir(exist_ok=True)
    # Renamed into place when complete, so that an interrupted installation is never taken for one.
    with tempfile.TemporaryDirectory(dir=CACHE) as staging:
        target = Path(staging, "packages")
        into = ["--python", sys.executable, "--target", str(target)]
        what = ["--no-deps", "--require-hashes", "--requirements", str(lock)]
        try:
            subprocess.run([uv, "pip", "install", "--quiet", *into, *what], check=True)
        except subprocess.CalledProcessError as failure:
            raise MissingToolError(f"{lock.name} could not be installed; {instead}") from failure
        try:
            target.rename(folder)
        except OSError:
            if not folder.exists():  # Else another process has installed it meanwhile.
                raise


def on_path(program: str) -> Path | None:
    """The machine's own `program`, if PATH has one."""
    found = shutil.which(program)
    # Someone may have put .cache/bin on PATH: what lies there only points at what is looked for.
    if found is None or CACHE in Path(found).absolute().parents:
        return None
    return Path(found)
