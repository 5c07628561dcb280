"""An application's chart that ships its alerts, with the operator that the charts install."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from signalcraft.client import Client
from signalcraft.model.alert_policy import AlertPolicy
from signalcraft.model.routing_rule import RoutingRule
from tests import bodies
from tests.charts.examples import OPERATOR, options
from tests.until import until
from tools.commands import running_command
from tools.helm import Helm, HelmFailed
from tools.kubernetes import KubernetesApi
from tools.servers import Server, Servers, Tenant
from tools.stand_in import ROOT

PAYMENTS = ROOT / "examples" / "kubernetes" / "payments"
_OPERATORS = "signalcraft"
_CHART = "signalcraft-operator"
_CLUSTER: str = OPERATOR["clusterName"]
_WAIT = ("--wait", "--timeout=90s")


@pytest.fixture(scope="module")
def server(servers: Servers) -> Server:
    return servers.running("sqlite")


@pytest.fixture(scope="module")
def tenant(server: Server) -> Tenant:
    return server.new_tenant()


@pytest.fixture(scope="module")
def api(server: Server, tenant: Tenant) -> Iterator[Client]:
    with server.client(tenant) as api:
        yield api


@pytest.fixture(scope="module")
def people(server: Server, tenant: Tenant) -> None:
    """The team and the escalation policy that the example names."""
    with server.http(tenant) as http:
        ids = bodies.populate(http)
        bodies.create(http, "escalation_policy", ids, "Payments Policy")
        bodies.create(http, "team", ids, "Payments")


@pytest.fixture(scope="module")
def operator(
    cluster: KubernetesApi, helm: Helm, definitions: str, server: Server, tenant: Tenant
) -> Iterator[None]:
    """The operator that the chart installs, at work with its own rights."""
    assert definitions
    where = ("--namespace", _OPERATORS, "--create-namespace")
    connection = {"create": False, "endpoint": server.url}
    values = {**OPERATOR, "connection": connection}
    helm.run("install", _CHART, _CHART, *where, *options(values), *_WAIT)
    access = cluster.service_account(_OPERATORS, _CHART)
    with (
        cluster.kubeconfig_for(access, namespace=_OPERATORS) as kubeconfig,
        running_command(as_deployed(cluster, kubeconfig), environment={}),
    ):
        connection["create"] = True
        # Without its Secret the connection fails, and so does the release, at once.
        began = time.monotonic()
        with pytest.raises(
            HelmFailed,
            match="status: Failed, message: The Secret signalcraft/signalcraft-operator does",
        ):
            helm.run("upgrade", _CHART, _CHART, *where, *options(values), *_WAIT)
        assert time.monotonic() - began < 30
        cluster.kubectl(
            *("create", "secret", "generic", _CHART, "--namespace", _OPERATORS),
            f"--from-literal=api-key={tenant.api_key}",
        )
        helm.run("upgrade", _CHART, _CHART, *where, *options(values), *_WAIT)
        yield
        cluster.kubectl("delete", "clusterconnection", "default", "--timeout=20s")
    helm.run("uninstall", _CHART, "--namespace", _OPERATORS)


def as_deployed(cluster: KubernetesApi, kubeconfig: Path) -> list[str]:
    """The arguments that the Deployment's container has, for a process outside the cluster."""
    where = ("--namespace", _OPERATORS, "--output", "json")
    deployment = json.loads(cluster.kubectl("get", "deployment", _CHART, *where).stdout)
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    outside = ["--host=127.0.0.1", "--port=0", f"--kubeconfig={kubeconfig}"]
    return [*container["args"], *outside, f"--namespace={_OPERATORS}"]


def status(cluster: KubernetesApi, namespace: str, kind: str) -> dict[str, str]:
    """Reasons of an object's conditions that hold, by type."""
    shown = cluster.kubectl("get", kind, "--namespace", namespace, "--output", "json").stdout
    [found] = json.loads(shown)["items"]
    conditions = found["status"]["conditions"]
    return {each["type"]: each["reason"] for each in conditions if each["status"] == "True"}


@pytest.mark.usefixtures("operator", "people")
def test_an_application_ships_its_alerts_and_where_they_go(
    cluster: KubernetesApi, helm: Helm, restricted: str, api: Client
) -> None:
    where = ("--namespace", restricted)
    helm.run("install", "payments", PAYMENTS, *where, *_WAIT)
    ready = {"Ready": "Synced", "Synced": "Synced"}
    assert status(cluster, restricted, "alertpolicy") == ready
    assert status(cluster, restricted, "routingrule") == ready
    name = f"{_CLUSTER}/{restricted}/payments-errors"
    policy = api.find(AlertPolicy, name)
    rule = api.find(RoutingRule, name)
    assert policy is not None
    assert rule is not None
    assert rule.body.conditions[0].value == name

    helm.run("upgrade", "payments", PAYMENTS, *where, "--set=alerts.errorRate=9", *_WAIT)
    assert api.get(AlertPolicy, policy.id).body.conditions[0].value == 9

    helm.run("uninstall", "payments", *where, *_WAIT)
    assert api.find(AlertPolicy, name) is None
    assert api.find(RoutingRule, name) is None


@pytest.mark.usefixtures("operator", "people")
def test_a_release_that_cannot_become_ready_fails_soon_with_the_reason(
    cluster: KubernetesApi, helm: Helm, restricted: str, server: Server, tenant: Tenant
) -> None:
    name = f"{_CLUSTER}/{restricted}/payments-errors"
    with server.client(tenant, manager="terraform") as terraform:
        terraform.create(taken(name))
    began = time.monotonic()
    with pytest.raises(HelmFailed, match=r"status: Failed, message: .* is managed by terraform"):
        helm.run("install", "payments", PAYMENTS, "--namespace", restricted, *_WAIT)
    assert time.monotonic() - began < 60
    assert status(cluster, restricted, "alertpolicy") == {"Stalled": "Conflict"}
    helm.run("uninstall", "payments", "--namespace", restricted, *_WAIT)
    with server.client(tenant) as api:
        assert api.find(AlertPolicy, name) is not None


def taken(name: str) -> AlertPolicy:
    """A policy by this name."""
    fields = {**bodies.body("alert_policy", bodies.nowhere()), "name": name}
    return AlertPolicy.model_validate_json(json.dumps(fields))


@pytest.mark.usefixtures("operator", "people")
def test_a_namespace_that_goes_takes_its_resources_along(
    cluster: KubernetesApi, helm: Helm, restricted: str, api: Client
) -> None:
    helm.run("install", "payments", PAYMENTS, "--namespace", restricted, *_WAIT)
    name = f"{_CLUSTER}/{restricted}/payments-errors"
    assert api.find(AlertPolicy, name) is not None
    cluster.kubectl("delete", "namespace", restricted, "--wait=false")
    until(lambda: api.find(AlertPolicy, name) is None and api.find(RoutingRule, name) is None)
    cluster.kubectl("wait", "--for=delete", f"namespace/{restricted}", "--timeout=30s")
    cluster.kubectl("create", "namespace", restricted)
