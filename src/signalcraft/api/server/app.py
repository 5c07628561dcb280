"""The application: from a request to an answer, whatever happens on the way."""

import asyncio
import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TypeVar

import structlog
from granian.rsgi import (  # type: ignore[attr-defined]  # Granian's own gap
    Headers,
    HTTPProtocol,
    ProtocolClosed,
    Scope,
)

from signalcraft.api.http.body import receive_body
from signalcraft.api.http.call import Answer, Incoming, Later
from signalcraft.api.http.metrics import Metrics
from signalcraft.api.http.operation import Operation
from signalcraft.api.http.routes import Routes
from signalcraft.api.oncall.calendars import without_secret
from signalcraft.api.operations import operations
from signalcraft.api.server.dispatcher import Dispatcher, Limits
from signalcraft.api.server.waiting import ChangeSignal
from signalcraft.model.problem import Problem, Slug
from signalcraft.store.db.database import Database, UnusableDatabase

_UNREADABLE = "\ufffd"

_READERS = 4
# As many writes as can wait for each other on PostgreSQL. SQLite has one writer at a time anyway.
_WRITERS = 8
# Reading more than this takes so long that it would hold up other requests.
_SMALL_BODY = 16 * 1024
_REQUEST_ID = re.compile(r"[!-~]{1,128}")

T = TypeVar("T")

log = structlog.get_logger()


class Application:
    """The API over one database.

    A request makes one hop to a thread, where it does all its work with the database, unless that
    work is less than the hop. Reads and writes have threads of their own, so that writes that wait
    for each other don't hold up reads.
    """

    def __init__(self, database: Database, limits: Limits) -> None:
        self._database = database
        self._routes = Routes(operations())
        self._metrics = Metrics()
        self._performer = Dispatcher(database, self._metrics, limits)
        self._changes = ChangeSignal()
        self._inline = database.dialect == "sqlite"
        self._readers = ThreadPoolExecutor(_READERS, "reader")
        self._writers = ThreadPoolExecutor(
            1 if database.dialect == "sqlite" else _WRITERS, "writer"
        )

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Granian's entry point (its RSGI specification, version 1.5)."""
        answer = await self._respond(scope, protocol)
        headers = list(answer.headers.items())
        if answer.body:
            headers.append(("Content-Type", answer.media_type))
            protocol.response_str(answer.status, headers, answer.body)
        else:
            protocol.response_empty(answer.status, headers)

    async def beside(self) -> None:
        """Does what goes on beside the requests, until it is cancelled."""
        self._changes.start(self._database)
        try:
            await self._performer.key_use.store_every_minute()
        finally:
            self._changes.stop()

    def close(self) -> None:
        """Finishes what is under way, and lets the threads and the database go."""
        self._readers.shutdown()
        self._writers.shutdown()
        self._changes.close()
        self._performer.key_use.store()
        self._database.close()

    async def _respond(self, scope: Scope, protocol: HTTPProtocol) -> Answer:
        began = time.perf_counter()
        method, path = scope.method, scope.path
        headers = _texts(scope.headers)
        request_id = _request_id(headers)
        operation: Operation | None = None
        try:
            operation, parameters = self._routes.find(method, path)
            incoming = Incoming(
                method,
                path,
                parameters,
                scope.query_string,
                headers,
                await receive_body(operation, headers, protocol),
                scope.client.rpartition(":")[0],
                request_id,
            )
            answer = await self._perform(operation, incoming)
        except Problem as problem:
            answer = _render(problem, request_id)
        except UnusableDatabase as error:
            log.exception("database", reason=str(error), request_id=request_id)
            answer = _render(_unavailable(), request_id)
        except ProtocolClosed:
            answer = _render(_broken_off(), request_id)
        except Exception:
            log.exception("failed", request_id=request_id)
            answer = _render(_internal(), request_id)
        seconds = time.perf_counter() - began
        self._metrics.observe(
            operation.operation_id if operation else "none", answer.status, seconds
        )
        _log_request(method, path, answer.status, seconds, request_id)
        answer.headers["X-Request-Id"] = request_id
        return answer

    async def _perform(self, operation: Operation, incoming: Incoming) -> Answer:
        """The answer; where that is to wait for a change, the one after the change."""
        if self._inline and operation.quick and len(incoming.body) <= _SMALL_BODY:
            answer = self._performer.begin(operation, incoming)
            return (
                await self._hop(self._writers, answer.act) if isinstance(answer, Later) else answer
            )
        threads = self._readers if operation.only_reads else self._writers
        began = time.monotonic()
        while True:
            ticket = self._changes.ticket()
            answer = await self._hop(threads, self._performer.perform, operation, incoming)
            left = began + answer.wait - time.monotonic()
            if left <= 0 or self._changes.stopped:
                return answer
            await self._changes.wait(ticket, left)

    async def _hop(self, threads: Executor, act: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, act, *arguments)


def _log_request(method: str, path: str, status: int, seconds: float, request_id: str) -> None:
    read_well = method in {"GET", "HEAD"} and status < 400
    (log.debug if read_well else log.info)(
        "request",
        method=method,
        path=without_secret(path),
        status=status,
        milliseconds=round(seconds * 1000, 1),
        request_id=request_id,
    )


def _texts(headers: Headers) -> dict[str, str]:
    """A request's headers by name, in lower case. Granian leaves out what isn't ASCII: such a value
    must be refused, not taken for absent, if it matters. One that was sent twice holds both values
    (RFC 9110, section 5.3).
    """
    texts: dict[str, str] = {}
    for name, value in headers.items():
        texts[name] = f"{texts[name]}, {value}" if name in texts else value
    return dict.fromkeys(headers.keys(), _UNREADABLE) | texts


def _request_id(headers: Mapping[str, str]) -> str:
    """The client's own id for the request, if it is fit to be logged; a new one otherwise."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else f"req_{secrets.token_hex(10)}"


def _unavailable() -> Problem:
    return Problem(
        Slug.UNAVAILABLE, "The database can't be used. Try again.", headers={"Retry-After": "1"}
    )


def _broken_off() -> Problem:
    return Problem(Slug.MALFORMED_REQUEST, "The body breaks off, or its chunks can't be read.")


def _internal() -> Problem:
    return Problem(Slug.INTERNAL, "Nothing was changed. Send it again.")


def _render(problem: Problem, request_id: str) -> Answer:
    return Answer(
        problem.type.status,
        json.dumps(problem.document(request_id), ensure_ascii=False),
        problem.headers,
        "application/problem+json",
    )
