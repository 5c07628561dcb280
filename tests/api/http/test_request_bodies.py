"""Bodies that are wrong by themselves, and how they are sent."""

import json
import re
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.api.problems import refusal
from tools.servers import Server, Tenant

JSON = {"Content-Type": "application/json"}
POST = b"POST /v1/teams HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


def exchange(
    server: Server, tenant: Tenant, head: bytes, body: bytes = b"", read: int = -1
) -> bytes:
    """What comes back for these bytes: all of it, or so many bytes. The key is put in between."""
    address = urlsplit(server.url)
    key = f"Authorization: Bearer {tenant.api_key}\r\n\r\n".encode()
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(head + key + body)
        return connection.makefile("rb").read(read)


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


def test_a_body_that_is_compressed_is_refused(http: httpx.Client) -> None:
    answer = http.post("/v1/teams", content=b"{}", headers=JSON | {"Content-Encoding": "gzip"})
    assert refusal(answer) == (415, "unsupported-media-type")
    assert answer.headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b" ", "The body is empty"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b'{"name":"\xe4"}', "not valid UTF-8"),
        (b'{"name":"T","name":"T"}', "is duplicated"),
    ],
)
def test_a_malformed_body_is_told_what_to_do(http: httpx.Client, content: bytes, says: str) -> None:
    assert says in http.post("/v1/teams", content=content, headers=JSON).json()["detail"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xef\xbb\xbf{}", id="a byte order mark"),
        pytest.param('{"name":"T"}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"name":"T"}{}', id="two bodies"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b'{"name":"T","name":"T"}', id="a key twice"),
        pytest.param(b'{"name":"T","n\\u0061me":"T"}', id="a key twice, once escaped"),
        pytest.param(b'{"name":NaN}', id="NaN"),
        pytest.param(b'{"name":-Infinity}', id="-Infinity"),
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


def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_sent(
    server: Server, tenant: Tenant
) -> None:
    head = b"Expect: 100-continue\r\nContent-Length: 1048577\r\n"
    assert exchange(server, tenant, POST + head, read=13) == b"HTTP/1.1 413 "


def test_a_body_that_waits_to_be_asked_for_is_asked_for(server: Server, tenant: Tenant) -> None:
    head = b"Expect: 100-continue\r\nContent-Length: 12\r\n"
    assert exchange(server, tenant, POST + head, read=21) == b"HTTP/1.1 100 Continue"


def test_chunks_that_cannot_be_read_are_malformed(server: Server, tenant: Tenant) -> None:
    head = b"Transfer-Encoding: chunked\r\nConnection: close\r\n"
    answer = exchange(server, tenant, POST + head, b"zz\r\n{}\r\n0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"/problems/malformed-request" in answer


def test_requests_on_one_connection_are_answered_in_turn(server: Server, tenant: Tenant) -> None:
    key = f"Authorization: Bearer {tenant.api_key}\r\n".encode()
    first = POST + key + b"Content-Length: 12\r\n\r\n" + b'{"name":"T"}'
    unread = b"POST /v1/none HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\n" + b'{"name":"T"}'
    last = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    answers = exchange(server, tenant, first + unread + last)
    assert re.findall(rb"HTTP/1.1 (\d+)", answers) == [b"201", b"404", b"200"]


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
