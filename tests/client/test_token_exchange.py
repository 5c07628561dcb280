"""A client without a stored key: it exchanges its platform's token, in time."""

import json
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from signalcraft.client import ApiProblem, Client, Retries, TokenExchange
from signalcraft.client.identity import (
    BuildkiteIdentity,
    FileIdentity,
    FixedIdentity,
    GitHubIdentity,
    Identity,
    NoIdentityTokenError,
    find_identity,
)
from signalcraft.client.token_exchange import ExchangedKeyAuth
from signalcraft.model.problem import Slug
from tests.exchanging import Exchanging

AUDIENCE = "https://signalcraft.example.com"
NEVER = Retries(within=0)


@pytest.fixture
def no_pod(tmp_path: Path) -> Path:
    return tmp_path / "no pod"


class GitHub:
    """What a job of GitHub Actions requests tokens from."""

    def __init__(self, exchanging: Exchanging) -> None:
        self.requests: list[tuple[str, str | None]] = []
        github = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)
                github.requests.append((query["audience"][0], self.headers["Authorization"]))
                token = exchanging.issuer.token(aud=query["audience"][0])
                body = json.dumps({"value": token}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self.thread.start()

    @property
    def environment(self) -> dict[str, str]:
        return {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"http://127.0.0.1:{self.server.server_port}/?api=1",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "runner",
        }


@pytest.fixture
def github(exchanging: Exchanging) -> Iterator[GitHub]:
    github = GitHub(exchanging)
    yield github
    github.server.shutdown()
    github.thread.join()
    github.server.server_close()


def how(exchanging: Exchanging, identity: Identity) -> TokenExchange:
    return TokenExchange(exchanging.trust_id, identity, AUDIENCE)


def endpoint(exchanging: Exchanging) -> str:
    return str(exchanging.http.base_url)


def test_a_job_of_github_works_without_a_stored_key(exchanging: Exchanging, github: GitHub) -> None:
    environment = github.environment | {
        "SIGNALCRAFT_TRUST": exchanging.trust_id,
        "SIGNALCRAFT_AUDIENCE": AUDIENCE,
    }
    found = TokenExchange.found(environment)
    assert found
    with Client(endpoint(exchanging), found, retries=NEVER) as client:
        assert client.whoami().service_account_id == exchanging.account_id
        assert client.whoami().scopes == ("config:read", "config:write")
    # Once for both requests, for the audience that the trust expects.
    assert github.requests == [(AUDIENCE, "Bearer runner")]


def test_of_many_threads_that_need_a_key_one_exchanges_a_token(
    exchanging: Exchanging, github: GitHub
) -> None:
    identity = GitHubIdentity(github.environment["ACTIONS_ID_TOKEN_REQUEST_URL"], "runner")
    with (
        Client(endpoint(exchanging), how(exchanging, identity), retries=NEVER) as client,
        ThreadPoolExecutor(4) as threads,
    ):
        assert len(set(threads.map(lambda _: client.whoami().key_id, range(8)))) == 1
    assert len(github.requests) == 1


def test_a_key_is_replaced_before_it_expires(exchanging: Exchanging, github: GitHub) -> None:
    now = [0.0]
    identity = GitHubIdentity(github.environment["ACTIONS_ID_TOKEN_REQUEST_URL"], "runner")
    with httpx.Client() as http, httpx.Client(base_url=endpoint(exchanging)) as asking:
        asking.auth = ExchangedKeyAuth(
            http, endpoint(exchanging), how(exchanging, identity), lambda: now[0]
        )

        def key() -> str:
            answer = asking.get("/v1/whoami").raise_for_status()
            return str(answer.json()["key_id"])

        first = key()
        now[0] = 3600 - 301
        assert key() == first
        now[0] = 3600 - 299
        second = key()
        assert second != first

        # While no other can be had, the one that still works is used.
        exchanging.replace_trust(audience="https://elsewhere.example.com")
        now[0] += 3600 - 100
        assert key() == second
        now[0] += 200
        with pytest.raises(ApiProblem, match="claim aud"):
            asking.get("/v1/whoami")


def test_a_key_that_is_prepared_outlasts_the_next_minute(
    exchanging: Exchanging, github: GitHub
) -> None:
    now = [0.0]
    identity = GitHubIdentity(github.environment["ACTIONS_ID_TOKEN_REQUEST_URL"], "runner")
    with httpx.Client() as http:
        auth = ExchangedKeyAuth(
            http, endpoint(exchanging), how(exchanging, identity), lambda: now[0]
        )
        auth.prepare()
        now[0] = 3600 - 601
        auth.prepare()
        assert len(github.requests) == 1
        now[0] = 3600 - 599
        auth.prepare()
        assert len(github.requests) == 2
        # While no other can be had, the one that works for long enough is used.
        exchanging.replace_trust(audience="https://elsewhere.example.com")
        now[0] += 3600 - 361
        auth.prepare()
        now[0] += 2
        with pytest.raises(ApiProblem, match="claim aud"):
            auth.prepare()


def test_after_a_key_was_revoked_another_is_exchanged(
    exchanging: Exchanging, github: GitHub
) -> None:
    identity = GitHubIdentity(github.environment["ACTIONS_ID_TOKEN_REQUEST_URL"], "runner")
    with Client(endpoint(exchanging), how(exchanging, identity), retries=NEVER) as client:
        who = client.whoami()
        key = f"/v1/service-accounts/{who.service_account_id}/keys/{who.key_id}"
        exchanging.http.delete(key).raise_for_status()
        with pytest.raises(ApiProblem) as raised:
            client.whoami()
        assert raised.value.slug is Slug.UNAUTHENTICATED
        assert client.whoami().key_id != who.key_id


def test_a_token_that_is_replaced_in_its_file_is_read_again(
    exchanging: Exchanging, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    identity = FileIdentity(file)
    with pytest.raises(NoIdentityTokenError, match="Can't read a token"):
        identity.token(AUDIENCE)
    for _ in range(2):
        file.write_text(exchanging.issuer.token() + "\n")
        with Client(endpoint(exchanging), how(exchanging, identity), retries=NEVER) as client:
            assert client.whoami().service_account_id == exchanging.account_id


def test_a_refused_token_says_what_was_expected(exchanging: Exchanging) -> None:
    identity = FixedIdentity(exchanging.issuer.token(ref="refs/heads/x"))
    with (
        Client(endpoint(exchanging), how(exchanging, identity), retries=NEVER) as client,
        pytest.raises(ApiProblem, match="expects 'refs/heads/main'") as raised,
    ):
        client.whoami()
    assert raised.value.slug is Slug.TOKEN_REFUSED
    assert "eyJ" not in str(raised.value)


def test_buildkites_agent_is_asked_for_the_claim_that_trusts_pin(tmp_path: Path) -> None:
    """The agent is a program: here, one that prints how it was called."""
    agent = tmp_path / "buildkite-agent"
    agent.write_text('#!/bin/sh\necho "$@"\n')
    agent.chmod(agent.stat().st_mode | stat.S_IXUSR)
    said = BuildkiteIdentity(str(agent)).token(AUDIENCE)
    assert said == f"oidc request-token --audience {AUDIENCE} --claim organization_id"
    with pytest.raises(NoIdentityTokenError, match="gives this job no token"):
        BuildkiteIdentity(str(tmp_path / "none")).token(AUDIENCE)


def test_github_that_gives_no_token_is_told_without_secrets() -> None:
    with pytest.raises(NoIdentityTokenError) as raised:
        GitHubIdentity("http://127.0.0.1:9/", "runner").token(AUDIENCE)
    assert "runner" not in f"{raised.value}{GitHubIdentity('u', 'runner')!r}"


def test_what_is_named_comes_before_what_the_platform_offers(no_pod: Path, tmp_path: Path) -> None:
    github = {"ACTIONS_ID_TOKEN_REQUEST_URL": "u", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t"}
    buildkite = {"BUILDKITE_AGENT_ACCESS_TOKEN": "t"}
    pod = tmp_path / "token"
    pod.write_text("t")
    for environment, pod_token, found in (
        ({}, no_pod, None),
        ({}, pod, FileIdentity(pod)),
        (buildkite, pod, BuildkiteIdentity()),
        (buildkite | github, pod, GitHubIdentity("u", "t")),
        ({"ACTIONS_ID_TOKEN_REQUEST_URL": "u"}, no_pod, None),
        (github | {"SIGNALCRAFT_ID_TOKEN": "x"}, pod, FixedIdentity("x")),
        (
            github | {"SIGNALCRAFT_ID_TOKEN_FILE": "f", "SIGNALCRAFT_ID_TOKEN": "x"},
            pod,
            FileIdentity(Path("f")),
        ),
    ):
        assert find_identity(environment, pod_token) == found
