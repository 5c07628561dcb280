"""A cluster with the controllers that charts rely on, and Helm."""

import uuid
from collections.abc import Iterator

import pytest

from tests.charts.kubelet import Kubelet
from tools.helm import Helm
from tools.kubernetes import KubernetesApi, kubernetes_api

_CONTROLLERS = (
    "clusterrole-aggregation-controller",
    "deployment-controller",
    "disruption-controller",
    "garbage-collector-controller",
    "job-controller",
    "namespace-controller",
    "replicaset-controller",
)


@pytest.fixture(scope="session")
def cluster() -> Iterator[KubernetesApi]:
    """A cluster of its own: the definitions in it are Helm's."""
    with kubernetes_api() as cluster, cluster.http() as kube:
        cluster.run_controllers(*_CONTROLLERS)
        kubelet = Kubelet(kube)
        kubelet.start()
        yield cluster
        kubelet.stop()


@pytest.fixture(scope="session")
def helm(cluster: KubernetesApi, tmp_path_factory: pytest.TempPathFactory) -> Helm:
    return Helm(tmp_path_factory.mktemp("helm"), cluster)


@pytest.fixture(scope="session")
def definitions(helm: Helm) -> str:
    """The release that holds the definitions."""
    helm.run("install", "definitions", "signalcraft-operator-crds", "--wait")
    return "definitions"


@pytest.fixture
def restricted(cluster: KubernetesApi) -> Iterator[str]:
    """A namespace that takes only Pods of the standard `restricted`."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    cluster.kubectl("create", "namespace", name)
    cluster.kubectl("label", "namespace", name, "pod-security.kubernetes.io/enforce=restricted")
    yield name
    cluster.kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture(scope="session")
def local_helm(tmp_path_factory: pytest.TempPathFactory) -> Helm:
    """Helm without a cluster."""
    return Helm(tmp_path_factory.mktemp("helm"))
