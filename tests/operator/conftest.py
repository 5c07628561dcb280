"""A cluster that has the custom resource definitions, and what tests do in it."""

from collections.abc import Iterator

import httpx
import pytest

from tests.fault_proxy import FaultProxy, fault_proxy
from tests.operator.cluster import GROUP, PLURALS, Desk
from tests.until import until
from tools.commands import Command
from tools.kubernetes import KubernetesApi
from tools.operators import running_operator
from tools.servers import Server, Servers, Tenant
from tools.stand_in import ROOT

DEFINITIONS = ROOT / "charts" / "signalcraft-operator-crds" / "templates"


@pytest.fixture(scope="session")
def defined(kubernetes: KubernetesApi) -> KubernetesApi:
    """The cluster, once it serves the definitions."""
    kubernetes.kubectl("apply", "--server-side", "--filename", str(DEFINITIONS))
    kubernetes.kubectl(
        *("wait", "customresourcedefinitions", "--all"),
        *("--for", "condition=Established", "--timeout", "30s"),
    )
    with kubernetes.http() as http:
        # A kind is served a moment before its objects can be listed.
        until(lambda: all(http.get(f"{GROUP}/{each}").is_success for each in PLURALS.values()))
    return kubernetes


@pytest.fixture(scope="session")
def kube(defined: KubernetesApi) -> Iterator[httpx.Client]:
    """Plain HTTP to its API."""
    with defined.http() as http:
        yield http


@pytest.fixture
def server(servers: Servers) -> Server:
    """The operator knows the server by its API alone: one kind of database is enough."""
    return servers.running("sqlite")


@pytest.fixture
def desk(kube: httpx.Client, namespace: str, server: Server, tenant: Tenant) -> Iterator[Desk]:
    """A namespace whose objects use this test's workspace."""
    desk = Desk(kube, namespace)
    desk.connect(server.url, tenant.api_key)
    yield desk
    desk.clear()


@pytest.fixture(scope="session")
def home(defined: KubernetesApi) -> str:
    """The operator's own namespace."""
    name = "signalcraft"
    defined.kubectl("create", "namespace", name)
    return name


@pytest.fixture(scope="module")
def operator(defined: KubernetesApi, home: str) -> Iterator[Command]:
    """An operator at work, for all tests of a module."""
    options = ["--orphan-after", "3", "--lease", "3", "2", "0.5"]
    with running_operator(defined.kubeconfig, "test", home, *options) as operator:
        yield operator


@pytest.fixture
def proxy(server: Server) -> Iterator[FaultProxy]:
    """A proxy in front of the server."""
    with fault_proxy(server.url) as proxy:
        yield proxy
