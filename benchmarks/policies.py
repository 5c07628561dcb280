"""A cluster full of AlertPolicies, and what it takes to look at them all."""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import perf_counter
from typing import NamedTuple

import httpx
import psutil

from benchmarks.progress import Progress
from tools.kubernetes import KubernetesApi

_PATH = "/apis/signalcraft.io/v1alpha1/namespaces/default/alertpolicies"
_MERGE = {"Content-Type": "application/merge-patch+json"}
SPEC = {
    "severity": "critical",
    "routing_key": "db-team",
    "conditions": [
        {"type": "metric_threshold", "metric": "cpu_usage", "operator": "gt", "value": 90}
    ],
}
# The name comes before the status, and only a status has a version.
_SYNCED = re.compile(rb'"name":"(p\d+)".*"version":\d')


class Run(NamedTuple):
    """What it took to look at all objects."""

    objects: int
    seconds: float
    megabytes: int
    cpu: float
    """Seconds of the operator's processor time, and of the two APIs'."""
    kubernetes_cpu: float
    signalcraft_cpu: float
    patches: int
    gets: int


class Policies:
    """The policies of the namespace `default`: `p0` and so on."""

    def __init__(self, kubernetes: KubernetesApi, http: httpx.Client) -> None:
        self._kubernetes = kubernetes
        self._http = http

    def fill(self, total: int) -> None:
        """Makes the objects."""
        with Progress("created", total) as progress, ThreadPoolExecutor(4) as threads:
            for done, _ in enumerate(threads.map(self._make, range(total)), start=1):
                progress.show(done)

    def measure(self, process: psutil.Process, server: psutil.Process, total: int) -> Run:
        """What a process takes until the status of all objects has a resource's version."""
        with self._synced() as synced, Progress("synced", total) as progress:
            return self.measure_until(
                lambda: progress.show(len(synced)) >= total, process, server, total
            )

    def measure_until(
        self,
        done: Callable[[], bool],
        process: psutil.Process,
        server: psutil.Process,
        total: int,
    ) -> Run:
        """What a process takes until it is done with so many objects."""
        meter = _Meter(process, server, self._kubernetes, self._http, total)
        pause = Event()
        while not done():
            meter.look()
            pause.wait(0.25)
        return meter.run()

    def patches(self) -> int:
        """How often policies were patched."""
        return answered(self._http, "alertpolicies", "PATCH")

    def events(self) -> int:
        """How many events were written."""
        return answered(self._http, "events", "POST")

    def edit(self, i: int) -> float:
        """How many seconds an edit takes until the object's status says that it is synced."""
        start = perf_counter()
        body = {"spec": {"description": f"{start}"}}
        edited = self._http.patch(f"{_PATH}/p{i}", json=body, headers=_MERGE)
        metadata = edited.raise_for_status().json()["metadata"]
        params = {
            "watch": "true",
            "fieldSelector": f"metadata.name=p{i}",
            "resourceVersion": metadata["resourceVersion"],
        }
        with self._http.stream("GET", _PATH, params=params, timeout=60) as answer:
            for line in answer.iter_lines():
                status = json.loads(line)["object"]["status"]
                if status["observedGeneration"] == metadata["generation"]:
                    return perf_counter() - start
        raise AssertionError("The watch ended.")

    @contextmanager
    def _synced(self) -> Iterator[set[bytes]]:
        """The names of the objects that are synced, as they become so.

        A watch costs the API what one more of the operator's would; lists would cost it more than
        the operator does.
        """
        found: set[bytes] = set()
        over = Event()

        def follow() -> None:
            # The API ends a watch whose reader is too slow; each begins with all there is.
            while not over.is_set():
                with suppress(httpx.TransportError):
                    look()

        def look() -> None:
            params = {"watch": "true", "timeoutSeconds": "3600"}
            with self._http.stream("GET", _PATH, params=params, timeout=3600) as answer:
                rest = b""
                for chunk in answer.iter_raw():
                    *lines, rest = (rest + chunk).split(b"\n")
                    found.update(m[1] for line in lines if (m := _SYNCED.search(line)))
                    if over.is_set():
                        return

        follower = Thread(target=follow, daemon=True)
        follower.start()
        try:
            yield found
        finally:
            over.set()

    def _make(self, i: int) -> None:
        body = {
            "apiVersion": "signalcraft.io/v1alpha1",
            "kind": "AlertPolicy",
            "metadata": {"name": f"p{i}"},
            "spec": SPEC,
        }
        self._http.post(_PATH, json=body, timeout=60).raise_for_status()


class _Meter:
    """Reads what processes and kube-apiserver count."""

    def __init__(
        self,
        process: psutil.Process,
        server: psutil.Process,
        kubernetes: KubernetesApi,
        http: httpx.Client,
        objects: int,
    ) -> None:
        self._process = process
        self._objects = objects
        self._server = server
        self._cluster = (kubernetes.process, kubernetes.etcd)
        self._http = http
        self._most = 0
        # What the operator took before it was asked to work is a part of its work.
        self._kubernetes_cpu = sum(map(_cpu, self._cluster))
        self._server_cpu = _cpu(server)
        self._patches, self._gets = self._counted()
        self._start = perf_counter()

    def look(self) -> None:
        """Notes how much memory the process has now."""
        self._most = max(self._most, int(self._process.memory_info().rss))

    def run(self) -> Run:
        """What it took up to now."""
        seconds = perf_counter() - self._start
        self.look()
        patches, gets = self._counted()
        return Run(
            self._objects,
            seconds,
            self._most >> 20,
            _cpu(self._process),
            sum(map(_cpu, self._cluster)) - self._kubernetes_cpu,
            _cpu(self._server) - self._server_cpu,
            patches - self._patches,
            gets - self._gets,
        )

    def _counted(self) -> tuple[int, int]:
        """How many PATCHes and GETs of policies there were."""
        policies = "alertpolicies"
        return answered(self._http, policies, "PATCH"), answered(self._http, policies, "GET")


def answered(http: httpx.Client, resource: str, verb: str) -> int:
    """How many requests of this kind kube-apiserver has answered."""
    text = http.get("/metrics", timeout=60).text
    lines = re.findall(r"^apiserver_request_total\{(.*)\} (\S+)$", text, re.MULTILINE)
    wanted = (f'resource="{resource}"', f'verb="{verb}"')
    return sum(int(float(n)) for labels, n in lines if all(w in labels for w in wanted))


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
