"""Requests that are wrong by themselves, whatever they ask for."""

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from signalcraft.api.operations import operations
from signalcraft.model.secret import new_secret
from tests.api.problems import refusal
from tools.servers import Server


@pytest.mark.parametrize(
    "path",
    [
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


@pytest.mark.parametrize("header", ["If-Match", "SignalCraft-Manager"])
def test_a_header_that_is_sent_twice_has_both_values(http: httpx.Client, header: str) -> None:
    made = http.post("/v1/teams", json={"name": "T"})
    ours = {"If-Match": made.headers["ETag"], "SignalCraft-Manager": "terraform"}[header]
    twice = [(header, ours), (header, '"none.1"')]
    answer = http.put(made.headers["Location"], json={"name": "T"}, headers=twice)
    # Any of several tags will do; of managers there can be one.
    assert answer.status_code == (200 if header == "If-Match" else 400)


@pytest.mark.parametrize("limit", ["1_0", "5.0", " 5", "+5", "0x5", "1e1", "٣", "9" * 5000])
def test_a_number_in_a_query_is_digits(http: httpx.Client, limit: str) -> None:
    assert refusal(http.get("/v1/teams", params={"limit": limit})) == (400, "malformed-request")


def test_a_query_may_ask_for_a_page_of_ids_and_for_not_much_more(http: httpx.Client) -> None:
    id = "team_01h455vb4pex5vsknk084sn02q"
    assert http.get("/v1/teams", params={"id": [id] * 1000}).json()["items"] == []
    answer = http.get("/v1/teams", params={"id": [id] * 1200})
    assert refusal(answer) == (400, "malformed-request")
    assert "more than 1,100 parameters" in answer.json()["detail"]


@pytest.mark.parametrize("accept", ["text/html", "application/xml;q=1, */*;q=0", ";;,q=", ""])
def test_whatever_is_accepted_the_answer_is_json(http: httpx.Client, accept: str) -> None:
    answer = http.get("/v1/teams", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize(
    "path", [o.path for o in operations() if o.method == "GET" and "{" not in o.path]
)
def test_head_is_answered_like_get_without_the_body(http: httpx.Client, path: str) -> None:
    get, head = http.get(path), http.head(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers.get("Content-Type") == get.headers.get("Content-Type")


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
