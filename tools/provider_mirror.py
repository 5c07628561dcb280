"""A mirror of the provider, from which `terraform init` installs it."""

import json
import platform
import zipfile
from collections.abc import Iterable
from pathlib import Path

from tools.programs import BIN

_NAME = "terraform-provider-signalcraft"
_VERSION = "0.1.0"
# What Go calls them.
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
_SOURCE = "signalcraft/signalcraft"
# Terraform and OpenTofu each look below the host of their own registry.
_HOSTS = ("registry.terraform.io", "registry.opentofu.org")


def built_archive(folder: Path) -> Path:
    """The provider that was built here, in an archive as of a release; made into the folder."""
    machine = _MACHINES.get(platform.machine(), platform.machine())
    archive = folder / f"{_NAME}_{_VERSION}_{platform.system().lower()}_{machine}.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(BIN / _NAME, f"{_NAME}_v{_VERSION}")
    return archive


def mirror(archives: Iterable[Path], folder: Path) -> str:
    """Puts archives into a mirror, a new folder; returns the Terraform settings that have them
    installed from there, and from nowhere else.
    """
    for host in _HOSTS:
        (folder / host / _SOURCE).mkdir(parents=True)
        for archive in archives:
            (folder / host / _SOURCE / archive.name).hardlink_to(archive)
    path = json.dumps(str(folder))
    return f"provider_installation {{\n  filesystem_mirror {{\n    path = {path}\n  }}\n}}\n"


def settings_file(folder: Path) -> Path:
    """Makes a mirror of the provider that was built here, a new folder; returns the file of the
    settings that use it.
    """
    folder.mkdir()
    settings = folder / "terraform.rc"
    installation = mirror([built_archive(folder)], folder / "packages")
    settings.write_text(installation, encoding="utf-8")
    return settings
