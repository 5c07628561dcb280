"""What the operator costs, beside a plain kopf operator that does the same work.

Run it with `python -m benchmarks.operator [OBJECTS]` on a machine that does nothing else. The
Kubernetes API, SignalCraft's API and the operator share its cores; writes to Kubernetes are counted
by kube-apiserver itself.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import quantiles
from time import perf_counter, sleep
from typing import Any, NamedTuple

import httpx
import psutil

from tools.kubernetes import KubernetesApi, kubernetes_api
from tools.operators import running_operator
from tools.servers import Servers
from tools.stand_in import ROOT

POLICIES = "/apis/signalcraft.io/v1alpha1/namespaces/default/alertpolicies"
EDITS = 100
_UNLIMITED = ("--requests-per-second", "100000", "--burst", "100000")
_DEFINITIONS = ROOT / "charts" / "signalcraft-operator-crds" / "templates"
_SPEC = {
    "severity": "critical",
    "routing_key": "db-team",
    "conditions": [
        {"type": "metric_threshold", "metric": "cpu_usage", "operator": "gt", "value": 90}
    ],
}


class Run(NamedTuple):
    """What it took to look at all objects."""

    seconds: float
    megabytes: int
    cpu_seconds: float
    patches: int
    gets: int


class Bench:
    """A cluster full of policies, and a server with a workspace for them."""

    def __init__(self, kubernetes: KubernetesApi, http: httpx.Client, count: int) -> None:
        self.kubernetes = kubernetes
        self.http = http
        self.count = count

    def fill(self) -> None:
        """Makes the objects."""
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(self._make, range(self.count)))

    def empty(self) -> None:
        """Removes the objects, whoever would hold them back, and what was said of them."""
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(self._remove, range(self.count)))

    def synced(self) -> int:
        """How many objects have a status with a resource's version."""
        found, token = 0, ""
        while True:
            page = self.http.get(
                POLICIES, params={"limit": "2000", "continue": token}, timeout=60
            ).json()
            found += sum("version" in item.get("status", {}) for item in page["items"])
            token = page["metadata"].get("continue", "")
            if not token:
                return found

    def requests(self, verb: str) -> int:
        """How many requests for policies kube-apiserver has answered."""
        text = self.http.get("/metrics", timeout=60).text
        lines = re.findall(r"^apiserver_request_total\{(.*)\} (\S+)$", text, re.MULTILINE)
        wanted = ('resource="alertpolicies"', f'verb="{verb}"')
        return sum(int(float(n)) for labels, n in lines if all(w in labels for w in wanted))

    def measure(self, process: psutil.Process, done: Any) -> Run:
        """What a process takes until it is done."""
        start, patches, gets = perf_counter(), self.requests("PATCH"), self.requests("GET")
        most = 0
        while not done():
            most = max(most, _memory(process))
            sleep(0.5)
        times = process.cpu_times()
        return Run(
            perf_counter() - start,
            max(most, _memory(process)) >> 20,
            times.user + times.system,
            self.requests("PATCH") - patches,
            self.requests("GET") - gets,
        )

    def edit_seconds(self) -> list[float]:
        """How long edits take until the object's status says that they are synced."""
        return [self._edit(i) for i in range(EDITS)]

    def _edit(self, i: int) -> float:
        path, spec = f"{POLICIES}/p{i}", {"description": f"{perf_counter()}"}
        start = perf_counter()
        edited = self._merge(path, {"spec": spec}).json()
        params = {
            "watch": "true",
            "fieldSelector": f"metadata.name=p{i}",
            "resourceVersion": edited["metadata"]["resourceVersion"],
        }
        wanted = edited["metadata"]["generation"]
        with self.http.stream("GET", POLICIES, params=params, timeout=60) as answer:
            for line in answer.iter_lines():
                if json.loads(line)["object"]["status"]["observedGeneration"] == wanted:
                    return perf_counter() - start
        raise AssertionError("The watch ended.")

    def _make(self, i: int) -> None:
        body = {
            "apiVersion": "signalcraft.io/v1alpha1",
            "kind": "AlertPolicy",
            "metadata": {"name": f"p{i}"},
            "spec": _SPEC,
        }
        self.http.post(POLICIES, json=body).raise_for_status()

    def _remove(self, i: int) -> None:
        path = f"{POLICIES}/p{i}"
        self._merge(path, {"metadata": {"finalizers": None}})
        self.http.delete(path).raise_for_status()

    def _merge(self, path: str, body: Any) -> httpx.Response:
        headers = {"Content-Type": "application/merge-patch+json"}
        return self.http.patch(path, json=body, headers=headers).raise_for_status()


def _memory(process: psutil.Process) -> int:
    resident: int = process.memory_info().rss
    return resident


