"""What the server tells of itself, how it stops, and how it holds off too many requests."""

import re
import signal
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest

from signalcraft.api.server.rate_limit import RateLimit
from signalcraft.model.problem import Problem
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


def test_a_bucket_refills_as_time_passes() -> None:
    seconds = [0.0]
    limit = RateLimit(2, 4, clock=lambda: seconds[0])
    for _ in range(4):
        limit.take("a")
    with pytest.raises(Problem, match="Wait 1 s"):
        limit.take("a")
    limit.take("b")
    seconds[0] = 1
    limit.take("a")
    limit.take("a")
    with pytest.raises(Problem):
        limit.check("a")
