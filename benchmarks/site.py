"""A cluster with the definitions and a connection, and the server that it leads to."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import httpx
import psutil

from benchmarks.policies import Policies
from signalcraft.store.db.database import Database
from signalcraft.store.db.migrate import migrate
from tools.kubernetes import KubernetesApi, kubernetes_api
from tools.operators import running_operator
from tools.servers import Server, Tenant, running_server
from tools.stand_in import ROOT

_HOME = "signalcraft"
_DEFINITIONS = ROOT / "charts" / "signalcraft-operator-crds" / "templates"
# Every request of a benchmark comes at once, with one key.
_UNLIMITED = ("--requests-per-second", "100000", "--burst", "100000")
_QUIET = ("--log-level", "error")


class Operator(NamedTuple):
    """An operator at work."""

    process: psutil.Process
    url: str

    @property
    def reconciled(self) -> int:
        """How many policies it has looked at."""
        return int(self.figure('reconciles_total{kind="AlertPolicy",result="ok"}'))

    @property
    def leads(self) -> bool:
        """Whether it is the leader."""
        return self.figure("leader") == 1

    def figure(self, name: str) -> float:
        """One of its metrics; 0 where it isn't there yet."""
        text = httpx.get(f"{self.url}/metrics").text
        wanted = re.escape(f"signalcraft_operator_{name}")
        found = re.search(rf"^{wanted} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0


class Site(NamedTuple):
    """What an operator works with."""

    kubernetes: KubernetesApi
    http: httpx.Client
    """To the cluster's API."""
    endpoint: str
    api_key: str
    server: psutil.Process

    def policies(self) -> Policies:
        """A namespace for policies."""
        return Policies(self.kubernetes, self.http)

    @contextmanager
    def operator(self, *options: str) -> Iterator[Operator]:
        """An operator at work for the block."""
        kubeconfig = self.kubernetes.kubeconfig
        arguments = (*_QUIET, *_UNLIMITED, *options)
        with running_operator(kubeconfig, "bench", _HOME, *arguments) as operator:
            yield Operator(operator.process, operator.url)


@contextmanager
def real_site() -> Iterator[Site]:
    """A site with a real server, over SQLite."""
    with (
        _real_server() as (server, tenant),
        _site(server.url, tenant.api_key, server.process) as it,
    ):
        yield it


@contextmanager
def _real_server() -> Iterator[tuple[Server, Tenant]]:
    """A server over SQLite without limits, and a workspace in it."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/signalcraft.db"
        migrate(Database(url))
        with running_server(url, *_QUIET, *_UNLIMITED) as server:
            yield server, server.new_tenant()


@contextmanager
def stub_site() -> Iterator[Site]:
    """A site with a server that does next to nothing."""
    command = (sys.executable, "-m", "benchmarks.stub_api")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as stub:
        try:
            assert stub.stdout is not None
            url = stub.stdout.readline().strip()
            with _site(url, "sck_stub", psutil.Process(stub.pid)) as site:
                yield site
        finally:
            stub.terminate()


@contextmanager
def _site(endpoint: str, api_key: str, server: psutil.Process) -> Iterator[Site]:
    with kubernetes_api() as kubernetes:
        kubernetes.kubectl("apply", "--server-side", "--filename", str(_DEFINITIONS))
        kubernetes.kubectl("wait", "--for", "condition=Established", "crd", "--all")
        kubernetes.kubectl("create", "namespace", _HOME)
        secret = ("secret", "generic", "key", f"--from-literal=api-key={api_key}")
        kubernetes.kubectl("create", *secret, "--namespace", _HOME)
        connection = {
            "apiVersion": "signalcraft.io/v1alpha1",
            "kind": "ClusterConnection",
            "metadata": {"name": "main"},
            "spec": {"endpoint": endpoint, "apiKeySecretRef": {"name": "key"}},
        }
        kubernetes.kubectl("apply", "--filename", "-", stdin=json.dumps(connection))
        with kubernetes.http() as http:
            yield Site(kubernetes, http, endpoint, api_key, server)