@contextmanager
def benches(count: int, folder: Path) -> Iterator[tuple[Bench, str, str]]:
    """A bench, and the address and the key of a server."""
    with kubernetes_api() as kubernetes, closing(Servers(folder)) as servers:
        server = servers.running("sqlite")
        tenant = server.new_tenant()
        kubernetes.kubectl("apply", "--server-side", "--filename", str(_DEFINITIONS))
        kubernetes.kubectl("wait", "--for", "condition=Established", "crd", "--all")
        kubernetes.kubectl("create", "namespace", "signalcraft")
        secret = ("secret", "generic", "key", f"--from-literal=api-key={tenant.api_key}")
        kubernetes.kubectl("create", *secret, "--namespace", "signalcraft")
        connection = {
            "apiVersion": "signalcraft.io/v1alpha1",
            "kind": "ClusterConnection",
            "metadata": {"name": "main"},
            "spec": {"endpoint": server.url, "apiKeySecretRef": {"name": "key"}},
        }
        kubernetes.kubectl("apply", "--filename", "-", stdin=json.dumps(connection))
        with kubernetes.http() as http:
            yield Bench(kubernetes, http, count), server.url, tenant.api_key


@contextmanager
def _operator(bench: Bench, *options: str) -> Iterator[tuple[psutil.Process, str]]:
    arguments = ("--log-level", "error", *_UNLIMITED, *options)
    kubeconfig = bench.kubernetes.kubeconfig
    with running_operator(kubeconfig, "bench", "signalcraft", *arguments) as operator:
        yield operator.process, operator.url


def _reconciled(url: str) -> int:
    text = httpx.get(f"{url}/metrics").text
    wanted = r'^signalcraft_operator_reconciles_total\{kind="AlertPolicy",result="ok"\} (\S+)$'
    found = re.search(wanted, text, re.MULTILINE)
    return int(float(found[1])) if found else 0


def ours(bench: Bench) -> tuple[Run, Run, list[float], list[float]]:
    """The first start, a restart, and edits at rest and during resyncs."""
    with _operator(bench) as (process, _):
        first = bench.measure(process, lambda: bench.synced() == bench.count)
    with _operator(bench) as (process, url):
        restart = bench.measure(process, lambda: _reconciled(url) >= bench.count)
        at_rest = bench.edit_seconds()
    with _operator(bench, "--resync-every", "2") as (_, url):
        while _reconciled(url) < bench.count:
            sleep(0.5)
        during_resyncs = bench.edit_seconds()
    return first, restart, at_rest, during_resyncs


def rivals(bench: Bench, endpoint: str, api_key: str) -> Run:
    """The first start of a plain kopf operator."""
    environment = {
        **os.environ,
        "KUBECONFIG": str(bench.kubernetes.kubeconfig),
        "RIVAL_ENDPOINT": endpoint,
        "RIVAL_API_KEY": api_key,
    }
    command = (sys.executable, "-m", "kopf", "run", "--quiet", "--standalone", "--all-namespaces")
    with subprocess.Popen([*command, ROOT / "benchmarks" / "kopf_rival.py"], env=environment) as it:
        try:
            return bench.measure(psutil.Process(it.pid), lambda: bench.synced() == bench.count)
        finally:
            it.terminate()


def report(
    first: Run, restart: Run, at_rest: list[float], resyncs: list[float], rival: Run
) -> None:
    """Prints what came of it."""
    count = COUNT
    print(f"{count:,} AlertPolicies, {os.cpu_count()} cores shared by everything\n")
    rows = [
        ("from start to all Synced", f"{first.seconds:.0f} s", "<= 60 s for 10,000"),
        ("memory", f"{first.megabytes} MB", "<= 200 MB"),
        ("CPU time per object", f"{1000 * first.cpu_seconds / count:.1f} ms", ""),
        ("PATCHes per object", f"{first.patches / count:.2f}", "<= 2"),
        ("restart: PATCHes", f"{restart.patches}", "0"),
        ("restart: GETs of objects", f"{restart.gets}", "0"),
        ("restart: until all are compared", f"{restart.seconds:.1f} s", ""),
        *_percentiles("edit to Synced, at rest", at_rest),
        *_percentiles("edit to Synced, during resyncs", resyncs),
        ("kopf / ours: time", f"{rival.seconds / first.seconds:.1f}", "> 1"),
        ("kopf / ours: CPU time", f"{rival.cpu_seconds / first.cpu_seconds:.1f}", "> 1"),
        ("kopf / ours: memory", f"{rival.megabytes / first.megabytes:.1f}", "> 1"),
        ("kopf / ours: PATCHes", f"{rival.patches / first.patches:.1f}", ""),
    ]
    for what, figure, bound in rows:
        print(f"{what:34} {figure:>10}   {bound}")


def _percentiles(what: str, seconds: list[float]) -> list[tuple[str, str, str]]:
    cuts = quantiles(seconds, n=100)
    return [
        (f"{what}, p50", f"{1000 * cuts[49]:.0f} ms", ""),
        (f"{what}, p99", f"{1000 * cuts[98]:.0f} ms", "<= 2 s"),
    ]


COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000

if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as folder,
        benches(COUNT, Path(folder)) as (bench, endpoint, api_key),
    ):
        bench.fill()
        measured = ours(bench)
        bench.empty()
        bench.fill()
        report(*measured, rivals(bench, endpoint, api_key))
