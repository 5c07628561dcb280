"""Trusts of service accounts: written like any kind, by those who could hand out a key."""

import json
from typing import Any

import httpx
import pytest

from tests.api.access.test_keys import account, bearer, make_key


def trust(account_id: str, **fields: Any) -> dict[str, Any]:
    """A trust of an account."""
    return {
        "name": "main",
        "service_account_id": account_id,
        "platform": "github",
        "issuer": "https://token.actions.githubusercontent.com",
        "audience": "https://signalcraft.example.com",
        "claims": [{"name": "repository_id", "values": ["1296269"]}],
        **fields,
    }


def test_only_who_has_the_accounts_scopes_writes_a_trust_for_it(http: httpx.Client) -> None:
    strong = account(http, "config:write", name="strong")
    clerk = bearer(make_key(http, account(http, "access:write", "config:read")))
    refused = http.post("/v1/service-account-trusts", json=trust(strong), headers=clerk)
    assert (refused.status_code, refused.json()["scope"]) == (403, "config:write")

    made = http.post("/v1/service-account-trusts", json=trust(strong)).json()
    path = f"/v1/service-account-trusts/{made['id']}"
    wider = trust(strong, claims=[{"name": "repository_id", "values": ["1296269", "7"]}])
    assert http.put(path, json=wider, headers=clerk).status_code == 403
    assert http.put(path, json=wider).status_code == 200


def test_an_account_that_a_trust_refers_to_is_not_deleted(http: httpx.Client) -> None:
    account_id = account(http, "config:read")
    http.post("/v1/service-account-trusts", json=trust(account_id)).raise_for_status()
    refused = http.delete(f"/v1/service-accounts/{account_id}")
    assert refused.status_code == 409
    [blocker] = refused.json()["blockers"]
    assert (blocker["kind"], blocker["pointer"]) == (
        "service_account_trust",
        "/service_account_id",
    )


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("claims", [{"name": "repository", "values": ["example/monitoring"]}], "repository_id"),
        ("audience", "https://github.com/example", "asks for none"),
    ],
)
def test_a_trust_that_strangers_could_use_is_refused_with_the_reason(
    http: httpx.Client, field: str, value: Any, said: str
) -> None:
    body = trust(account(http, "config:read"), **{field: value})
    refused = http.post("/v1/service-account-trusts", json=body)
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert error["pointer"] == f"/{field}"
    assert said in error["detail"]


@pytest.mark.parametrize(
    ("claims", "scope", "warns"),
    [
        ([], "config:write", ["any-branch"]),
        (["job_workflow_ref"], "config:write", ["any-branch"]),
        ([], "config:read", []),
        (["ref"], "config:write", []),
        (["environment"], "config:write", []),
        (["workflow_ref"], "config:write", []),
    ],
)
def test_a_trust_of_any_branch_is_warned_of_where_the_account_may_write(
    http: httpx.Client, claims: list[str], scope: str, warns: list[str]
) -> None:
    body = trust(account(http, scope, name="ci"))
    body["claims"] += [{"name": name, "values": ["refs/heads/main"]} for name in claims]
    answer = http.post("/v1/service-account-trusts", json=body).raise_for_status()
    warnings = json.loads(answer.headers.get("SignalCraft-Warnings", "[]"))
    assert [warning["code"] for warning in warnings] == warns
