"""Connections without a stored key: tokens of a real Kubernetes API, exchanged at a real server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from kubernetes.client.configuration import Configuration

from signalcraft.client import Client
from signalcraft.client.errors import Unavailable
from signalcraft.client.identity import NoIdentityTokenError
from signalcraft.model.alert_policy import AlertPolicy
from signalcraft.operator.identity import PodIdentity, ServiceAccountIdentity
from signalcraft.operator.kube import Kube, configuration
from tests.api.access.test_keys import account
from tests.api.access.test_trusts import trust
from tests.operator.cluster import Desk, condition, is_ready, policy, stalls
from tools.commands import Command
from tools.kubernetes import KubernetesApi
from tools.operators import running_operator
from tools.servers import Server, Tenant

SCOPES = ("config:read", "config:write", "audit:read")


@pytest.fixture(scope="module")
def token_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a kubelet would put the operator's own token."""
    return tmp_path_factory.mktemp("token") / "token"


@pytest.fixture(scope="module")
def operator(defined: KubernetesApi, home: str, token_file: Path) -> Iterator[Command]:
    """An operator with a token of its own."""
    options = ["--lease", "3", "2", "0.5", "--token-file", str(token_file)]
    with running_operator(defined.kubeconfig, "test", home, *options) as operator:
        yield operator
        said = "".join(operator.said)
        assert "eyJ" not in said
        assert "sck_" not in said


@pytest.fixture
def http(server: Server, tenant: Tenant) -> Iterator[httpx.Client]:
    with server.http(tenant) as http:
        yield http


class Cluster:
    """A cluster whose ServiceAccounts a workspace trusts."""

    def __init__(self, kubernetes: KubernetesApi, http: httpx.Client) -> None:
        self._kubernetes = kubernetes
        self._http = http
        self.account_id = account(http, *SCOPES, "access:write", name="operator", keyless_only=True)

    def trusts(self, namespace: str, name: str, audience: str, **fields: Any) -> str:
        """The id of a trust for a ServiceAccount, with the keys that the cluster publishes."""
        raw = self._kubernetes.kubectl("get", "--raw", "/.well-known/openid-configuration").stdout
        subject = f"system:serviceaccount:{namespace}:{name}"
        body = trust(
            self.account_id,
            platform="kubernetes",
            issuer=json.loads(raw)["issuer"],
            audience=audience,
            claims=[{"name": "sub", "values": [subject]}],
            jwks=self._kubernetes.kubectl("get", "--raw", "/openid/v1/jwks").stdout,
            **fields,
        )
        made = self._http.post("/v1/service-account-trusts", json=body).raise_for_status()
        return str(made.json()["id"])

    def token(self, namespace: str, name: str, audience: str) -> str:
        """A token, as a Pod would have it."""
        made = self._kubernetes.kubectl(
            *("create", "token", name, "--namespace", namespace, "--audience", audience)
        )
        return made.stdout.strip()

    def create_account(self, namespace: str, name: str) -> None:
        self._kubernetes.kubectl("create", "serviceaccount", name, "--namespace", namespace)


@pytest.fixture
def cluster(defined: KubernetesApi, http: httpx.Client) -> Cluster:
    return Cluster(defined, http)


def keyless(endpoint: str, trust_id: str, **fields: str) -> dict[str, Any]:
    return {"endpoint": endpoint, "tokenExchange": {"trustID": trust_id, **fields}}


@pytest.mark.usefixtures("operator")
def test_a_connection_exchanges_tokens_of_a_service_account_in_its_namespace(
    desk: Desk, server: Server, client: Client, cluster: Cluster, http: httpx.Client
) -> None:
    trust_id = cluster.trusts(desk.namespace, "alerts", server.url)
    spec = keyless(server.url, trust_id, serviceAccountName="alerts")
    desk.apply("Connection", "keyless", spec)
    found = desk.await_object("Connection", "keyless", stalls("TokenUnavailable"))
    said = condition(found, "Ready")["message"]
    assert said == f"The ServiceAccount {desk.namespace}/alerts does not exist."

    cluster.create_account(desk.namespace, "alerts")
    desk.patch("Connection", "keyless", {"spec": {"endpoint": f"{server.url}/"}})
    desk.await_object("Connection", "keyless", is_ready)
    desk.apply("AlertPolicy", "cpu", policy(connectionRef={"name": "keyless"}))
    desk.await_object("AlertPolicy", "cpu", is_ready)
    [stored] = client.iterate(AlertPolicy)
    [change] = [each for each in client.changes(limit=1000).items if each.id == stored.id]
    assert change.actor.id == cluster.account_id
    # The key can do no more than the operator needs, whatever its account may.
    [key] = http.get(f"/v1/service-accounts/{cluster.account_id}/keys").json()["items"]
    assert sorted(key["scopes"]) == sorted(SCOPES)


