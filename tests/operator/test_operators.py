"""Operators on their own: one that is started again, one that can't see the cluster, a dry run."""

import time

import httpx
import pytest

from signalcraft.client import Client
from signalcraft.model.alert_policy import AlertPolicy
from tests.fault_proxy import FaultProxy
from tests.operator.cluster import Desk, condition, is_ready, policy, stalls
from tests.until import until
from tools.commands import Command
from tools.kubernetes import KubernetesApi
from tools.operators import running_operator
from tools.servers import Tenant

LEASE = ("--lease", "3", "2", "0.3")


@pytest.fixture(autouse=True)
def through_the_proxy(desk: Desk, proxy: FaultProxy, tenant: Tenant) -> None:
    desk.connect(proxy.url, tenant.api_key)


def test_a_restart_with_everything_synced_writes_nothing_and_reads_no_single_object(
    desk: Desk, defined: KubernetesApi, proxy: FaultProxy
) -> None:
    names = [f"p{i}" for i in range(5)]
    with running_operator(defined.kubeconfig, "test", desk.namespace, *LEASE):
        for name in names:
            desk.apply("AlertPolicy", name, policy())
        before = [desk.await_object("AlertPolicy", name, is_ready) for name in names]
    proxy.seen.clear()
    with running_operator(defined.kubeconfig, "test", desk.namespace, *LEASE) as operator:
        until(lambda: reconciled(operator) >= len(names))
        until(lambda: any("/v1/changes" in path and "wait" in path for _, path in proxy.seen))
        assert [desk.get("AlertPolicy", name) for name in names] == before
    assert {method for method, _ in proxy.seen} == {"GET"}
    assert not any("/alert-policies/" in path for _, path in proxy.seen)


def test_a_leader_that_lost_the_cluster_writes_nothing_after_its_lease(
    desk: Desk,
    defined: KubernetesApi,
    proxy: FaultProxy,
    client: Client,
) -> None:
    with running_operator(defined.kubeconfig, "test", desk.namespace, *LEASE):
        desk.apply("AlertPolicy", "cpu", policy())
        ready = desk.await_object("AlertPolicy", "cpu", is_ready)
        stored = client.get(AlertPolicy, ready["status"]["id"])
        defined.process.suspend()
        try:
            lease_ends = time.monotonic() + 3
            until(lambda: time.monotonic() > lease_ends)
            writes = proxy.count("PUT")
            client.replace(stored.id, stored.body.model_copy(update={"severity": "info"}))
            quiet_until = time.monotonic() + 2
            until(lambda: time.monotonic() > quiet_until)
            assert proxy.count("PUT") == writes
        finally:
            defined.process.resume()
        desk.await_event("cpu", "DriftCorrected", "severity")


def test_a_dry_run_writes_nothing_anywhere(
    desk: Desk, defined: KubernetesApi, client: Client
) -> None:
    made = desk.apply("AlertPolicy", "cpu", policy())
    with running_operator(defined.kubeconfig, "test", desk.namespace, "--dry-run") as operator:
        until(lambda: any('"action": "create"' in line for line in operator.said))
    found = desk.get("AlertPolicy", "cpu")
    assert found is not None
    assert found["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]
    assert desk.events("cpu") == []
    assert list(client.iterate(AlertPolicy)) == []


def test_a_cluster_that_is_renamed_takes_its_resources_along_once_its_objects_say_so(
    desk: Desk, defined: KubernetesApi, client: Client
) -> None:
    with running_operator(defined.kubeconfig, "old", desk.namespace, *LEASE):
        desk.apply("AlertPolicy", "cpu", policy())
        before = desk.await_object("AlertPolicy", "cpu", is_ready)
    with running_operator(defined.kubeconfig, "new", desk.namespace, *LEASE):
        found = desk.await_object("AlertPolicy", "cpu", stalls("Conflict"))
        assert "under another cluster name" in condition(found, "Ready")["message"]
        desk.apply("AlertPolicy", "cpu", policy(), {"signalcraft.io/adopt": "true"})
        after = desk.await_object("AlertPolicy", "cpu", is_ready)
    assert after["status"]["id"] == before["status"]["id"]
    [stored] = client.iterate(AlertPolicy)
    assert stored.body.name == f"new/{desk.namespace}/cpu"


def reconciled(operator: Command) -> float:
    """How many AlertPolicies an operator has looked at."""
    wanted = 'signalcraft_operator_reconciles_total{kind="AlertPolicy",result="ok"} '
    lines = httpx.get(f"{operator.url}/metrics").text.splitlines()
    return next((float(line.removeprefix(wanted)) for line in lines if wanted in line), 0)
