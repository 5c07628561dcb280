"""Exchanging tokens for keys: the whole way, over HTTP, with real signatures."""

import base64
import hmac
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from signalcraft.model.ids import new_id
from tests.api.access.test_keys import account, bearer, make_key
from tests.api.access.test_trusts import trust
from tests.api.problems import refusal
from tests.exchanging import GRANT, JWT, Exchanging
from tools.issuer import Issuer
from tools.servers import Server, Servers, running_server


def refused(answer: httpx.Response) -> str:
    """Why a token was refused; the answer never holds it."""
    assert refusal(answer) == (400, "token-refused"), answer.text
    assert answer.json()["error"] in {"invalid_grant", "invalid_scope"}
    assert "eyJ" not in answer.text
    detail: str = answer.json()["detail"]
    return detail


def key_of(answer: httpx.Response) -> dict[str, str]:
    """The header that sends the key of a successful exchange."""
    assert answer.status_code == 200, answer.text
    return bearer({"secret": answer.json()["access_token"]})


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_token_is_exchanged_for_a_key_of_an_hour(exchanging: Exchanging, algorithm: str) -> None:
    answer = exchanging.exchange(algorithm=algorithm)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json() | {"access_token": ""} == {
        "access_token": "",
        "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "config:read config:write",
    }
    who = exchanging.http.get("/v1/whoami", headers=key_of(answer)).json()
    assert (who["service_account_id"], who["scopes"]) == (
        exchanging.account_id,
        ["config:read", "config:write"],
    )
    [key] = exchanging.http.get(f"/v1/service-accounts/{exchanging.account_id}/keys").json()[
        "items"
    ]
    assert key["trust_id"] == exchanging.trust_id
    assert key["subject"] == "repo:example/monitoring:ref:refs/heads/main"
    # A GitHub Enterprise Server is at its issuer's address.
    assert key["run_url"] == f"{exchanging.issuer.url}/example/monitoring/actions/runs/42"
    assert key["expires_at"] > key["created_at"]


def test_an_exchange_is_in_the_feed_without_token_or_key(exchanging: Exchanging) -> None:
    token = exchanging.issuer.token()
    secret = exchanging.ask(token).json()["access_token"]
    feed = exchanging.http.get("/v1/changes", params={"limit": 1000}).text
    [entry] = [c for c in json.loads(feed)["items"] if c["kind"] == "api_key"][-1:]
    assert entry["actor"] == {"id": exchanging.account_id, "name": "ci"}
    changed = {change["pointer"]: change["after"] for change in entry["diff"]}
    assert changed["/trust_id"] == exchanging.trust_id
    assert changed["/run_url"].endswith("/actions/runs/42")
    assert token not in feed
    assert secret not in feed


def test_a_key_can_have_fewer_scopes_but_no_others(exchanging: Exchanging) -> None:
    answer = exchanging.ask(exchanging.issuer.token(), scope="config:read")
    assert answer.json()["scope"] == "config:read"
    key = key_of(answer)
    assert exchanging.http.get("/v1/teams", headers=key).status_code == 200
    assert exchanging.http.post("/v1/teams", json={"name": "x"}, headers=key).status_code == 403

    token = exchanging.issuer.token()
    answer = exchanging.ask(token, scope="config:read access:write")
    assert "'access:write'" in refused(answer)
    assert answer.json()["error"] == "invalid_scope"
    # What was refused hasn't used the token up.
    assert exchanging.ask(token).status_code == 200


def test_a_scope_that_the_account_loses_is_lost_to_its_keys(exchanging: Exchanging) -> None:
    key = key_of(exchanging.ask(exchanging.issuer.token(), scope="config:write config:read"))
    body = {"name": "ci", "scopes": ["config:read"]}
    exchanging.http.put(f"/v1/service-accounts/{exchanging.account_id}", json=body)
    assert exchanging.http.get("/v1/whoami", headers=key).json()["scopes"] == ["config:read"]


NOW = time.time()

# What a token says, and what its refusal names.
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"iss": "https://token.actions.githubusercontent.com"}, "claim iss"),
    ({"iss": None}, "claim iss"),
    ({"aud": "https://github.com/example"}, "claim aud"),
    ({"aud": None}, "claim aud"),
    ({"aud": ["https://signalcraft.example.com", "https://other.example.com"]}, "claim aud"),
    ({"exp": NOW - 61}, "expired"),
    ({"exp": None}, "no exp"),
    ({"exp": "never"}, "no exp"),
    ({"exp": float("nan")}, "no exp"),
    ({"exp": True}, "no exp"),
    ({"exp": NOW + 25 * 3600}, "24 hours"),
    ({"iat": None}, "no iat"),
    ({"iat": NOW + 3600, "exp": NOW + 7200}, "iat is in the future"),
    ({"nbf": None}, "no nbf"),
    ({"nbf": NOW + 3600}, "nbf is in the future"),
    ({"event_name": "pull_request_target"}, "fork's pull request"),
    ({"event_name": "workflow_run"}, "fork's pull request"),
    ({"event_name": None}, "no event_name"),
    ({"repository_id": "7"}, "claim repository_id is '7'; the trust 'main' expects '1296269'"),
    ({"repository_id": None}, "no claim repository_id"),
    ({"repository_id": ["1296269"]}, "claim repository_id"),
    ({"ref": "refs/heads/mainline"}, "expects 'refs/heads/main' or 'refs/heads/release'"),
    ({"ref": "refs/heads/x", "repository_id": "7"}, "claim ref"),
    ({"jti": None}, "no jti"),
    ({"jti": "a\0b"}, "no jti"),
]


