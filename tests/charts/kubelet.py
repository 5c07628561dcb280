"""What a node would report of its Pods, in a cluster that has no nodes."""

import threading
from typing import Any

import httpx

_NOW = "2026-01-05T09:00:00Z"
_STATUS = {"Content-Type": "application/merge-patch+json"}


class Kubelet:
    """Reports every Pod as running and ready, or as done if it isn't to be restarted."""

    def __init__(self, kube: httpx.Client) -> None:
        self._kube = kube
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kubelet")

    def start(self) -> None:
        """Begin to report."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for the end."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(0.2):
            pending = self._kube.get(
                "/api/v1/pods", params={"fieldSelector": "status.phase=Pending"}
            )
            for pod in pending.json()["items"]:
                metadata = pod["metadata"]
                path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}/status"
                self._kube.patch(path, json={"status": _report(pod)}, headers=_STATUS)


def _report(pod: dict[str, Any]) -> dict[str, Any]:
    if pod["spec"]["restartPolicy"] == "Never":
        return {"phase": "Succeeded", "startTime": _NOW}
    condition = {"status": "True", "lastTransitionTime": _NOW}
    ready = [{"type": type, **condition} for type in ("Ready", "ContainersReady")]
    return {"phase": "Running", "startTime": _NOW, "conditions": ready}
