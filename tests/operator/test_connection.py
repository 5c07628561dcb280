import uuid
from threading import Event

import pytest

from signalcraft.client import Client
from signalcraft.model.alert_policy import AlertPolicy
from tests.fault_proxy import Fault, fault_proxy, writes
from tests.operator.cluster import Desk, condition, is_ready, policy, reconciles, stalls
from tools.servers import Server, Tenant

pytestmark = pytest.mark.usefixtures("operator")


def test_a_connection_says_which_workspace_it_leads_to(desk: Desk, tenant: Tenant) -> None:
    ready = desk.await_object("Connection", "default", is_ready)
    assert ready["status"]["workspaceID"] == tenant.workspace_id
    assert "'Test'" in condition(ready, "Ready")["message"]


def test_a_connection_without_its_secret_is_stalled_until_it_is_there(
    desk: Desk, server: Server, tenant: Tenant
) -> None:
    spec = {"endpoint": server.url, "apiKeySecretRef": {"name": "later"}}
    desk.apply("Connection", "other", spec)
    found = desk.await_object("Connection", "other", stalls("SecretMissing"))
    assert f"{desk.namespace}/later" in condition(found, "Ready")["message"]
    desk.secret("later", tenant.api_key)
    desk.await_object("Connection", "other", is_ready)


def test_an_endpoint_that_is_something_else_is_stalled(desk: Desk, tenant: Tenant) -> None:
    desk.connect(str(desk.kube.base_url), tenant.api_key, "other")
    desk.await_object("Connection", "other", stalls("InvalidEndpoint"))


def test_an_endpoint_that_does_not_answer_is_unreachable(desk: Desk, tenant: Tenant) -> None:
    desk.connect("http://127.0.0.1:9", tenant.api_key, "other")
    desk.await_object("Connection", "other", reconciles("Unreachable"))


def test_an_object_uses_the_connection_that_it_names(
    desk: Desk, server: Server, client: Client
) -> None:
    second = server.new_tenant("Second")
    desk.connect(server.url, second.api_key, "second")
    desk.apply("AlertPolicy", "cpu", policy(connectionRef={"name": "second"}))
    ready = desk.await_object("AlertPolicy", "cpu", is_ready)
    assert ready["status"]["workspaceID"] == second.workspace_id
    assert list(client.iterate(AlertPolicy)) == []


def test_a_key_of_another_workspace_recreates_nothing(
    desk: Desk, server: Server, client: Client, tenant: Tenant
) -> None:
    desk.apply("AlertPolicy", "cpu", policy())
    desk.await_object("AlertPolicy", "cpu", is_ready)
    elsewhere = server.new_tenant("Elsewhere")
    desk.secret("default", elsewhere.api_key)
    desk.await_object("Connection", "default", stalls("WorkspaceChanged"))
    desk.apply("AlertPolicy", "cpu", policy(severity="info"))
    desk.await_object("AlertPolicy", "cpu", lambda found: not is_ready(found))
    with server.client(elsewhere) as other:
        assert list(other.iterate(AlertPolicy)) == []
    desk.secret("default", tenant.api_key)
    desk.await_object("AlertPolicy", "cpu", is_ready)
    [stored] = client.iterate(AlertPolicy)
    assert stored.body.severity == "info"


def test_two_cluster_connections_for_a_namespace_are_ambiguous(desk: Desk, server: Server) -> None:
    label = {"test": desk.namespace}
    desk.kube.patch(
        f"/api/v1/namespaces/{desk.namespace}",
        json={"metadata": {"labels": label}},
        headers={"Content-Type": "application/merge-patch+json"},
    ).raise_for_status()
    names = [f"cc-{uuid.uuid4().hex[:8]}" for _ in range(2)]
    spec = {
        "endpoint": server.url,
        "apiKeySecretRef": {"name": "none"},
        "namespaceSelector": {"matchLabels": label},
    }
    desk.await_object("Connection", "default", is_ready)
    desk.delete("Connection", "default")
    desk.await_gone("Connection", "default")
    try:
        for name in names:
            desk.apply("ClusterConnection", name, spec)
        desk.apply("AlertPolicy", "cpu", policy())
        found = desk.await_object("AlertPolicy", "cpu", reconciles("AmbiguousConnection"))
        assert all(name in condition(found, "Ready")["message"] for name in names)
    finally:
        for name in names:
            desk.delete("ClusterConnection", name)


