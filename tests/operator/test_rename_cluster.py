"""Changing clusterName, as docs/kubernetes.md describes it."""

import os
import subprocess
import sys

from signalcraft.client import Client
from signalcraft.model.alert_policy import AlertPolicy
from tests.operator.cluster import Desk, is_ready, policy, stalls
from tools.kubernetes import KubernetesApi
from tools.operators import running_operator
from tools.servers import Server, Tenant
from tools.stand_in import ROOT

SCRIPT = ROOT / "examples" / "kubernetes" / "rename_cluster.py"


def test_resources_are_handed_over_and_keep_their_ids(
    defined: KubernetesApi, desk: Desk, client: Client, server: Server, tenant: Tenant
) -> None:
    with running_operator(defined.kubeconfig, "old", desk.namespace):
        desk.apply("AlertPolicy", "cpu", policy())
        ready = desk.await_object("AlertPolicy", "cpu", is_ready)
    id = ready["status"]["id"]
    with running_operator(defined.kubeconfig, "new", desk.namespace):
        desk.await_object("AlertPolicy", "cpu", stalls("Conflict"))
        assert client.get(AlertPolicy, id).body.name == f"old/{desk.namespace}/cpu"
        access = {"SIGNALCRAFT_ENDPOINT": server.url, "SIGNALCRAFT_API_KEY": tenant.api_key}
        subprocess.run([sys.executable, SCRIPT, "old", "new"], env=os.environ | access, check=True)
        again = desk.await_object("AlertPolicy", "cpu", is_ready)
    assert again["status"]["id"] == id
    stored = client.get(AlertPolicy, id)
    assert stored.body.name == f"new/{desk.namespace}/cpu"
    assert stored.managed_by is not None
    assert stored.managed_by.manager == f"kubernetes/new/{desk.namespace}/cpu"
