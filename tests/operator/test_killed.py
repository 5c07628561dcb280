"""The operator is killed right before or after a write, whichever it is."""

import ssl
import time
from dataclasses import replace
from threading import Event

import psutil
import pytest

from signalcraft.client import Client
from signalcraft.model.alert_policy import AlertPolicy
from tests.fault_proxy import Fault, FaultProxy, fault_proxy
from tests.operator.cluster import Desk, is_ready, policy
from tests.until import until
from tools.kubernetes import KubernetesApi
from tools.operators import running_operator
from tools.servers import Tenant

LEASE = ("--lease", "3", "2", "0.5")


def kill_at(proxy: FaultProxy, process: psutil.Process, method: str, *, after: bool) -> None:
    """Kills a process at its next request of a method, before or after that is carried out."""

    def judge(seen: str, _path: str) -> Fault | None:
        if seen != method:
            return None
        return Fault(after_commit=after, before_failing=process.kill)

    proxy.judge = judge


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", ["create", "edit", "delete"])
def test_nothing_is_doubled_or_left_behind(
    desk: Desk,
    defined: KubernetesApi,
    client: Client,
    proxy: FaultProxy,
    tenant: Tenant,
    step: str,
    *,
    after: bool,
) -> None:
    desk.connect(proxy.url, tenant.api_key)

    def act(step: str) -> None:
        if step == "create":
            desk.apply("AlertPolicy", "cpu", policy())
        if step == "edit":
            desk.apply("AlertPolicy", "cpu", policy(severity="info"))
        if step == "delete":
            desk.delete("AlertPolicy", "cpu")

    with running_operator(defined.kubeconfig, "test", desk.namespace, *LEASE) as operator:
        if step != "create":
            act("create")
            desk.await_object("AlertPolicy", "cpu", is_ready)
        method = "DELETE" if step == "delete" else "PUT"
        kill_at(proxy, operator.process, method, after=after)
        act(step)
        until(lambda: operator.process.status() == psutil.STATUS_ZOMBIE)
    proxy.judge = lambda _method, _path: None
    with running_operator(defined.kubeconfig, "test", desk.namespace, *LEASE):
        if step == "delete":
            desk.await_gone("AlertPolicy", "cpu")
        else:
            found = desk.await_object("AlertPolicy", "cpu", is_ready)
            [stored] = client.iterate(AlertPolicy)
            assert stored.id == found["status"]["id"]
            assert stored.body.severity == ("critical" if step == "create" else "info")
    if step == "delete":
        assert list(client.iterate(AlertPolicy)) == []


# Each write to Kubernetes: what is done, the request's method, and a part of its path.
WRITES = {
    "the finalizer is set": ("create", "PATCH", "/alertpolicies/cpu?"),
    "the status is written": ("create", "PATCH", "/alertpolicies/cpu/status?"),
    "the event is written": ("create", "POST", "/events"),
    "the finalizer is removed": ("delete", "PATCH", "/alertpolicies/cpu?"),
}


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("write", WRITES)
def test_a_write_to_kubernetes_is_made_up_for(
    desk: Desk, defined: KubernetesApi, client: Client, write: str, *, after: bool
) -> None:
    step, method, part = WRITES[write]
    certificates = ssl.create_default_context(cafile=str(defined.admin.certificate_authority))
    with (
        fault_proxy(defined.admin.url, certificates) as cluster,
        defined.kubeconfig_for(replace(defined.admin, url=cluster.url)) as kubeconfig,
        running_operator(kubeconfig, "test", desk.namespace, *LEASE) as operator,
    ):
        if step == "delete":
            desk.apply("AlertPolicy", "cpu", policy())
            desk.await_object("AlertPolicy", "cpu", is_ready)

        killed = Event()

        def kill() -> None:
            operator.process.kill()
            killed.set()

        def judge(seen: str, path: str) -> Fault | None:
            if seen != method or part not in path:
                return None
            return Fault(after_commit=after, before_failing=kill)

        cluster.judge = judge
        if step == "delete":
            desk.delete("AlertPolicy", "cpu")
        else:
            desk.apply("AlertPolicy", "cpu", policy())
        assert killed.wait(30)
    with running_operator(defined.kubeconfig, "test", desk.namespace, *LEASE):
        if step == "delete":
            desk.await_gone("AlertPolicy", "cpu")
            assert list(client.iterate(AlertPolicy)) == []
        else:
            found = desk.await_object("AlertPolicy", "cpu", is_ready)
            [stored] = client.iterate(AlertPolicy)
            assert (stored.id, stored.version) == (found["status"]["id"], 1)


def test_a_second_operator_takes_over_from_one_that_was_killed(
    desk: Desk, defined: KubernetesApi
) -> None:
    operator = running_operator(defined.kubeconfig, "test", desk.namespace, *LEASE)
    with operator as first, running_operator(defined.kubeconfig, "test", desk.namespace, *LEASE):
        desk.apply("AlertPolicy", "cpu", policy())
        desk.await_object("AlertPolicy", "cpu", is_ready)
        first.process.kill()
        killed_at = time.monotonic()
        desk.apply("AlertPolicy", "cpu", policy(severity="info"))
        desk.await_object("AlertPolicy", "cpu", is_ready)
        assert time.monotonic() - killed_at < 20
