"""What the API's requests cost, beside the least that they can cost.

Run it with `python -m benchmarks.api` on a machine that does nothing else. The server has one core
to itself, the client the other. The floor of a request is what a bare Starlette handler takes that
answers with the same bytes, and what the same SQL takes through the bare driver.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import psutil

from benchmarks.load import request, run
from signalcraft.api.call import Incoming
from signalcraft.api.metrics import Metrics
from signalcraft.api.operations import operations
from signalcraft.api.perform import Limits, Performer
from signalcraft.api.routes import Routes
from signalcraft.store.database import Connection, Database
from signalcraft.store.migrate import migrate
from tests.servers import Dialect, Server, Servers, Tenant, running_server

ROUNDS = 5
UNLIMITED = ("--requests-per-second", "1000000", "--burst", "1000000000", "--log-level", "error")

# GoAlert on PostgreSQL, one client process with eight connections, on such a machine: per second.
GOALERT = {"create": 986.0, "update": 1000.0, "read by id": 719.0, "list of 1,000": 1 / 0.180}


def policy(name: str, users: list[str], note: str = "") -> bytes:
    """The body of an escalation policy: about 1.7 KB when it is read back."""
    targets = [{"type": "user", "id": user} for user in users]
    rules = [{"delay_minutes": 5 * i, "targets": targets} for i in range(4)]
    body = {"name": name, "description": note + "x" * 380, "rules": rules}
    return json.dumps(body).encode()


class Subject(NamedTuple):
    """A server with a workspace that is worth measuring."""

    server: Server
    tenant: Tenant
    users: list[str]
    policy_id: str
    document: str
    """The policy as it is read."""

    @property
    def path(self) -> str:
        """Where the policy is."""
        return f"/v1/escalation-policies/{self.policy_id}"

    def rate(self, requests: list[bytes], connections: int = 8) -> float:
        """Requests a second; all of them must succeed."""
        load = run(self.server.url, requests, connections)
        assert all(status < 300 for status in load.statuses), load.statuses
        return load.per_second


def fill(server: Server, policies: int) -> Subject:
    """A workspace with so many policies."""
    tenant = server.new_tenant()
    with server.http(tenant) as http:
        users = [
            http.post(
                "/v1/users", json={"email": f"u{i}@example.com", "name": f"U{i}", "role": "viewer"}
            ).json()["id"]
            for i in range(3)
        ]
        requests = [
            request("POST", "/v1/escalation-policies", tenant.api_key, policy(f"Policy {i}", users))
            for i in range(policies)
        ]
        run(server.url, requests)
        first = http.get("/v1/escalation-policies", params={"name": "Policy 0"}).json()["items"][0]
        document = http.get(f"/v1/escalation-policies/{first['id']}").text
    return Subject(server, tenant, users, first["id"], document)


def rates(subject: Subject, count: int) -> dict[str, float]:
    """Requests a second, of each kind of request."""
    key, path = subject.tenant.api_key, subject.path
    same = policy("Policy 0", subject.users)
    marker = str(perf_counter())
    return {
        "read by id": subject.rate([request("GET", path, key)] * count),
        "update": subject.rate(
            [
                request("PUT", path, key, policy("Policy 0", subject.users, f"{marker} {i} "))
                for i in range(count // 4)
            ]
            + [request("PUT", path, key, same)]
        ),
        "update with the same": subject.rate([request("PUT", path, key, same)] * count),
        "create": subject.rate(
            [
                request(
                    "POST",
                    "/v1/escalation-policies",
                    key,
                    policy(f"New {marker} {i}", subject.users),
                )
                for i in range(count // 4)
            ]
        ),
        "list of 1,000": subject.rate(
            [request("GET", "/v1/escalation-policies?limit=1000", key)] * 24
        ),
    }


Recorded = list[tuple[str, dict[str, Any]]]


@contextmanager
def recording(statements: Recorded) -> Iterator[None]:
    """Notes every statement that goes to a driver."""
    execute, execute_many = Connection._cursor, Connection.run_many

    def noting(self: Connection, sql: str, parameters: dict[str, Any]) -> Any:
        statements.append((sql, parameters))
        return execute(self, sql, parameters)

    def noting_many(self: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
        statements.extend((statement.bind(self.dialect, {})[0], row) for row in rows)
        execute_many(self, statement, rows)

    Connection._cursor, Connection.run_many = noting, noting_many  # type: ignore[method-assign]
    try:
        yield
    finally:
        Connection._cursor, Connection.run_many = execute, execute_many  # type: ignore[method-assign]


def statements_of(subject: Subject, method: str, body: bytes = b"") -> Recorded:
    """The SQL that a request runs."""
    statements: Recorded = []
    database = Database(subject.server.database_url)
    performer = Performer(database, Metrics(), Limits())
    operation, path = Routes(operations()).find(method, subject.path)
    headers = {"authorization": f"Bearer {subject.tenant.api_key}"}
    incoming = Incoming(method, subject.path, path, "", headers, body, "127.0.0.1", "benchmark")
    database.connection()  # Opening it is no part of a request.
    with recording(statements):
        performer.perform(operation, incoming)
    database.close()
    return statements


def sql_seconds(subject: Subject, statements: Recorded, times: int) -> float:
    """What the statements take, one after the other, through the bare driver."""
    database = Database(subject.server.database_url)
    driver = database.connection()._driver
    took = []
    for i in range(times):
        began = perf_counter()
        for sql, parameters in statements:
            # Each entry of the feed has a revision of its own.
            later = {"revision": parameters["revision"] + i + 1} if "revision" in parameters else {}
            cursor = driver.execute(sql, parameters | later)
            if cursor.description:
                cursor.fetchall()
        took.append(perf_counter() - began)
    database.close()
    return median(took)


@contextmanager
def bare_server(body: str, core: int) -> Iterator[str]:
    """A bare handler that answers with this body; yields its URL."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        file.write(body)
        file.flush()
        with subprocess.Popen(
            [sys.executable, "-m", "benchmarks.bare_server", file.name],
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout
            port = process.stdout.readline().strip()
            pin(process.pid, core)
            try:
                yield f"http://127.0.0.1:{port}"
            finally:
                process.kill()


def pin(pid: int, core: int) -> None:
    """Keeps all threads of a process on one core."""
    for thread in psutil.Process(pid).threads():
        os.sched_setaffinity(thread.id, {core})


def measure(dialect: Dialect, servers: Servers, count: int) -> None:
    """Measures one database, and prints what came of it."""
    server_core, client_core = 0, 1
    with servers.new_database(dialect) as url:
        migrate(Database(url))
        with running_server(url, *UNLIMITED) as server:
            pin(server.process.pid, server_core)
            os.sched_setaffinity(0, {client_core})
            report(dialect, fill(server, 1000), count, server_core)


def report(dialect: Dialect, subject: Subject, count: int, core: int) -> None:
    """Measures in turns, so that whatever else the machine does meets all alike."""
    path = subject.path
    measured: dict[str, list[float]] = {}
    with bare_server(subject.document, core) as bare:
        get = request("GET", path)
        put = request("PUT", path, "", policy("Policy 0", subject.users))
        for _ in range(ROUNDS):
            for what, rate in rates(subject, count).items():
                measured.setdefault(what, []).append(rate)
            measured.setdefault("bare GET", []).append(run(bare, [get] * count).per_second)
            measured.setdefault("bare PUT", []).append(run(bare, [put] * count).per_second)
    found = {what: median(rates) for what, rates in measured.items()}
    read = sql_seconds(subject, statements_of(subject, "GET"), count)
    changed = policy("Policy 0", subject.users, str(perf_counter()))
    write = sql_seconds(subject, statements_of(subject, "PUT", changed), count // 4)
    read_floor = 1 / (1 / found["bare GET"] + read)
    write_floor = 1 / (1 / found["bare PUT"] + write)
    rows = [
        ("read by id / floor", found["read by id"] / read_floor, ">= 0.5"),
        ("update / floor", found["update"] / write_floor, ">= 0.4"),
        ("the same again / read", found["update with the same"] / found["read by id"], ">= 0.7"),
        ("read / list of 1,000", found["read by id"] / found["list of 1,000"], "<= 40"),
    ]
    if dialect == "postgresql":
        for what, rival in GOALERT.items():
            aim = ">= 3" if what.startswith(("read", "list")) else ">= 0.7"
            rows.append((f"{what} / GoAlert's {rival:,.1f}", found[what] / rival, aim))
    print(f"\n{dialect}")
    for what, rate in found.items():
        print(f"  {what:28} {rate:10,.1f} /s")
    print(f"  {'SQL of a read, of an update':28} {read * 1e6:,.0f} µs, {write * 1e6:,.0f} µs")
    for what, ratio, aim in rows:
        print(f"  {what:34} {ratio:6.2f}   aim {aim}")
    memory = subject.server.process.memory_info().rss / 2**20
    print(f"  memory of the server               {memory:6.0f} MB")


def main() -> None:
    """Measures both databases."""
    dialects: list[Dialect] = ["sqlite", "postgresql"]
    with tempfile.TemporaryDirectory() as folder:
        servers = Servers(Path(folder))
        try:
            for dialect in dialects:
                measure(dialect, servers, count=2000)
        finally:
            servers.close()


if __name__ == "__main__":
    main()
