"""Helm, with a home of its own."""

import subprocess
from pathlib import Path

from tools.built import HELM, built
from tools.kubernetes import KubernetesApi
from tools.stand_in import ROOT

CHARTS = ROOT / "charts"


class HelmFailed(Exception):
    """A Helm command failed; the text holds what it printed."""


class Helm:
    """Helm, which may work on a cluster."""

    def __init__(self, home: Path, kubernetes: KubernetesApi | None = None) -> None:
        """What Helm remembers of repositories and the cluster is kept in `home`."""
        self._program = built(HELM)
        kubeconfig = kubernetes.kubeconfig if kubernetes else "/dev/null"
        self._environment = {
            "HOME": str(home),
            "KUBECONFIG": str(kubeconfig),
            "PATH": "/usr/bin:/bin",
        }

    def run(self, *arguments: str | Path) -> str:
        """Run a command in the folder of the charts and return its output. Raises `HelmFailed`."""
        ran = subprocess.run(
            [self._program, *arguments],
            env=self._environment,
            cwd=CHARTS,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            raise HelmFailed(f"{ran.stdout}{ran.stderr}")
        return ran.stdout
