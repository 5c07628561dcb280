"""A clone of a copy of `examples/monitoring-config`, in which scripts run as CI runs them."""

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tools.stand_in import ROOT

EXAMPLE = ROOT / "examples" / "monitoring-config"


@dataclass
class Checkout:
    """A clone of a copy of the example."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    within: Path | None = None
    """Where scripts are started; None for beside the clone, since most work from anywhere."""

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
        command = ["git", *identity, *arguments]
        ran = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True)
        return ran.stdout

    def script(
        self, name: str, *arguments: str, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.folder / "scripts" / name, *arguments],
            cwd=self.within or self.folder.parent,
            env=self.environment | settings,
            capture_output=True,
            text=True,
            check=False,
        )

    def succeed(self, name: str, *arguments: str, **settings: str) -> str:
        ran = self.script(name, *arguments, **settings)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def create_key(self, account_id: str) -> str:
        """A key of a service account."""
        answer = httpx.post(
            f"{self.environment['SIGNALCRAFT_ENDPOINT']}/v1/service-accounts/{account_id}/keys",
            headers={"Authorization": f"Bearer {self.environment['SIGNALCRAFT_API_KEY']}"},
            json={"name": "ci"},
        )
        return str(answer.raise_for_status().json()["secret"])

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        self.git("commit", "--quiet", "--all", "--message", "Edit")


def approve(checkout: Checkout) -> None:
    shutil.copy(checkout.folder / "out" / "review.json", checkout.folder / "approved.json")
