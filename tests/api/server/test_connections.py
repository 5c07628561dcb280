"""What anybody can do to the server before it knows who asks."""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from signalcraft.model.secret import new_secret
from tests.until import until
from tools.servers import Server, Tenant, running_server

MIB = 2**20


@contextmanager
def connection(url: str) -> Iterator[socket.socket]:
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as opened:
        yield opened


def head(api_key: str, length: int) -> bytes:
    authorization = f"Authorization: Bearer {api_key}\r\n" if api_key else ""
    return (
        f"POST /v1/teams HTTP/1.1\r\nHost: x\r\n{authorization}"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def status(opened: socket.socket) -> int:
    return int(opened.makefile("rb").readline().split()[1])


@pytest.mark.parametrize("api_key", ["", "sck_abc", new_secret()], ids=["none", "typo", "unknown"])
def test_whoever_has_no_key_is_refused_before_the_body_and_cut_off(
    server: Server, api_key: str
) -> None:
    with connection(server.url) as opened:
        opened.sendall(head(api_key, MIB) + b"x" * 100)
        assert status(opened) == 401
        until(lambda: opened.recv(4096) == b"")


def test_a_body_that_does_not_arrive_in_time_is_given_up(server: Server, tenant: Tenant) -> None:
    with (
        running_server(server.database_url, "--body-seconds", "0.2") as second,
        connection(second.url) as opened,
    ):
        opened.sendall(head(tenant.api_key, 100) + b"x")
        assert status(opened) == 408
        until(lambda: opened.recv(4096) == b"")


@pytest.mark.parametrize("sent", [b"", b"GET /liv"], ids=["nothing", "half a request"])
def test_a_connection_that_sends_no_request_is_closed(server: Server, sent: bytes) -> None:
    with (
        running_server(server.database_url, "--header-seconds", "1") as second,
        connection(second.url) as opened,
    ):
        opened.sendall(sent)
        assert opened.recv(4096) == b""


def test_a_length_that_is_not_one_number_is_refused(server: Server, tenant: Tenant) -> None:
    for length in ("5\r\nContent-Length: 6", "5, 6", "+5", "5_0"):
        with connection(server.url) as opened:
            opened.sendall(
                f"POST /v1/teams HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {tenant.api_key}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{{}}".encode()
            )
            assert status(opened) == 400


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(
    server: Server, tenant: Tenant
) -> None:
    for length in (MIB + 1, 10**12):
        with connection(server.url) as opened:
            opened.sendall(head(tenant.api_key, length))
            assert status(opened) == 413
    with connection(server.url) as opened:
        token = head("", 65 * 1024).replace(b"/v1/teams", b"/v1/token")
        opened.sendall(token.replace(b"application/json", b"application/x-www-form-urlencoded"))
        assert status(opened) == 413


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_one_address_has_only_its_share_of_connections(server: Server) -> None:
    options = ("--connections-per-address", "20")
    with running_server(server.database_url, *options) as second, ExitStack() as stack:
        opened = [stack.enter_context(connection(second.url)) for _ in range(60)]

        def closed(one: socket.socket) -> bool:
            one.settimeout(0.01)
            try:
                return one.recv(1) == b""
            except TimeoutError:
                return False

        until(lambda: sum(map(closed, opened)) >= 40)
        assert httpx.get(second.url + "/livez").status_code == 200


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_trusted_proxy_may_have_more(server: Server) -> None:
    options = ("--connections-per-address", "1", "--trusted-proxy", "127.0.0.0/8")
    with running_server(server.database_url, *options) as second, ExitStack() as stack:
        opened = [stack.enter_context(connection(second.url)) for _ in range(60)]
        for one in opened:
            one.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
            assert status(one) == 200


def test_requests_without_a_key_take_nothing_from_those_with_one(
    server: Server, tenant: Tenant
) -> None:
    with (
        running_server(server.database_url, "--wrong-keys", "2") as second,
        second.http(tenant) as http,
    ):
        for wrong in ("", "Bearer sck_abc"):
            for _ in range(5):
                answer = httpx.get(second.url + "/v1/whoami", headers={"Authorization": wrong})
                assert answer.status_code == 401
        # Even an address that guesses can't keep a valid key out that this process hasn't seen.
        guess = {"Authorization": f"Bearer {new_secret()}"}
        guesses = [httpx.get(second.url + "/v1/whoami", headers=guess) for _ in range(4)]
        assert [answer.status_code for answer in guesses] == [401, 401, 429, 429]
        assert http.get("/v1/whoami").status_code == 200


def test_wrong_keys_are_counted_by_the_address_that_a_trusted_proxy_names(server: Server) -> None:
    options = ("--wrong-keys", "1", "--trusted-proxy", "127.0.0.1")
    with running_server(server.database_url, *options) as second:
        for address in ("192.0.2.1", "192.0.2.2"):
            headers = {"Authorization": f"Bearer {new_secret()}", "X-Forwarded-For": address}
            answers = [httpx.get(second.url + "/v1/whoami", headers=headers) for _ in range(2)]
            assert [answer.status_code for answer in answers] == [401, 429]


def test_secrets_are_neither_stored_on_the_way_nor_taken_for_something_else(
    http: httpx.Client,
) -> None:
    answer = http.get("/v1/whoami")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_each_request_is_logged_with_its_account_key_and_address_and_without_secrets(
    server: Server, tenant: Tenant
) -> None:
    with running_server(server.database_url) as second, second.http(tenant) as http:
        who = http.get("/v1/whoami").json()
        http.post("/v1/teams", json={"name": "Logged"})
        httpx.get(second.url + "//v1/calendars/" + "s" * 43 + ".ics")
        httpx.get(second.url + "/" + "a/" * 5000)
        until(lambda: any('"path": "/a/a/' in line for line in second.said))
    said = "".join(second.said)
    assert re.search(
        rf'"path": "/v1/teams".*"address": "127.0.0.1", "account": "{who["service_account_id"]}", '
        rf'"key": "{who["key_id"]}"',
        said,
    )
    assert "s" * 43 not in said
    assert max(map(len, second.said)) < 1000
