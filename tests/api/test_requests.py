"""Requests that are wrong by themselves, whatever they ask for."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from signalcraft.model.problem import PROBLEM_TYPES, TYPE_PREFIX, Slug
from signalcraft.model.secret import new_secret
from tests.servers import Server

JSON = {"Content-Type": "application/json"}


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """The status and the slug of a problem that is complete."""
    problem = answer.json()
    slug = Slug(problem["type"].removeprefix(TYPE_PREFIX))
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["status"] == answer.status_code == PROBLEM_TYPES[slug].status
    assert problem["title"] == PROBLEM_TYPES[slug].title
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    return answer.status_code, slug.value


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1",
        "/v1/",
        "/v2/teams",
        "/v1/teams/",
        "/v1//teams",
        "/v1/Teams",
        "/v1/teams/a/b",
        "/v1/teams/team_01h455vb4pex5vsknk084sn02q",
        "/v1/teams/not-an-id",
        "/v1/teams/user_01h455vb4pex5vsknk084sn02q",
        "/v1/teams/%00",
        "/v1/teams/%F0%9F%98%80",
        "/v1/teams/%FF",
        "/v1/teams/..%2Fusers",
        "/v1/workspace/ws_01h455vb4pex5vsknk084sn02q",
    ],
)
def test_what_is_not_there_is_not_found(http: httpx.Client, path: str) -> None:
    assert refusal(http.get(path)) == (404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/v1/workspace", "GET, HEAD, PUT"),
        ("DELETE", "/v1/workspace", "GET, HEAD, PUT"),
        ("DELETE", "/v1/teams", "GET, HEAD, POST, PUT"),
        ("POST", "/v1/teams/team_01h455vb4pex5vsknk084sn02q", "DELETE, GET, HEAD, PUT"),
        ("PATCH", "/v1/teams/team_01h455vb4pex5vsknk084sn02q", "DELETE, GET, HEAD, PUT"),
        ("TRACE", "/v1/teams", "GET, HEAD, POST, PUT"),
        ("QUERY", "/v1/teams", "GET, HEAD, POST, PUT"),
    ],
)
def test_a_method_that_does_nothing_here_is_told_which_do(
    http: httpx.Client, method: str, path: str, allowed: str
) -> None:
    answer = http.request(method, path)
    assert refusal(answer) == (405, "method-not-allowed")
    assert answer.headers["Allow"] == allowed


@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "application/xml", "application/x-www-form-urlencoded", ";"]
)
def test_a_body_that_is_not_called_json_is_refused(http: httpx.Client, media_type: str) -> None:
    answer = http.post("/v1/teams", content=b"{}", headers={"Content-Type": media_type})
    assert refusal(answer) == (415, "unsupported-media-type")


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_may_be_called_so_in_every_way(http: httpx.Client, media_type: str) -> None:
    answer = http.post("/v1/teams", content=b'{"name":"T"}', headers={"Content-Type": media_type})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b'{"name":"T","name":"T"}', id="a key twice"),
        pytest.param(b'{"name":NaN}', id="NaN"),
        pytest.param(b'{"name":"\xff"}', id="no UTF-8"),
        pytest.param(b'{"name":"\\ud800"}', id="half a surrogate pair"),
        pytest.param(b'{"name":' + b"[" * 65 + b"]" * 65 + b"}", id="too deep"),
        pytest.param(b"[" * 1_000_000, id="much too deep"),
        pytest.param(b'{"name":' + b"9" * 5000 + b"}", id="a number of 5,000 digits"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_is_no_json_is_malformed(http: httpx.Client, method: str, content: bytes) -> None:
    path = "/v1/teams" if method == "POST" else "/v1/teams?name=T"
    answer = http.request(method, path, content=content, headers=JSON)
    assert refusal(answer) == (400, "malformed-request")


def test_a_body_may_have_a_mebibyte_and_no_more(http: httpx.Client) -> None:
    def padded(size: int) -> bytes:
        body = b'{"name":"T"}'
        return body + b" " * (size - len(body))

    assert http.post("/v1/teams", content=padded(2**20), headers=JSON).status_code == 201
    answer = http.post("/v1/teams", content=padded(2**20 + 1), headers=JSON)
    assert refusal(answer) == (413, "payload-too-large")
    # Without a Content-Length to judge by.
    chunks = (padded(2**20 + 1)[i : i + 65536] for i in range(0, 2**20 + 1, 65536))
    answer = http.post("/v1/teams", content=chunks, headers=JSON)
    assert refusal(answer) == (413, "payload-too-large")


NUL_BODIES: list[dict[str, Any]] = [
    {"name": "a\0b"},
    {"name": "T", "description": "\0"},
    {"name": "T", "member_ids": ["\0"]},
    {"\0": 1, "name": "T"},
]


@pytest.mark.parametrize("body", NUL_BODIES)
def test_u_0000_in_a_body_is_a_mistake_there(http: httpx.Client, body: dict[str, Any]) -> None:
    assert refusal(http.post("/v1/teams", json=body)) == (422, "validation")
    answer = http.put("/v1/teams", params={"name": body["name"]}, json=body)
    assert refusal(answer) in {(422, "validation"), (400, "malformed-request")}


@pytest.mark.parametrize(
    "query",
    ["name=%00", "id=%00", "id=a%00b&id=c", "cursor=AA", "name=%FF", "name=%ED%A0%80", "id=%5C"],
)
def test_no_text_in_a_query_does_any_harm(http: httpx.Client, query: str) -> None:
    answer = http.get(f"/v1/teams?{query}")
    assert answer.status_code == 200 or refusal(answer) == (400, "malformed-request")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Idempotency-Key", ""),
        ("Idempotency-Key", "x" * 256),
        ("Idempotency-Key", "schlüssel"),
        ("SignalCraft-Manager", "somebody"),
        ("SignalCraft-Manager", "kubernetes/a/b"),
        ("SignalCraft-Source", "two words"),
        ("SignalCraft-Source", "x" * 2001),
    ],
)
def test_a_header_that_is_wrong_is_named(http: httpx.Client, header: str, value: str) -> None:
    headers = [(header.encode(), value.encode())]
    answer = http.post("/v1/teams", json={"name": "T"}, headers=headers)
    assert refusal(answer) == (400, "malformed-request")
    assert [error["parameter"] for error in answer.json()["errors"]] == [header]


@pytest.mark.parametrize("parameter", ["validate_only", "force"])
@pytest.mark.parametrize("value", ["True", "1", "yes", ""])
def test_a_flag_is_true_or_false(http: httpx.Client, parameter: str, value: str) -> None:
    answer = http.put("/v1/workspace", params={parameter: value}, json={"name": "W"})
    assert refusal(answer) == (400, "malformed-request")
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


def test_put_on_a_collection_needs_the_name(http: httpx.Client) -> None:
    answer = http.put("/v1/teams", json={"name": "T"})
    assert refusal(answer) == (400, "malformed-request")
    assert [error["parameter"] for error in answer.json()["errors"]] == ["name"]


def test_a_request_id_is_taken_over_if_it_is_fit_to_be_logged(http: httpx.Client) -> None:
    answer = http.get("/v1/teams", headers={"X-Request-Id": "deploy-17"})
    assert answer.headers["X-Request-Id"] == "deploy-17"
    for unfit in ("", "x" * 129, "two words", "ö"):
        answer = http.get("/v1/teams", headers=[(b"X-Request-Id", unfit.encode())])
        assert answer.headers["X-Request-Id"].startswith("req_")


@pytest.mark.parametrize(
    ("authorization", "says"),
    [
        (None, "Send an API key"),
        ("", "must be: Bearer"),
        ("Basic YTpi", "must be: Bearer"),
        ("Bearer", "must be: Bearer"),
        ("Bearer abc", "must be: Bearer"),
        ("Bearer sck_abc", "typo"),
        # Named, since random ids would differ from one test process to the next.
        pytest.param(f"Bearer {new_secret()[:-1]}", "typo", id="cut off"),
        pytest.param(f"Bearer {new_secret()}x", "typo", id="too long"),
        pytest.param(f"Bearer {new_secret()}", "No service account", id="unknown"),
    ],
)
def test_a_request_without_a_key_that_is_known_is_refused(
    server: Server, authorization: str | None, says: str
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = httpx.get(f"{server.url}/v1/teams", headers=headers)
    assert refusal(answer) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert says in answer.json()["detail"]
    assert authorization is None or len(authorization) < 10 or authorization not in answer.text


def test_a_typo_in_a_key_is_told_from_a_key_that_is_unknown(http: httpx.Client) -> None:
    secret = http.headers["Authorization"]
    typo = secret[:-10] + ("A" if secret[-10] != "A" else "B") + secret[-9:]
    answer = http.get("/v1/teams", headers={"Authorization": typo})
    assert refusal(answer) == (401, "unauthenticated")
    assert "typo" in answer.json()["detail"]


@pytest.mark.parametrize(
    "request_head",
    [
        b"GET /v1/teams HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n",
        b"GET /v1/te\xffams HTTP/1.1\r\nHost: x\r\n",
        b"GET /v1/teams?name=\xff HTTP/1.1\r\nHost: x\r\n",
        b"POST /v1/teams HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n",
        b"POST /v1/teams HTTP/1.1\r\nHost: x\r\nContent-Type: \xe9\r\n",
        b"GET " + b"/" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n",
        b"not http at all\r\n",
    ],
)
def test_bytes_that_no_client_sends_are_answered_all_the_same(
    server: Server, request_head: bytes
) -> None:
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(request_head + b"Connection: close\r\n\r\n")
        answer = connection.makefile("rb").readline()
    assert answer.startswith(b"HTTP/1.1 4") or answer == b""
    assert httpx.get(f"{server.url}/livez").json() == {"status": "ok"}


def test_a_body_is_refused_for_all_that_is_wrong_with_it(http: httpx.Client) -> None:
    body = {"email": "ada", "role": "boss", "colour": "red"}
    answer = http.post("/v1/users", json=body)
    assert refusal(answer) == (422, "validation")
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/email",
        "/role",
        "/colour",
        "/name",
    }
    assert json.loads(answer.request.content) == body
