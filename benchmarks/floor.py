"""The least that a request can cost: a bare handler that answers with the same bytes, and the same
SQL through the bare driver.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from benchmarks.subject import Subject, pin
from signalcraft.api.http.call import Incoming
from signalcraft.api.http.metrics import Metrics
from signalcraft.api.http.routes import Routes
from signalcraft.api.operations import operations
from signalcraft.api.server.dispatcher import Dispatcher
from signalcraft.api.server.limits import Limits
from signalcraft.store.db.database import Connection, Database

_Recorded = list[tuple[str, dict[str, Any]]]


@contextmanager
def bare_server(body: str) -> Iterator[str]:
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
            pin(process.pid)
            try:
                yield f"http://127.0.0.1:{port}"
            finally:
                process.kill()


def sql_seconds(subject: Subject, times: int, method: str, body: bytes = b"") -> float:
    """What a request's statements take on average, one after the other, through the bare driver."""
    statements = _statements_of(subject, method, body)
    database = Database(subject.server.database_url)
    driver = database.connection()._driver
    began = perf_counter()
    for i in range(times):
        for sql, parameters in statements:
            # Each entry of the feed has a revision of its own.
            later = {"revision": parameters["revision"] + i + 1} if "revision" in parameters else {}
            cursor = driver.execute(sql, parameters | later)
            if cursor.description:
                cursor.fetchall()
    took = perf_counter() - began
    database.close()
    return took / times


def _statements_of(subject: Subject, method: str, body: bytes) -> _Recorded:
    """The SQL that a request runs."""
    statements: _Recorded = []
    database = Database(subject.server.database_url)
    performer = Dispatcher(database, Metrics(), Limits())
    operation, path = Routes(operations()).find(method, subject.path)
    headers = {"authorization": f"Bearer {subject.tenant.api_key}"}
    incoming = Incoming(method, subject.path, path, "", headers, body, "127.0.0.1", "benchmark")
    database.connection()  # Opening it is no part of a request.
    with _recording(statements):
        performer.perform(operation, incoming)
    database.close()
    return statements


@contextmanager
def _recording(statements: _Recorded) -> Iterator[None]:
    """Notes every statement that goes to a driver."""
    execute = Connection._cursor

    def noting(self: Connection, sql: str, parameters: dict[str, Any]) -> Any:
        statements.append((sql, parameters))
        return execute(self, sql, parameters)

    Connection._cursor = noting  # type: ignore[method-assign]  # for as long as it is recorded
    try:
        yield
    finally:
        Connection._cursor = execute  # type: ignore[method-assign]
