"""Service accounts' API keys: made, listed, rotated, revoked; and what a key may do."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from signalcraft.model.secret import is_well_formed, new_secret
from signalcraft.store.access import keys
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


def age(server: Server, key: dict[str, Any], by: timedelta) -> None:
    """Makes a key one that was made so long ago."""
    made = (datetime.now(UTC) - by).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    database = Database(server.database_url)
    with database.transaction() as connection:
        connection.execute(
            f"UPDATE api_key SET created_at = '{made}' WHERE id = '{key['id']}'"  # noqa: S608 — ours
        )
    database.close()


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
    assert (tried.status_code, tried.json()["name"]) == (201, "x")
    strong = {"name": "x", "scopes": ["config:write"]}
    tried = http.post("/v1/service-accounts?validate_only=true", json=strong, headers=reader)
    assert tried.json()["scopes"] == ["config:write"]
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
        "config:write",
        "config:write",
    ]
    # Nor does a weaker account change a stronger one in any other way, but for disabling it.
    for change in ({"scopes": ["config:read"]}, {"description": "x"}, {"name": "stronger"}):
        changed = {"name": "strong", "scopes": ["config:write"]} | change
        answer = http.put(f"/v1/service-accounts/{strong}", json=changed, headers=clerk)
        assert (answer.status_code, answer.json()["scope"]) == (403, "config:write")
    body: dict[str, Any] = {"name": "strong", "scopes": ["config:write"], "disabled": True}
    assert http.put(f"/v1/service-accounts/{strong}", json=body, headers=clerk).is_success
    enabled = http.put(
        f"/v1/service-accounts/{strong}", json=body | {"disabled": False}, headers=clerk
    )
    assert (enabled.status_code, enabled.json()["scope"]) == (403, "config:write")


def test_a_key_gains_nothing_that_its_account_gains_later(http: httpx.Client) -> None:
    """Else whoever makes a key for a narrowed account has all as soon as it is wide again."""
    account_id = account(http, "config:read", "audit:read", name="ci")
    made_wide = make_key(http, account_id)

    def grant(*scopes: str) -> None:
        body = {"name": "ci", "scopes": scopes}
        assert http.put(f"/v1/service-accounts/{account_id}", json=body).is_success

    def scopes(key: dict[str, Any]) -> list[str]:
        found: list[str] = http.get("/v1/whoami", headers=bearer(key)).json()["scopes"]
        return found

    grant("config:read")
    made_narrow = make_key(http, account_id)
    assert made_narrow["scopes"] == ["config:read"]
    assert scopes(made_wide) == scopes(made_narrow) == ["config:read"]
    grant("config:read", "audit:read")
    assert scopes(made_wide) == ["audit:read", "config:read"]
    assert scopes(made_narrow) == ["config:read"]


def test_whoever_may_not_manage_keys_may_not_decide_how_old_they_get(http: httpx.Client) -> None:
    writer = bearer(make_key(http, account(http, "config:read", "config:write")))
    workspace = {"name": "Test", "max_api_key_age_days": 1}
    refused = http.put("/v1/workspace", json=workspace, headers=writer)
    assert (refused.status_code, refused.json()["scope"]) == (403, "access:write")
    assert http.put("/v1/workspace", json={"name": "Renamed"}, headers=writer).is_success


def test_a_key_that_was_too_old_once_does_not_come_back(http: httpx.Client, server: Server) -> None:
    key = make_key(http, account(http, "config:read"))
    age(server, key, timedelta(days=10))
    for days, status in ((9, 401), (None, 401), (90, 401)):
        http.put("/v1/workspace", json={"name": "Test", "max_api_key_age_days": days})
        assert http.get("/v1/whoami", headers=bearer(key)).status_code == status


def test_an_expired_key_stays_so_though_the_clock_is_set_back(
    http: httpx.Client, server: Server
) -> None:
    """To the database, a clock that is set back is the same as a later expiry."""
    account_id = account(http, "config:read")
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="seconds")
    key = make_key(http, account_id, expires_at=soon)
    database = Database(server.database_url)
    with database.transaction() as connection:
        keys.end_expired(connection, (datetime.now(UTC) + timedelta(hours=2)).isoformat())
    database.close()
    assert http.get("/v1/whoami", headers=bearer(key)).status_code == 401


def test_a_key_that_was_rotated_twice_still_lives_as_long_as_it_was_meant_to(
    http: httpx.Client,
) -> None:
    account_id = account(http, "config:read")
    in_a_week = (datetime.now(UTC) + timedelta(days=7)).isoformat(timespec="seconds")
    old = make_key(http, account_id, expires_at=in_a_week)
    rotate = f"/v1/service-accounts/{account_id}/keys/{old['id']}/rotate"
    for _ in range(2):  # The first leaves the old key an hour.
        new = http.post(rotate, json={"overlap_minutes": 60}).json()
        life = datetime.fromisoformat(new["expires_at"]) - datetime.now(UTC)
        assert timedelta(days=6, hours=23) < life <= timedelta(days=7)


def test_the_feed_says_of_keys_whose_they_are_and_what_they_may_do(http: httpx.Client) -> None:
    account_id = account(http, "config:read")
    key = make_key(http, account_id)
    http.delete(f"/v1/service-accounts/{account_id}/keys/{key['id']}")
    feed = http.get("/v1/changes", params={"limit": 1000, "id": key["id"]}).json()["items"]
    told = [
        {change["pointer"]: change[side] for change in entry["diff"]}
        for entry, side in zip(feed, ("after", "before"), strict=True)
    ]
    assert told[0] == told[1]
    assert (told[0]["/service_account_id"], told[0]["/scopes"]) == (account_id, ["config:read"])


def test_what_goes_with_an_account_is_in_the_feed(http: httpx.Client) -> None:
    account_id = account(http, "config:read")
    key = make_key(http, account_id)
    http.delete(f"/v1/service-accounts/{account_id}")
    feed = http.get("/v1/changes", params={"limit": 1000}).json()["items"]
    deleted = [(entry["kind"], entry["id"]) for entry in feed if entry["action"] == "deleted"]
    assert deleted == [("service_account", account_id), ("api_key", key["id"])]


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
    assert "revoked" in refused.json()["detail"]  # A fact: no clock can undo it.


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
    age(server, key, timedelta(days=10))
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