@pytest.mark.parametrize(
    ("claims", "said"), [pytest.param(*case, id=str(i)) for i, case in enumerate(REFUSED)]
)
def test_a_token_that_says_something_else_is_refused_and_told_what(
    exchanging: Exchanging, claims: dict[str, Any], said: str
) -> None:
    assert said in refused(exchanging.exchange(**claims))


@pytest.mark.parametrize(
    "claims",
    [
        {"repository_id": 1296269},
        {"aud": ["https://signalcraft.example.com"]},
        {"ref": "refs/heads/release"},
        # Clocks differ.
        {"nbf": NOW + 30, "iat": NOW + 30},
        {"sub": "repo:\0"},
    ],
)
def test_what_says_the_same_in_another_way_is_accepted(
    exchanging: Exchanging, claims: dict[str, Any]
) -> None:
    assert exchanging.exchange(**claims).status_code == 200


def forged(issuer: Issuer, header: dict[str, Any], key: Any) -> str:
    return jwt.encode(header, issuer.claims(), key, algorithms=[header["alg"]])


def by_hand(issuer: Issuer, header: dict[str, Any], secret: bytes | None) -> str:
    """What the library refuses to make: a token with no signature, or with a public key as HMAC's
    secret.
    """
    parts = [_base64(json.dumps(part).encode()) for part in (header, issuer.claims())]
    signed = ".".join(parts)
    signature = hmac.digest(secret, signed.encode(), "sha256") if secret else b""
    return f"{signed}.{_base64(signature)}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_only_the_issuers_own_signature_counts(exchanging: Exchanging) -> None:
    issuer = exchanging.issuer
    own = issuer.token()
    head, body, signature = own.split(".")
    _, other_body, _ = issuer.token(ref="refs/heads/release").split(".")
    stranger = ECKey.generate_key("P-256", {"kid": issuer.ec.kid or ""})
    embedded = {"alg": "ES256", "kid": issuer.ec.kid, "jwk": stranger.as_dict(private=False)}
    public = issuer.rsa.as_pem(private=False)
    for token, said in (
        (f"{head}.{other_body}.{signature}", "valid signature"),
        (f"{head}.{body}.", "valid signature"),
        (f"{head}.{body}", "valid signature"),
        ("token", "valid signature"),
        (forged(issuer, embedded, stranger), "valid signature"),
        # The public key, taken for a secret.
        (by_hand(issuer, {"alg": "HS256", "kid": issuer.rsa.kid}, public), "RS256 or ES256"),
        (forged(issuer, {"alg": "RS512", "kid": issuer.rsa.kid}, issuer.rsa), "RS256 or ES256"),
        (forged(issuer, {"alg": "ES256"}, issuer.ec), "no kid"),
        (forged(issuer, {"alg": "ES256", "kid": issuer.rsa.kid}, issuer.ec), "valid signature"),
        (by_hand(issuer, {"alg": "none", "kid": issuer.ec.kid}, None), "RS256 or ES256"),
    ):
        assert said in refused(exchanging.ask(token)), token
    assert exchanging.ask(own).status_code == 200


def test_of_many_exchanges_of_one_token_at_once_one_succeeds(exchanging: Exchanging) -> None:
    token, barrier = exchanging.issuer.token(), Barrier(4)

    def ask(_: int) -> httpx.Response:
        barrier.wait()
        return exchanging.ask(token)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    assert "exchanged before" in refused(exchanging.ask(token))


def test_a_token_is_used_up_for_every_workspace(exchanging: Exchanging, dev_server: Server) -> None:
    token = exchanging.issuer.token()
    assert exchanging.ask(token).status_code == 200
    with dev_server.http(dev_server.new_tenant("Other")) as http:
        body = trust(account(http, "config:read"), issuer=exchanging.issuer.url)
        other = http.post("/v1/service-account-trusts", json=body).json()["id"]
    assert "exchanged before" in refused(exchanging.ask(token, trust=other))


def test_where_a_job_has_one_token_it_can_be_exchanged_again(exchanging: Exchanging) -> None:
    exchanging.replace_trust(single_use=False)
    token = exchanging.issuer.token()
    assert [exchanging.ask(token).status_code for _ in range(2)] == [200, 200]


