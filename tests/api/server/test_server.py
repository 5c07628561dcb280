"""What the server tells of itself, how it stops, and how it holds off too many requests."""

import re
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import perf_counter
from urllib.parse import urlsplit

import httpx
import psutil
import psycopg
import pytest

from signalcraft.model.secret import new_secret
from signalcraft.store.db.database import Database
from tests.until import until
from tools.servers import Server, Tenant, running_server


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/v1/openapi.json"])
def test_probes_metrics_and_the_document_need_no_key(server: Server, path: str) -> None:
    assert httpx.get(server.url + path).status_code == 200


def test_metrics_count_requests_by_operation(server: Server, http: httpx.Client) -> None:
    def counted() -> float:
        text = httpx.get(server.url + "/metrics").text
        found = re.search(
            r'^signalcraft_http_requests_total\{operation="list_teams",status="200"\} (\S+)',
            text,
            re.MULTILINE,
        )
        return float(found[1]) if found else 0

    before = counted()
    http.get("/v1/teams")
    assert counted() >= before + 1
    text = httpx.get(server.url + "/metrics").text
    assert "signalcraft_database_up 1.0" in text
    assert 'signalcraft_api_keys{state="active"}' in text
    assert 'signalcraft_http_request_seconds_bucket{le="0.005",operation="list_teams"}' in text


def test_a_server_whose_tables_are_of_another_version_is_not_ready(server: Server) -> None:
    with running_server(server.database_url) as second:
        database = Database(server.database_url)
        try:
            with database.transaction() as connection:
                connection.execute("UPDATE alembic_version SET version_num = '+' || version_num")
            answer = httpx.get(second.url + "/readyz")
        finally:
            with database.transaction() as connection:
                connection.execute(
                    "UPDATE alembic_version SET version_num = substr(version_num, 2)"
                )
            database.close()
        assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
        assert "migrate" in answer.json()["reason"]
        assert httpx.get(second.url + "/livez").status_code == 200


def test_a_server_that_stops_answers_what_is_under_way(server: Server, tenant: Tenant) -> None:
    with running_server(server.database_url) as second, second.http(tenant) as http:
        head = http.get("/v1/changes").json()["head"]
        with ThreadPoolExecutor() as threads:
            waiting = threads.submit(http.get, "/v1/changes", params={"after": head, "wait": 30})
            until(lambda: 'operation="list_changes"' in httpx.get(second.url + "/metrics").text)
            second.process.send_signal(signal.SIGTERM)
            answer = waiting.result(20)
        assert (answer.status_code, answer.json()["items"]) == (200, [])
        # The client keeps its connection: that holds nobody up.
        # It is one until its shell asks after it.
        until(lambda: second.process.status() == psutil.STATUS_ZOMBIE)


def test_too_many_requests_are_told_when_to_come_back(server: Server, tenant: Tenant) -> None:
    options = ("--requests-per-second", "0.001", "--burst", "2")
    with running_server(server.database_url, *options) as second, second.http(tenant) as http:
        assert [http.get("/v1/whoami").status_code for _ in range(3)] == [200, 200, 429]
        refused = http.get("/v1/whoami")
        assert int(refused.headers["Retry-After"]) > 900
        assert refused.headers["RateLimit-Policy"] == '"default";q=2;w=2000'
        assert refused.headers["RateLimit"].startswith('"default";r=0;')


