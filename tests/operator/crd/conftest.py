"""A cluster that has the custom resource definitions."""

from collections.abc import Iterator

import httpx
import pytest

from tools.kubernetes import KubernetesApi
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
    return kubernetes


@pytest.fixture(scope="session")
def kube(defined: KubernetesApi) -> Iterator[httpx.Client]:
    """Plain HTTP to its API."""
    with defined.http() as http:
        yield http