def test_a_keyless_account_refuses_stored_keys(exchanging: Exchanging) -> None:
    http, path = exchanging.http, f"/v1/service-accounts/{exchanging.account_id}"
    account = {"name": "ci", "scopes": ["config:read", "config:write"]}
    refused = http.post(f"{path}/keys", json={"name": "stored"})
    assert refusal(refused) == (409, "stored-key-refused")

    http.put(path, json=account | {"keyless_only": False}).raise_for_status()
    stored = make_key(http, exchanging.account_id)
    assert http.get("/v1/whoami", headers=bearer(stored)).status_code == 200
    http.put(path, json=account | {"keyless_only": True}).raise_for_status()
    refused = http.get("/v1/whoami", headers=bearer(stored))
    assert refusal(refused) == (401, "unauthenticated")
    assert "exchange a token" in refused.json()["detail"]
    assert http.get("/v1/whoami", headers=key_of(exchanging.exchange())).status_code == 200


def test_an_exchanged_key_is_not_made_to_last_by_rotating_it(exchanging: Exchanging) -> None:
    http = exchanging.http
    body = {"name": "ci", "scopes": ["config:read"], "keyless_only": False}
    http.put(f"/v1/service-accounts/{exchanging.account_id}", json=body).raise_for_status()
    key_of(exchanging.exchange())
    path = f"/v1/service-accounts/{exchanging.account_id}/keys"
    [key] = http.get(path).json()["items"]
    assert refusal(http.post(f"{path}/{key['id']}/rotate")) == (409, "stored-key-refused")


def test_deleting_the_trust_ends_its_keys(exchanging: Exchanging) -> None:
    key = key_of(exchanging.exchange())
    path = f"/v1/service-account-trusts/{exchanging.trust_id}"
    assert exchanging.http.delete(path).status_code == 204
    assert exchanging.http.get("/v1/whoami", headers=key).status_code == 401
    assert "no trust with the id" in refused(exchanging.exchange())


def test_a_disabled_account_gets_no_key(exchanging: Exchanging) -> None:
    body = {"name": "ci", "scopes": ["config:read"], "disabled": True}
    exchanging.http.put(f"/v1/service-accounts/{exchanging.account_id}", json=body)
    assert "disabled" in refused(exchanging.exchange())


def test_keys_in_the_trust_are_used_instead_of_the_issuers(exchanging: Exchanging) -> None:
    """A cluster that publishes none; and one whose published keys must not count any more."""
    issuer = exchanging.issuer
    exchanging.replace_trust(jwks=issuer.jwks)
    asked = len(issuer.asked)
    assert exchanging.exchange().status_code == 200
    assert len(issuer.asked) == asked
    only_rsa = json.dumps({"keys": [issuer.rsa.as_dict(private=False)]})
    exchanging.replace_trust(jwks=only_rsa)
    assert "no key with the kid" in refused(exchanging.exchange())


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"grant_type": "client_credentials"}, "grant_type"),
        ({"subject_token_type": "urn:ietf:params:oauth:token-type:saml2"}, "subject_token_type"),
        ({"subject_token": ""}, "subject_token"),
        ({"trust": "main"}, "trust"),
        ({"requested_token_type": JWT}, "requested_token_type"),
    ],
)
def test_a_form_that_asks_for_something_else_is_refused(
    exchanging: Exchanging, fields: dict[str, str], wrong: str
) -> None:
    answer = exchanging.ask(exchanging.issuer.token(), **fields)
    assert refusal(answer) == (400, "malformed-request")
    assert answer.json()["error"] == "invalid_request"
    assert [error["parameter"] for error in answer.json()["errors"]] == [wrong]
    assert "eyJ" not in answer.text


def test_the_form_is_read_as_oauth_wants_it(exchanging: Exchanging) -> None:
    url = f"{exchanging.http.base_url}/v1/token"
    assert refusal(httpx.post(url, json={})) == (415, "unsupported-media-type")
    # Unknown fields are ignored, and none may be repeated.
    assert exchanging.ask(exchanging.issuer.token(), audience="x").status_code == 200
    twice = httpx.post(
        url,
        content=f"trust={new_id('trust')}&trust={exchanging.trust_id}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert {"parameter": "trust", "code": "duplicate", "detail": "Send it once."} in twice.json()[
        "errors"
    ]


def test_a_server_for_production_asks_no_issuer_on_its_own_machine(
    server: Server, issuer: Issuer
) -> None:
    with server.http(server.new_tenant()) as http:
        account_id = account(http, "config:read")
        body = trust(account_id, issuer=issuer.url)
        made = http.post("/v1/service-account-trusts", json=body).raise_for_status().json()
        asked = len(issuer.asked)
        answer = Exchanging(http, account_id, made["id"], issuer).exchange()
    assert refusal(answer) == (503, "issuer-unavailable")
    assert len(issuer.asked) == asked


def test_an_address_that_sends_many_wrong_tokens_is_turned_away(
    servers: Servers, issuer: Issuer, tmp_path: Path
) -> None:
    database_url = servers.running("sqlite").database_url
    with running_server(database_url, "--dev", "--wrong-keys", "3", folder=tmp_path) as limited:
        form = {"grant_type": GRANT, "subject_token_type": JWT, "subject_token": issuer.token()}
        answers = [
            httpx.post(f"{limited.url}/v1/token", data=form | {"trust": new_id("trust")})
            for _ in range(4)
        ]
    assert [answer.status_code for answer in answers] == [400, 400, 400, 429]