@pytest.mark.usefixtures("operator")
def test_a_cluster_connection_exchanges_the_operators_own_token(
    desk: Desk, server: Server, cluster: Cluster, home: str, token_file: Path
) -> None:
    audience = "https://signalcraft.example.com"
    cluster.create_account(home, "operator")
    trust_id = cluster.trusts(home, "operator", audience)
    nobody = {"matchLabels": {"test": "nobody"}}
    spec = keyless(server.url, trust_id, audience=audience) | {"namespaceSelector": nobody}
    token_file.write_text(cluster.token(home, "operator", audience))
    try:
        desk.apply("ClusterConnection", "keyless", spec)
        desk.await_object("ClusterConnection", "keyless", is_ready)
        # A token for one server is not for another, which could use it there.
        other = keyless(server.url, trust_id) | {"namespaceSelector": nobody}
        desk.apply("ClusterConnection", "elsewhere", other)
        found = desk.await_object("ClusterConnection", "elsewhere", stalls("TokenUnavailable"))
        said = condition(found, "Ready")["message"]
        assert f"is for {audience}, and this connection needs one for {server.url}." in said
    finally:
        desk.delete("ClusterConnection", "keyless")
        desk.delete("ClusterConnection", "elsewhere")


@pytest.mark.usefixtures("operator")
def test_a_token_that_the_server_refuses_says_which_claim_and_works_once_the_trust_is_corrected(
    desk: Desk, server: Server, cluster: Cluster, http: httpx.Client
) -> None:
    cluster.create_account(desk.namespace, "alerts")
    trust_id = cluster.trusts(desk.namespace, "another", server.url)
    spec = keyless(server.url, trust_id, serviceAccountName="alerts")
    desk.apply("Connection", "keyless", spec)
    found = desk.await_object("Connection", "keyless", stalls("TokenRefused"))
    assert f":{desk.namespace}:alerts'" in condition(found, "Ready")["message"]

    http.delete(f"/v1/service-account-trusts/{trust_id}").raise_for_status()
    corrected = cluster.trusts(desk.namespace, "alerts", server.url)
    spec = keyless(server.url, corrected, serviceAccountName="alerts")
    desk.apply("Connection", "keyless", spec)
    desk.await_object("Connection", "keyless", is_ready)


@pytest.mark.usefixtures("operator")
def test_a_connection_changes_over_from_a_stored_key(
    desk: Desk, server: Server, client: Client, cluster: Cluster
) -> None:
    desk.apply("AlertPolicy", "cpu", policy())
    before = desk.await_object("AlertPolicy", "cpu", is_ready)
    cluster.create_account(desk.namespace, "alerts")
    trust_id = cluster.trusts(desk.namespace, "alerts", server.url)
    spec = keyless(server.url, trust_id, serviceAccountName="alerts")
    desk.apply("Connection", "default", spec)
    desk.kube.delete(f"/api/v1/namespaces/{desk.namespace}/secrets/default").raise_for_status()
    desk.await_object("Connection", "default", is_ready)
    desk.apply("AlertPolicy", "cpu", policy(severity="info"))
    after = desk.await_object("AlertPolicy", "cpu", is_ready)
    assert after["status"]["id"] == before["status"]["id"]
    [stored] = client.iterate(AlertPolicy)
    assert stored.body.severity == "info"


@pytest.mark.usefixtures("operator")
def test_what_is_deleted_after_its_service_account_goes_with_the_last_key(
    desk: Desk, defined: KubernetesApi, server: Server, client: Client, cluster: Cluster
) -> None:
    """As in a namespace that is deleted, where the ServiceAccount may go first."""
    cluster.create_account(desk.namespace, "alerts")
    trust_id = cluster.trusts(desk.namespace, "alerts", server.url)
    desk.apply("Connection", "default", keyless(server.url, trust_id, serviceAccountName="alerts"))
    desk.apply("AlertPolicy", "cpu", policy())
    desk.await_object("AlertPolicy", "cpu", is_ready)
    defined.kubectl("delete", "serviceaccount", "alerts", "--namespace", desk.namespace)
    desk.delete("AlertPolicy", "cpu")
    desk.await_gone("AlertPolicy", "cpu")
    assert list(client.iterate(AlertPolicy)) == []


def test_tokens_of_accounts_that_are_not_listed_are_not_given(
    defined: KubernetesApi, namespace: str
) -> None:
    defined.kubectl("create", "serviceaccount", "operator", "--namespace", namespace)
    access = defined.service_account(namespace, "operator")
    with defined.kubeconfig_for(access) as file:
        kube = Kube(configuration(str(file)))
    identity = ServiceAccountIdentity(kube, namespace, "default")
    with pytest.raises(NoIdentityTokenError, match="connectionServiceAccounts"):
        identity.token("https://signalcraft.example.com")
    kube.close()


def test_a_cluster_that_does_not_answer_is_a_failure_that_passes() -> None:
    kube = Kube(Configuration(host="http://127.0.0.1:9"))
    with pytest.raises(Unavailable, match="No token for the ServiceAccount shop/alerts"):
        ServiceAccountIdentity(kube, "shop", "alerts").token("https://signalcraft.example.com")
    kube.close()


@pytest.mark.parametrize("text", ["", "no token", "a.!.b", "a.bnVsbA.b"])
def test_a_file_without_a_token_is_told_apart(tmp_path: Path, text: str) -> None:
    file = tmp_path / "token"
    file.write_text(text)
    with pytest.raises(NoIdentityTokenError, match="is for nothing"):
        PodIdentity(file).token("https://signalcraft.example.com")
