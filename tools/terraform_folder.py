"""A folder of Terraform configuration, run with the provider that was built here."""

import contextlib
import json
import os
import re
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.programs import BIN

SOCKETS = Path("/tmp")  # noqa: S108 — a folder of our own is made in it
# What Terraform says in every run with `dev_overrides`.
_ABOUT_OVERRIDES = re.compile(
    r"\n?Warning: Provider development overrides are in effect\n.*?published\s+releases\.\n",
    re.DOTALL,
)


# How the provider that was built here is found, without `terraform init`.
_OVERRIDES = (
    "provider_installation {\n"
    f'  dev_overrides {{\n    "signalcraft/signalcraft" = {json.dumps(str(BIN))}\n  }}\n'
    "  direct {}\n"
    "}\n"
)


@dataclass(frozen=True)
class Ran:
    """What came of a run of Terraform."""

    status: int
    output: str
    """All that it said, but for what it says of any provider that was built at home."""


class TerraformFolder:
    """Terraform in a folder, for one workspace of one server.

    Nothing of the person's own Terraform plays a part: no settings, no cached plug-ins, no
    variables. Nothing is left outside the folder.
    """

    def __init__(
        self, folder: Path, endpoint: str, api_key: str, installation: str = _OVERRIDES
    ) -> None:
        self.folder = folder
        self.program = BIN / "terraform"
        self._group: int | None = None
        settings = folder / "terraform.rc"
        settings.write_text(installation, encoding="utf-8")
        self.environment = without_settings() | {
            "SIGNALCRAFT_ENDPOINT": endpoint,
            "SIGNALCRAFT_API_KEY": api_key,
            "TF_CLI_CONFIG_FILE": str(settings),
            "TF_DATA_DIR": str(folder / ".terraform"),
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            "CHECKPOINT_DISABLE": "1",
        }

    def interrupt(self) -> None:
        """Does what Ctrl-C does, to a run that another thread has started."""
        if self._group is not None:
            os.killpg(self._group, signal.SIGINT)

    def run(self, *arguments: str) -> Ran:
        """Runs `terraform`; if that is interrupted, Terraform and its providers are gone."""
        # Providers listen on sockets in TMPDIR, whose paths have at most 107 bytes: the person's
        # own TMPDIR may be too long for that.
        with tempfile.TemporaryDirectory(prefix=f"terraform-{os.getpid()}-", dir=SOCKETS) as name:
            return self._run(arguments, self.environment | {"TMPDIR": name})

    def _run(self, arguments: tuple[str, ...], environment: dict[str, str]) -> Ran:
        with subprocess.Popen(
            [self.program, *arguments, "-no-color"],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            # A group of its own, which can be ended as a whole: a provider outlives a Terraform
            # that is killed.
            start_new_session=True,
        ) as terraform:
            self._group = terraform.pid
            try:
                output, _ = terraform.communicate()
            except BaseException:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(terraform.pid, signal.SIGKILL)
                raise
            finally:
                self._group = None
        return Ran(terraform.returncode, _ABOUT_OVERRIDES.sub("", output))


def without_settings() -> dict[str, str]:
    """This process's environment without settings of Terraform's or of ours."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TF_", "SIGNALCRAFT_"))
    }
