"""The provider's release archives, made by GoReleaser as `.goreleaser.yml` says, unsigned."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tools.built import GORELEASER, BuildFailedError, built
from tools.programs import BIN
from tools.stand_in import ROOT, MissingToolError

PROVIDER = ROOT / "terraform-provider-signalcraft"


def release_archives(folder: Path, platform: str = "") -> list[Path]:
    """The archives, made into a folder: for one platform, such as `linux_amd64`, or for all.

    Signatures and the software bill of materials are left to a real release, which has the key and
    the program for them. Raises `BuildFailedError`.
    """
    settings: dict[str, Any] = yaml.safe_load((PROVIDER / ".goreleaser.yml").read_text("utf-8"))
    settings["dist"] = str(folder)
    if platform:
        goos, goarch = platform.split("_")
        settings["builds"][0] |= {"goos": [goos], "goarch": [goarch], "ignore": []}
    with tempfile.TemporaryDirectory() as name:
        config = Path(name, "goreleaser.yml")
        config.write_text(yaml.safe_dump(settings), encoding="utf-8")
        _run("release", "--snapshot", "--clean", "--skip=sign,sbom", "--config", str(config))
    return sorted(folder.glob("*.zip"))


def check() -> None:
    """Raises `BuildFailedError` where GoReleaser doesn't understand the configuration."""
    _run("check")


def _run(*arguments: str) -> None:
    ran = subprocess.run(
        [built(GORELEASER), *arguments],
        cwd=PROVIDER,
        env=os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}", "GOTOOLCHAIN": "local"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise BuildFailedError(f"goreleaser {arguments[0]} failed:\n{ran.stdout}")


def main() -> None:
    """Makes the archives of all platforms and prints where they are."""
    for archive in release_archives(PROVIDER / "dist"):
        print(archive.relative_to(ROOT))


if __name__ == "__main__":
    try:
        main()
    except (BuildFailedError, MissingToolError) as failure:
        sys.exit(str(failure))