def test_a_connection_outlives_the_objects_that_use_it(desk: Desk, client: Client) -> None:
    desk.apply("AlertPolicy", "cpu", policy())
    desk.await_object("AlertPolicy", "cpu", is_ready)
    desk.await_object(
        "Connection",
        "default",
        lambda found: "signalcraft.io/remote" in found["metadata"].get("finalizers", []),
    )
    desk.delete("Connection", "default")
    assert desk.get("Connection", "default") is not None
    desk.delete("AlertPolicy", "cpu")
    desk.await_gone("AlertPolicy", "cpu")
    desk.await_gone("Connection", "default")
    assert list(client.iterate(AlertPolicy)) == []


def test_an_object_whose_key_is_gone_is_let_go_after_a_while(desk: Desk, client: Client) -> None:
    desk.apply("AlertPolicy", "cpu", policy())
    ready = desk.await_object("AlertPolicy", "cpu", is_ready)
    desk.secret("default", f"sck_{'x' * 40}")
    desk.await_object("Connection", "default", stalls("Unauthorized"))
    desk.delete("AlertPolicy", "cpu")
    desk.await_gone("AlertPolicy", "cpu")
    desk.await_event("cpu", "Orphaned", ready["status"]["id"])
    assert client.get(AlertPolicy, ready["status"]["id"]).version == 1


def test_what_is_under_way_while_the_key_changes_is_not_forgotten(
    desk: Desk, server: Server, client: Client, tenant: Tenant
) -> None:
    account_id = client.whoami().service_account_id
    with server.http(tenant) as http:
        made = http.post(f"/v1/service-accounts/{account_id}/keys", json={"name": "second"})
    second = made.raise_for_status().json()["secret"]
    with fault_proxy(server.url) as proxy:
        desk.connect(proxy.url, tenant.api_key)
        desk.await_object("Connection", "default", is_ready)
        under_way = Event()
        proxy.judge = writes(Fault(late_by=1.0, before_failing=under_way.set))
        desk.apply("AlertPolicy", "cpu", policy())
        assert under_way.wait(10)
        desk.secret("default", second)
        desk.apply("AlertPolicy", "disk", policy())
        for name in ("cpu", "disk"):
            desk.await_object("AlertPolicy", name, is_ready)
        assert f"Bearer {second}" in proxy.credentials
    assert len(list(client.iterate(AlertPolicy))) == 2


def test_a_key_whose_secret_is_gone_writes_nothing_new(desk: Desk, client: Client) -> None:
    desk.apply("AlertPolicy", "old", policy())
    desk.await_object("AlertPolicy", "old", is_ready)
    secret = f"/api/v1/namespaces/{desk.namespace}/secrets/default"
    desk.kube.delete(secret).raise_for_status()
    desk.await_object("Connection", "default", stalls("SecretMissing"))
    desk.apply("AlertPolicy", "new", policy())
    desk.await_object("AlertPolicy", "new", reconciles("ConnectionNotReady"))
    assert len(list(client.iterate(AlertPolicy))) == 1
    desk.delete("AlertPolicy", "old")
    desk.await_gone("AlertPolicy", "old")
    assert list(client.iterate(AlertPolicy)) == []


def test_a_key_is_sent_to_no_endpoint_but_its_connections(
    desk: Desk, server: Server, tenant: Tenant
) -> None:
    second = server.new_tenant("Second")
    with fault_proxy(server.url) as here, fault_proxy(server.url) as there:
        desk.connect(here.url, tenant.api_key, "here")
        desk.connect(there.url, second.api_key, "there")
        for name in ("here", "there"):
            desk.await_object("Connection", name, is_ready)
            desk.apply("AlertPolicy", name, policy(connectionRef={"name": name}))
            desk.await_object("AlertPolicy", name, is_ready)
        # A server that sends clients elsewhere isn't followed.
        elsewhere = f"{there.url}/v1/alert-policies"
        here.judge = writes(Fault(status=307, headers={"Location": elsewhere}))
        asked = there.count("PUT")
        desk.apply("AlertPolicy", "here", policy(connectionRef={"name": "here"}, severity="info"))
        desk.await_object("AlertPolicy", "here", is_ready)
        assert there.count("PUT") == asked
        assert here.credentials == {f"Bearer {tenant.api_key}"}
        assert there.credentials == {f"Bearer {second.api_key}"}

        # From one moment to the next, its connection has another endpoint and another key.
        spec = {"endpoint": there.url, "apiKeySecretRef": {"name": "there"}}
        desk.apply("Connection", "here", spec)
        desk.await_object("Connection", "here", stalls("WorkspaceChanged"))
        assert here.credentials == {f"Bearer {tenant.api_key}"}
        assert there.credentials == {f"Bearer {second.api_key}"}
