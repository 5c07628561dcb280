"""What the operator does when the cluster fails, or goes."""

import httpx
import yaml

from signalcraft.client import Client
from signalcraft.model.alert_policy import AlertPolicy
from tests.operator.cluster import Desk, is_ready, policy
from tests.operator.conftest import DEFINITIONS
from tests.operator.crd.dry_run import refusal
from tests.until import until
from tools.commands import Command
from tools.kubernetes import KubernetesApi

MERGE = {"Content-Type": "application/merge-patch+json"}


def test_after_a_restart_of_the_api_server_work_goes_on(
    desk: Desk, defined: KubernetesApi, operator: Command
) -> None:
    desk.apply("AlertPolicy", "cpu", policy())
    desk.await_object("AlertPolicy", "cpu", is_ready)
    defined.stop()
    defined.start()
    desk.apply("AlertPolicy", "cpu", policy(severity="info"))
    desk.await_object("AlertPolicy", "cpu", is_ready)
    assert httpx.get(f"{operator.url}/livez").status_code == 200


def test_a_rebuilt_cluster_takes_its_own_resources_back(
    desk: Desk, operator: Command, client: Client
) -> None:
    assert operator.process.is_running()
    desk.apply("AlertPolicy", "cpu", policy())
    first = desk.await_object("AlertPolicy", "cpu", is_ready)
    desk.kube.patch(
        desk.path("AlertPolicy", "cpu"), json={"metadata": {"finalizers": None}}, headers=MERGE
    ).raise_for_status()
    # Nobody sees the object off; it is made anew at once.
    desk.delete("AlertPolicy", "cpu")
    desk.await_gone("AlertPolicy", "cpu")
    desk.apply("AlertPolicy", "cpu", policy())
    second = desk.await_object("AlertPolicy", "cpu", is_ready)
    assert second["metadata"]["uid"] != first["metadata"]["uid"]
    [stored] = client.iterate(AlertPolicy)
    assert stored.id == second["status"]["id"]
    assert stored.managed_by is not None
    assert stored.managed_by.source == f"urn:uuid:{second['metadata']['uid']}"


def test_resources_go_though_the_secret_and_the_connection_went_first(
    desk: Desk, operator: Command, client: Client
) -> None:
    assert operator.process.is_running()
    desk.apply("AlertPolicy", "cpu", policy())
    desk.await_object("AlertPolicy", "cpu", is_ready)
    secret = f"/api/v1/namespaces/{desk.namespace}/secrets/default"
    desk.kube.delete(secret).raise_for_status()
    desk.delete("Connection", "default")
    desk.kube.delete(f"/api/v1/namespaces/{desk.namespace}").raise_for_status()
    desk.delete("AlertPolicy", "cpu")
    desk.await_gone("AlertPolicy", "cpu")
    desk.await_gone("Connection", "default")
    assert list(client.iterate(AlertPolicy)) == []


def test_a_namespace_that_is_deleted_goes_with_everything_in_it(
    desk: Desk, defined: KubernetesApi, operator: Command, client: Client
) -> None:
    assert operator.process.is_running()
    defined.run_controllers("namespace-controller")
    for name in ("cpu", "disk"):
        desk.apply("AlertPolicy", name, policy())
        desk.await_object("AlertPolicy", name, is_ready)
    namespace = f"/api/v1/namespaces/{desk.namespace}"
    desk.kube.delete(namespace).raise_for_status()
    until(lambda: desk.kube.get(namespace).status_code == 404)
    assert list(client.iterate(AlertPolicy)) == []
    desk.kube.post("/api/v1/namespaces", json={"metadata": {"name": desk.namespace}})


def test_a_definition_that_is_upgraded_and_rolled_back_under_an_operator_holds_nothing_up(
    desk: Desk, defined: KubernetesApi, operator: Command, client: Client
) -> None:
    desk.apply("AlertPolicy", "before", policy())
    before = desk.await_object("AlertPolicy", "before", is_ready)
    file = DEFINITIONS / "alertpolicies.yaml"
    newer = yaml.safe_load(file.read_text(encoding="utf-8"))
    [version] = newer["spec"]["versions"]
    spec = version["schema"]["openAPIV3Schema"]["properties"]["spec"]
    spec["properties"]["later"] = {"type": "string"}

    def knows_later() -> bool:
        return refusal(desk.kube, "AlertPolicy", policy(later="x")) == ""

    try:
        defined.kubectl("apply", "--server-side", "--filename", "-", stdin=yaml.safe_dump(newer))
        until(knows_later)
        desk.apply("AlertPolicy", "during", policy())
        desk.await_object("AlertPolicy", "during", is_ready)
    finally:
        defined.kubectl("apply", "--server-side", "--filename", str(file))
    until(lambda: not knows_later() and desk.kube.get(desk.path("AlertPolicy")).is_success)
    desk.apply("AlertPolicy", "during", policy(severity="info"))
    desk.await_object("AlertPolicy", "during", is_ready)
    assert desk.get("AlertPolicy", "before") == before
    assert client.get(AlertPolicy, before["status"]["id"]).version == 1
    assert httpx.get(f"{operator.url}/livez").status_code == 200


def test_resources_outlive_the_definition_of_their_objects(
    desk: Desk, defined: KubernetesApi, operator: Command, client: Client
) -> None:
    assert operator.process.is_running()
    desk.apply("AlertPolicy", "cpu", policy())
    ready = desk.await_object("AlertPolicy", "cpu", is_ready)
    definition = "alertpolicies.signalcraft.io"
    try:
        defined.kubectl("delete", "crd", definition, "--timeout", "20s")
    finally:
        file = str(DEFINITIONS / "alertpolicies.yaml")
        defined.kubectl("apply", "--server-side", "--filename", file)
        defined.kubectl("wait", f"crd/{definition}", "--for", "condition=Established")
        until(lambda: desk.kube.get(desk.path("AlertPolicy")).is_success)
    assert client.get(AlertPolicy, ready["status"]["id"]).version == 1