def test_whoever_guesses_keys_is_held_off_and_those_with_good_ones_are_not(
    server: Server, tenant: Tenant
) -> None:
    with running_server(server.database_url) as second, second.http(tenant) as http:
        assert http.get("/v1/whoami").status_code == 200
        guesses = [
            http.get("/v1/whoami", headers={"Authorization": f"Bearer {new_secret()}"}).status_code
            for _ in range(70)
        ]
        assert guesses[0] == 401
        assert guesses[-1] == 429
        assert http.get("/v1/whoami").status_code == 200


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_body_that_never_ends_holds_up_a_stop_for_the_grace_period_only(
    server: Server, tenant: Tenant
) -> None:
    with (
        running_server(server.database_url, "--grace-seconds", "0.2") as second,
        half_sent(second, tenant),
    ):
        second.process.send_signal(signal.SIGTERM)
        until(lambda: second.process.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_second_signal_ends_the_server_at_once(server: Server, tenant: Tenant) -> None:
    with (
        running_server(server.database_url, "--grace-seconds", "3600") as second,
        half_sent(second, tenant),
    ):
        second.process.send_signal(signal.SIGTERM)
        # It takes no more connections once it has understood the first signal.
        until(lambda: not answers(second))
        second.process.send_signal(signal.SIGTERM)
        until(lambda: second.process.status() == psutil.STATUS_ZOMBIE)


def answers(server: Server) -> bool:
    try:
        return httpx.get(server.url + "/livez").is_success
    except httpx.TransportError:
        return False


@contextmanager
def half_sent(server: Server, tenant: Tenant) -> Iterator[None]:
    """A request of which half the body is sent, and that is being read."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        connection.sendall(
            f"POST /v1/teams HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {tenant.api_key}\r\n"
            "Content-Type: application/json\r\nContent-Length: 100\r\n"
            "Expect: 100-continue\r\n\r\n".encode()
        )
        assert b"100" in connection.recv(100)
        yield


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_a_database_that_hangs_holds_up_neither_the_process_nor_its_probes(
    server: Server, tenant: Tenant
) -> None:
    with (
        running_server(server.database_url, "--request-seconds", "0.5") as second,
        second.http(tenant) as http,
        psycopg.connect(Database(server.database_url).dsn, autocommit=True) as administrator,
    ):
        before = backends(administrator)
        assert http.get("/v1/teams").status_code == 200
        assert http.get("/readyz").status_code == 200
        own = backends(administrator) - before
        try:
            for pid in own:
                psutil.Process(pid).suspend()
            assert httpx.get(second.url + "/livez", timeout=5).status_code == 200
            until(lambda: http.get("/readyz").status_code == 503)
            hanging = http.get("/v1/teams")
            assert (hanging.status_code, hanging.headers["Retry-After"]) == (503, "1")
            # The connection that hung was given up: another one is opened.
            until(lambda: http.get("/v1/teams").status_code == 200)
            until(lambda: http.get("/readyz").status_code == 200)
        finally:
            for pid in own:
                psutil.Process(pid).resume()


def backends(administrator: psycopg.Connection) -> set[int]:
    """The processes of PostgreSQL that serve this database's connections."""
    rows = administrator.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    )
    return {pid for (pid,) in rows}


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_a_database_that_restarts_fails_no_request(server: Server, tenant: Tenant) -> None:
    with (
        running_server(server.database_url) as second,
        second.http(tenant) as http,
        psycopg.connect(Database(server.database_url).dsn, autocommit=True) as administrator,
    ):
        before = backends(administrator)
        for i in range(8):  # So many that several threads have a connection.
            assert http.post("/v1/teams", json={"name": f"Before {i}"}).status_code == 201
        for pid in backends(administrator) - before:
            administrator.execute("SELECT pg_terminate_backend(%s)", (pid,))
        for i in range(8):
            assert http.post("/v1/teams", json={"name": f"After {i}"}).status_code == 201
            assert http.get("/v1/teams").status_code == 200


def test_a_long_poll_is_charged_once_and_not_woken_by_other_workspaces(
    server: Server, tenant: Tenant
) -> None:
    options = ("--requests-per-second", "0.001", "--burst", "3")
    with running_server(server.database_url, *options) as second, second.http(tenant) as http:
        head = http.get("/v1/changes").json()["head"]
        with ThreadPoolExecutor() as threads, server.http(server.new_tenant()) as neighbour:
            waiting = threads.submit(http.get, "/v1/changes", params={"after": head, "wait": 2})
            while not waiting.done():
                neighbour.post("/v1/teams", json={"name": str(perf_counter())})
            answer = waiting.result()
        assert answer.json()["items"] == []
        assert answer.headers["RateLimit"].startswith('"default";r=1;')
