"""Service accounts' API keys: made, listed, rotated, revoked; and what a key may do."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from signalcraft.model.secret import is_well_formed, new_secret
from signalcraft.store.db.database import Database
from tools.servers import Server, Tenant, running_server


def account(http: httpx.Client, *scopes: str, **fields: Any) -> str:
    """A service account with these scopes; returns its id."""
    body = {"name": f"account {len(scopes)}", "scopes": scopes, **fields}
    stored = http.post("/v1/service-accounts", json=body)
    assert stored.status_code == 201, stored.text
    return str(stored.json()["id"])


def make_key(http: httpx.Client, account_id: str, **fields: Any) -> dict[str, Any]:
    """A key of the account, with its secret."""
    made = http.post(f"/v1/service-accounts/{account_id}/keys", json={"name": "ci", **fields})
    assert made.status_code == 201, made.text
    key: dict[str, Any] = made.json()
    return key


def bearer(key: dict[str, Any]) -> dict[str, str]:
    """The header that sends another key."""
    return {"Authorization": f"Bearer {key['secret']}"}


def test_a_new_key_works_and_its_secret_is_shown_only_once(http: httpx.Client) -> None:
    account_id = account(http, "config:read")
    key = make_key(http, account_id)
    assert is_well_formed(key["secret"])
    assert key["secret"].endswith(key["hint"])

    who = http.get("/v1/whoami", headers=bearer(key)).json()
    assert (who["service_account_id"], who["key_id"]) == (account_id, key["id"])
    assert who["scopes"] == ["config:read"]

    listed = http.get(f"/v1/service-accounts/{account_id}/keys")
    assert [item["id"] for item in listed.json()["items"]] == [key["id"]]
    assert "secret" not in listed.json()["items"][0]
    feed = http.get("/v1/changes", params={"limit": 1000})
    assert key["id"] in feed.text
    for said in (listed.text, feed.text):
        assert key["secret"] not in said


def test_a_repeated_request_for_a_key_makes_no_other_and_hides_the_secret(
    http: httpx.Client,
) -> None:
    path = f"/v1/service-accounts/{account(http, 'config:read')}/keys"
    once = http.post(path, json={"name": "ci"}, headers={"Idempotency-Key": "1"})
    again = http.post(path, json={"name": "ci"}, headers={"Idempotency-Key": "1"})
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == once.json() | {"secret": None}
    assert len(http.get(path).json()["items"]) == 1


@pytest.mark.parametrize(
    ("scopes", "method", "path", "missing"),
    [
        (["config:write"], "GET", "/v1/teams", "config:read"),
        (["config:read"], "POST", "/v1/teams", "config:write"),
        (["config:read", "config:write"], "POST", "/v1/users", "members:write"),
        (["config:read", "config:write"], "POST", "/v1/service-accounts", "access:write"),
        (["config:read"], "GET", "/v1/changes", "audit:read"),
        (["audit:read"], "POST", "/v1/validate", "config:read"),
        ([], "POST", "/v1/teams?validate_only=true", "config:read"),
    ],
)
def test_a_key_without_the_scope_is_told_which_one_it_lacks(
    http: httpx.Client, scopes: list[str], method: str, path: str, missing: str
) -> None:
    key = make_key(http, account(http, *scopes))
    body: dict[str, str] | None = {} if method == "POST" else None
    refused = http.request(method, path, json=body, headers=bearer(key))
    assert (refused.status_code, refused.json()["scope"]) == (403, missing)
    assert missing in refused.json()["detail"]


def test_a_read_only_key_may_try_a_write_without_writing(http: httpx.Client) -> None:
    reader = bearer(make_key(http, account(http, "config:read")))
    tried = http.post("/v1/teams?validate_only=true", json={"name": "x"}, headers=reader)
    assert tried.status_code == 204
    assert http.get("/v1/teams").json()["items"] == []


def test_nobody_hands_out_a_scope_that_they_lack(http: httpx.Client) -> None:
    strong = account(http, "config:write", name="strong")
    clerk = bearer(make_key(http, account(http, "access:write", "config:read")))

    refusals = [
        http.post(
            "/v1/service-accounts", json={"name": "x", "scopes": ["config:write"]}, headers=clerk
        ),
        http.put(
            f"/v1/service-accounts/{strong}",
            json={"name": "strong", "scopes": ["config:write", "state:read"]},
            headers=clerk,
        ),
        http.post(f"/v1/service-accounts/{strong}/keys", json={"name": "x"}, headers=clerk),
    ]
    assert [answer.status_code for answer in refusals] == [403] * 3
    assert [answer.json()["scope"] for answer in refusals] == [
        "config:write",
        "state:read",
        "config:write",
    ]
    # What an account has already, it may keep.
    renamed = http.put(
        f"/v1/service-accounts/{strong}",
        json={"name": "stronger", "scopes": ["config:write"]},
        headers=clerk,
    )
    assert renamed.status_code == 200


def test_a_revoked_key_stops_at_once_and_is_still_listed(http: httpx.Client) -> None:
    account_id = account(http, "config:read")
    key = make_key(http, account_id)
    path = f"/v1/service-accounts/{account_id}/keys/{key['id']}"
    assert [http.delete(path).status_code, http.delete(path).status_code] == [204, 204]
    refused = http.get("/v1/whoami", headers=bearer(key))
    assert refused.status_code == 401
    assert "revoked" in refused.json()["detail"]
    [listed] = http.get(f"/v1/service-accounts/{account_id}/keys").json()["items"]
    assert listed["revoked_at"]


def test_rotating_lets_both_keys_work_for_the_overlap(http: httpx.Client) -> None:
    account_id = account(http, "config:read")
    old = make_key(http, account_id)
    rotate = f"/v1/service-accounts/{account_id}/keys/{old['id']}/rotate"
    new = http.post(rotate, json={"overlap_minutes": 5}).json()
    assert new["name"] == old["name"]
    assert http.get("/v1/whoami", headers=bearer(new)).status_code == 200
    assert http.get("/v1/whoami", headers=bearer(old)).status_code == 200

    at_once = http.post(rotate, json={}).json()
    assert http.get("/v1/whoami", headers=bearer(at_once)).status_code == 200
    refused = http.get("/v1/whoami", headers=bearer(old))
    assert "expired" in refused.json()["detail"]


@pytest.mark.parametrize("sent_as", [{}, {"Content-Type": "application/x-www-form-urlencoded"}])
def test_a_rotation_that_says_nothing_is_at_once(
    http: httpx.Client, sent_as: dict[str, str]
) -> None:
    account_id = account(http, "config:read")
    old = make_key(http, account_id)
    rotate = f"/v1/service-accounts/{account_id}/keys/{old['id']}/rotate"
    new = http.post(rotate, headers=sent_as)
    assert (new.status_code, new.json()["name"]) == (201, old["name"])
    assert http.get("/v1/whoami", headers=bearer(new.json())).status_code == 200
    assert http.get("/v1/whoami", headers=bearer(old)).status_code == 401
    # But what is no JSON is not taken for nothing.
    assert http.post(rotate, headers=sent_as, content=b"overlap_minutes=5").status_code == 415


def test_a_rotated_key_lives_as_long_as_the_old_one_was_meant_to(http: httpx.Client) -> None:
    account_id = account(http, "config:read")
    in_a_week = (datetime.now(UTC) + timedelta(days=7)).isoformat(timespec="seconds")
    old = make_key(http, account_id, expires_at=in_a_week)
    rotated = http.post(f"/v1/service-accounts/{account_id}/keys/{old['id']}/rotate", json={})
    life = datetime.fromisoformat(rotated.json()["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=6, hours=23) < life <= timedelta(days=7)


def test_a_key_that_has_expired_already_is_not_made(http: httpx.Client) -> None:
    path = f"/v1/service-accounts/{account(http, 'config:read')}/keys"
    refused = http.post(path, json={"name": "ci", "expires_at": "2020-01-01T00:00:00Z"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/expires_at"


def test_disabling_an_account_refuses_all_its_keys(http: httpx.Client) -> None:
    account_id = account(http, "config:read", name="ci")
    key = make_key(http, account_id)
    body = {"name": "ci", "scopes": ["config:read"], "disabled": True}
    http.put(f"/v1/service-accounts/{account_id}", json=body)
    refused = http.get("/v1/whoami", headers=bearer(key))
    assert (refused.status_code, "disabled" in refused.json()["detail"]) == (401, True)
    http.put(f"/v1/service-accounts/{account_id}", json=body | {"disabled": False})
    assert http.get("/v1/whoami", headers=bearer(key)).status_code == 200


def test_deleting_an_account_ends_its_keys(http: httpx.Client) -> None:
    account_id = account(http, "config:read")
    key = make_key(http, account_id)
    assert http.delete(f"/v1/service-accounts/{account_id}").status_code == 204
    assert http.get("/v1/whoami", headers=bearer(key)).status_code == 401


def test_no_key_outlives_the_age_that_the_workspace_allows(
    http: httpx.Client, server: Server
) -> None:
    key = make_key(http, account(http, "config:read"))
    # As if it had been made ten days ago.
    database = Database(server.database_url)
    with database.transaction() as connection:
        ten_days_ago = (datetime.now(UTC) - timedelta(days=10)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        connection.execute(
            f"UPDATE api_key SET created_at = '{ten_days_ago}' WHERE id = '{key['id']}'"  # noqa: S608 — ours
        )
    database.close()
    assert http.get("/v1/whoami", headers=bearer(key)).status_code == 200
    http.put("/v1/workspace", json={"name": "Test", "max_api_key_age_days": 9})
    refused = http.get("/v1/whoami", headers=bearer(key))
    assert (refused.status_code, "expired" in refused.json()["detail"]) == (401, True)


def test_when_a_key_was_last_used_is_stored_when_the_server_stops(
    server: Server, tenant: Tenant
) -> None:
    """And once a minute, instead of at each request."""
    with running_server(server.database_url) as second, second.http(tenant) as http:
        who = http.get("/v1/whoami").json()
        path = f"/v1/service-accounts/{who['service_account_id']}/keys"
        [key] = http.get(path).json()["items"]
        assert key["last_used_at"] is None
    with server.http(tenant) as http:
        [key] = http.get(path).json()["items"]
    assert key["last_used_at"] >= key["created_at"]


def test_a_caller_may_bring_the_secret_of_which_only_the_hash_is_kept(http: httpx.Client) -> None:
    account_id = account(http, "config:read")
    secret = new_secret()
    key = make_key(http, account_id, secret=secret)
    assert key["secret"] is None
    assert secret.endswith(key["hint"])
    who = http.get("/v1/whoami", headers={"Authorization": f"Bearer {secret}"}).json()
    assert who["key_id"] == key["id"]
    assert secret not in http.get("/v1/changes", params={"limit": 1000}).text


def test_a_secret_in_another_form_or_of_another_key_is_refused_without_repeating_it(
    http: httpx.Client,
) -> None:
    path = f"/v1/service-accounts/{account(http, 'config:read')}/keys"
    taken = new_secret()
    make_key(http, path.split("/")[3], secret=taken)
    for secret, code in ((taken, "duplicate"), ("hunter2", "format"), (taken[:-1] + "!", "format")):
        refused = http.post(path, json={"name": "ci", "secret": secret})
        assert refused.status_code == 422, refused.text
        assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
            ("/secret", code)
        ]
        assert secret not in refused.text
