"""The ASGI application: from a request to an answer, whatever happens on the way."""

import asyncio
import json
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TypeVar

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from signalcraft.api.body import receive_body
from signalcraft.api.calendars import without_secret
from signalcraft.api.call import Answer, Incoming, Later
from signalcraft.api.metrics import Metrics
from signalcraft.api.operation import Operation
from signalcraft.api.operations import operations
from signalcraft.api.perform import Limits, Performer
from signalcraft.api.routes import Routes
from signalcraft.api.waiting import Changes
from signalcraft.model.problem import Problem, Slug
from signalcraft.store.database import Database, UnusableDatabase

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
        self._performer = Performer(database, self._metrics, limits)
        self._changes = Changes()
        self._inline = database.dialect == "sqlite"
        self._readers = ThreadPoolExecutor(_READERS, "reader")
        self._writers = ThreadPoolExecutor(
            1 if database.dialect == "sqlite" else _WRITERS, "writer"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI entry point."""
        if scope["type"] != "http":
            return
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

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

    async def _respond(self, request: Request) -> Response:
        began = time.perf_counter()
        headers = _headers(request.headers.raw)
        request_id = _request_id(headers)
        operation: Operation | None = None
        try:
            operation, path = self._routes.find(request.method, request.scope["path"])
            incoming = Incoming(
                request.method,
                request.scope["path"],
                path,
                request.scope["query_string"].decode("latin-1"),
                headers,
                await receive_body(operation, headers, request.stream()),
                request.client.host if request.client else "",
                request_id,
            )
            answer = await self._perform(operation, incoming)
        except Problem as problem:
            answer = _render(problem, request_id)
        except UnusableDatabase as error:
            log.exception("database", reason=str(error), request_id=request_id)
            answer = _render(_unavailable(), request_id)
        except ClientDisconnect:
            answer = _render(_broken_off(), request_id)
        except Exception:
            log.exception("failed", request_id=request_id)
            answer = _render(_internal(), request_id)
        self._record(request, operation, answer, request_id, time.perf_counter() - began)
        return Response(
            answer.body,
            answer.status,
            answer.headers | {"X-Request-Id": request_id},
            answer.media_type if answer.body else None,
        )

    async def _perform(self, operation: Operation, incoming: Incoming) -> Answer:
        """The answer; where that is to wait for a change, the one after the change."""
        if self._inline and operation.quick and len(incoming.body) <= _SMALL_BODY:
            answer = self._performer.perform(operation, incoming)
            return (
                await self._hop(self._writers, answer.act) if isinstance(answer, Later) else answer
            )
        threads = self._readers if operation.method == "GET" else self._writers
        began = time.monotonic()
        while True:
            ticket = self._changes.ticket()
            answer = await self._hop(threads, self._perform_wholly, operation, incoming)
            left = began + answer.wait - time.monotonic()
            if left <= 0 or self._changes.stopped:
                return answer
            await self._changes.wait(ticket, left)

    def _perform_wholly(self, operation: Operation, incoming: Incoming) -> Answer:
        answer = self._performer.perform(operation, incoming)
        return answer.act() if isinstance(answer, Later) else answer

    async def _hop(self, threads: Executor, act: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, act, *arguments)

    def _record(
        self,
        request: Request,
        operation: Operation | None,
        answer: Answer,
        request_id: str,
        seconds: float,
    ) -> None:
        """Counts and logs the request."""
        name = operation.operation_id if operation else "none"
        self._metrics.observe(name, answer.status, seconds)
        read_well = request.method in {"GET", "HEAD"} and answer.status < 400
        (log.debug if read_well else log.info)(
            "request",
            method=request.method,
            path=without_secret(request.scope["path"]),
            status=answer.status,
            milliseconds=round(seconds * 1000, 1),
            request_id=request_id,
        )


def _request_id(headers: Mapping[str, str]) -> str:
    """The client's own id for the request, if it is fit to be logged; a new one otherwise."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else f"req_{secrets.token_hex(10)}"


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers by name; one that was sent twice holds both values (RFC 9110, section 5.3)."""
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


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
