"""The provider that was built here, where `terraform init` finds it as if it were released."""

import json
import os
import platform
from pathlib import Path

from tools.programs import BIN

_NAME = "terraform-provider-signalcraft"
_VERSION = "0.1.0"
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


def provider_mirror(folder: Path) -> Path:
    """Makes a mirror in a folder; returns the Terraform settings that use it, and nothing else."""
    machine = _MACHINES.get(platform.machine(), platform.machine())
    target = f"{platform.system().lower()}_{machine}"
    place = folder / "registry.terraform.io/signalcraft/signalcraft" / _VERSION / target
    place.mkdir(parents=True)
    os.link(BIN / _NAME, place / f"{_NAME}_v{_VERSION}")
    settings = folder / "terraform.rc"
    mirror = json.dumps(str(folder))
    settings.write_text(
        f"provider_installation {{\n  filesystem_mirror {{\n    path = {mirror}\n  }}\n}}\n",
        encoding="utf-8",
    )
    return settings
