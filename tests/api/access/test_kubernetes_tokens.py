"""Tokens of a real Kubernetes API's service accounts, exchanged for keys."""

import json

import httpx
import pytest

from tests.api.access.test_keys import account
from tests.api.access.test_trusts import trust
from tests.api.problems import refusal
from tests.exchanging import Exchanging
from tools.issuer import Issuer
from tools.kubernetes import KubernetesApi

AUDIENCE = "https://signalcraft.example.com"


@pytest.fixture
def exchanging(http: httpx.Client, kubernetes: KubernetesApi, namespace: str) -> Exchanging:
    """A trust for one service account, with the keys that the cluster publishes to its own pods."""
    description = json.loads(
        kubernetes.kubectl("get", "--raw", "/.well-known/openid-configuration").stdout
    )
    account_id = account(http, "config:read", name="operator", keyless_only=True)
    body = trust(
        account_id,
        platform="kubernetes",
        issuer=description["issuer"],
        claims=[{"name": "sub", "values": [f"system:serviceaccount:{namespace}:operator"]}],
        jwks=kubernetes.kubectl("get", "--raw", "/openid/v1/jwks").stdout,
    )
    made = http.post("/v1/service-account-trusts", json=body).raise_for_status().json()
    for name in ("operator", "other"):
        kubernetes.kubectl("create", "serviceaccount", name, "--namespace", namespace)
    return Exchanging(http, account_id, made["id"], Issuer("https://unused.example.com"))


def token(kubernetes: KubernetesApi, namespace: str, name: str, audience: str = AUDIENCE) -> str:
    command = ["create", "token", name, "--namespace", namespace, "--audience", audience]
    return kubernetes.kubectl(*command).stdout.strip()


def test_a_pods_token_is_exchanged_as_often_as_it_is_read(
    exchanging: Exchanging, kubernetes: KubernetesApi, namespace: str
) -> None:
    projected = token(kubernetes, namespace, "operator")
    for _ in range(2):
        answer = exchanging.ask(projected).raise_for_status().json()
        who = httpx.get(
            f"{exchanging.http.base_url}/v1/whoami",
            headers={"Authorization": f"Bearer {answer['access_token']}"},
        )
        assert who.json()["service_account_id"] == exchanging.account_id


@pytest.mark.parametrize(
    ("name", "audience", "said"),
    [
        ("other", AUDIENCE, ":other'; the trust 'main' expects"),
        # A token for the cluster's own API, which every pod has.
        ("operator", "https://kubernetes.default.svc", "claim aud"),
    ],
)
def test_another_accounts_token_or_one_for_the_cluster_is_refused(
    exchanging: Exchanging,
    kubernetes: KubernetesApi,
    namespace: str,
    name: str,
    audience: str,
    said: str,
) -> None:
    answer = exchanging.ask(token(kubernetes, namespace, name, audience))
    assert refusal(answer) == (400, "token-refused")
    assert said in answer.json()["detail"]
