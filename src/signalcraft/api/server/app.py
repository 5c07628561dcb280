"""The application: from a request to an answer, whatever happens on the way."""

import asyncio
import contextlib
import json
import re
import secrets
import time
from collections.abc import Callable, Generator, Mapping
from functools import partial
from typing import TypeVar

from granian.rsgi import (  # type: ignore[attr-defined]  # Granian's own gap
    Headers,
    HTTPProtocol,
    Scope,
)

from signalcraft.api.http.body import receive_body, room_needed
from signalcraft.api.http.call import Answer, Incoming, KnownCaller
from signalcraft.api.http.metrics import Metrics
from signalcraft.api.http.operation import Exchanged, Operation, Public
from signalcraft.api.http.routes import Routes
from signalcraft.api.http.time_limit import TimeLimit
from signalcraft.api.http.upload import MEMORY, receive_upload
from signalcraft.api.operations import operations
from signalcraft.api.server.body_memory import BodyMemory
from signalcraft.api.server.client_address import client_address
from signalcraft.api.server.dispatcher import Dispatcher
from signalcraft.api.server.failures import problem_of
from signalcraft.api.server.health import Health
from signalcraft.api.server.limits import Limits
from signalcraft.api.server.request_log import Answered, log_request
from signalcraft.api.server.supervision import supervise
from signalcraft.api.server.waiting import ChangeSignal
from signalcraft.api.server.workers import ClientGone, Workers
from signalcraft.model.problem import Problem
from signalcraft.store.db.database import Database
from signalcraft.store.tfstate.writing import Settings as StateSettings

_UNREADABLE = "\ufffd"
# Reading more than this takes so long that it would hold up other requests.
_SMALL_BODY = 16 * 1024
_REQUEST_ID = re.compile(r"[!-~]{1,128}")
# Answers hold configuration, and some hold secrets: nothing between here and the client keeps them.
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

T = TypeVar("T")


class Application:
    """The API over one database.

    A request makes one hop to a thread, where it does all its work with the database, unless that
    work is less than the hop. Reads, writes and costly questions have threads of their own, so none
    of them holds up the others.
    """

    def __init__(
        self,
        database: Database,
        limits: Limits,
        state_settings: StateSettings | None = None,
        *,
        loopback_issuers: bool = False,
    ) -> None:
        self._database = database
        self._limits = limits
        self._body_limit = TimeLimit(limits.body_seconds)
        self._routes = Routes(operations())
        self._metrics = Metrics()
        self._health = Health(database)
        self._dispatcher = Dispatcher(
            database,
            self._metrics,
            limits,
            lambda: self._health.findings,
            state_settings,
            loopback_issuers=loopback_issuers,
        )
        self._changes = ChangeSignal()
        self._bodies = BodyMemory()
        self._inline = database.dialect == "sqlite"
        stop = database.interrupt
        self._readers = Workers("reader", 5, share=4, interrupt=stop)
        self._questions = Workers("question", 2, share=1, line=64, interrupt=stop)
        if self._inline:  # SQLite has one writer at a time anyway.
            self._writers = Workers("writer", 1, share=1, interrupt=stop)
        else:  # As many writes as can wait for each other.
            self._writers = Workers("writer", 10, share=8, interrupt=stop)
        # Apart from the others, since an exchange may wait for a token's issuer.
        self._exchangers = Workers("exchanger", 4, share=2, interrupt=stop)
        self.in_progress = 0
        """How many requests are being answered."""

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Granian's entry point (its RSGI specification, version 1.5)."""
        self.in_progress += 1
        try:
            answer = await self._respond(scope, protocol)
            headers = list((_HEADERS | answer.headers).items())
            if answer.stream:
                headers.append(("Content-Type", answer.media_type))
                await self._send(answer.status, headers, answer.stream, scope, protocol)
                return
        finally:
            self.in_progress -= 1
        if answer.body:
            headers.append(("Content-Type", answer.media_type))
            protocol.response_str(answer.status, headers, answer.body)
        else:
            protocol.response_empty(answer.status, headers)

    async def _send(
        self,
        status: int,
        headers: list[tuple[str, str]],
        parts: Generator[bytes],
        scope: Scope,
        protocol: HTTPProtocol,
    ) -> None:
        """Sends a body in parts, each as it is read."""
        with contextlib.closing(parts):
            if scope.method == "HEAD":
                protocol.response_empty(status, headers)
                return
            transport = protocol.response_stream(status, headers)
            while part := await asyncio.to_thread(next, parts, b""):
                await transport.send_bytes(part)

    async def background(self) -> None:
        """Does what goes on beside the requests, until it is cancelled."""
        self._changes.start(self._database)
        try:
            await supervise("last use of keys", self._dispatcher.key_use.store_every_minute)
        finally:
            self._changes.stop()

    def close(self) -> None:
        """Finishes what is in progress, and lets the threads and the database go."""
        pools = (self._readers, self._questions, self._writers, self._exchangers, self._health)
        for workers in pools:
            workers.close()
        self._changes.close()
        self._dispatcher.key_use.store()
        self._database.close()

    async def _respond(self, scope: Scope, protocol: HTTPProtocol) -> Answer:
        began = time.perf_counter()
        method, path = scope.method, scope.path
        headers = _texts(scope.headers)
        request_id = _request_id(headers)
        peer = scope.client.rpartition(":")[0]
        address = client_address(
            peer, headers.get("x-forwarded-for", ""), self._limits.trusted_proxies
        )
        caller = KnownCaller()
        operation: Operation | None = None
        try:
            operation, parameters = self._routes.find(method, path)
            incoming = Incoming(
                method,
                path,
                parameters,
                scope.query_string,
                headers,
                b"",
                address,
                request_id,
                caller,
            )
            answer = await self._answer(operation, incoming, protocol)
        except Exception as error:  # noqa: BLE001 — whatever happens is answered, and logged there
            writes = operation is not None and not operation.only_reads
            answer = _render(problem_of(error, request_id, writes=writes), request_id)
        seconds = time.perf_counter() - began
        self._metrics.observe(
            operation.operation_id if operation else "none", answer.status, seconds
        )
        log_request(Answered(method, path, answer.status, seconds, request_id, address, caller))
        answer.headers["X-Request-Id"] = request_id
        return answer

    async def _answer(
        self, operation: Operation, incoming: Incoming, protocol: HTTPProtocol
    ) -> Answer:
        if isinstance(operation.handler, Public):
            if operation.handler.about_database:
                await self._health.look()
            return self._dispatcher.perform(operation, incoming)
        if operation.is_upload:
            return await self._upload(operation, incoming, protocol)
        if operation.request is None:
            return await self._perform(operation, incoming, protocol)
        # No byte of a body is read for whoever has no key.
        needs_key = not isinstance(operation.handler, Exchanged)
        if needs_key and self._dispatcher.known_key(incoming) is None:
            await self._admit(operation, incoming, protocol)
        with self._bodies.room_for(self._line(incoming), room_needed(operation, incoming.headers)):
            incoming.body = await receive_body(
                operation, incoming.headers, protocol, self._body_limit
            )
            return await self._perform(operation, incoming, protocol)

    async def _upload(
        self, operation: Operation, incoming: Incoming, protocol: HTTPProtocol
    ) -> Answer:
        """The answer to a request with a large body, of which little is in memory at a time."""
        await self._admit(operation, incoming, protocol)
        with self._bodies.room_for(self._line(incoming), MEMORY):
            upload = await receive_upload(incoming.headers, protocol, self._limits.body_seconds)
            with contextlib.closing(upload.content):
                incoming.upload = upload
                return await self._perform(operation, incoming, protocol)

    async def _admit(
        self, operation: Operation, incoming: Incoming, protocol: HTTPProtocol
    ) -> None:
        admit = partial(self._dispatcher.admit, operation, incoming)
        if self._inline:
            admit()
        else:
            await self._work(self._readers, incoming, protocol, admit)

    async def _perform(
        self, operation: Operation, incoming: Incoming, protocol: HTTPProtocol
    ) -> Answer:
        """The answer; where that is to wait for a change, the one after the change."""
        if self._inline and operation.quick and len(incoming.body) <= _SMALL_BODY:
            answer = self._dispatcher.begin(operation, incoming)
            if isinstance(answer, Answer):
                return answer
            return await self._work(self._writers, incoming, protocol, answer.act)
        threads = self._threads(operation)
        began, again = time.monotonic(), False
        while True:
            ticket = self._changes.ticket
            perform = partial(self._dispatcher.perform, operation, incoming, again=again)
            answer = await self._work(threads, incoming, protocol, perform)
            left = began + answer.wait - time.monotonic()
            if left <= 0 or self._changes.stopped:
                return answer
            await self._changed(incoming, ticket, left, protocol)
            again = True

    async def _changed(
        self, incoming: Incoming, ticket: int, seconds: float, protocol: HTTPProtocol
    ) -> None:
        """Returns when the caller's workspace has changed, or time is up. Raises `ClientGone`."""
        workspace_id = incoming.caller.workspace_id or ""
        change = asyncio.ensure_future(self._changes.wait(workspace_id, ticket, seconds))
        gone = asyncio.ensure_future(protocol.client_disconnect())
        try:
            await asyncio.wait({change, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            over = gone.done() and not change.done()
            change.cancel()
            gone.cancel()
        if over:
            raise ClientGone

    def _threads(self, operation: Operation) -> Workers:
        if isinstance(operation.handler, Exchanged):
            return self._exchangers
        if operation.costly:
            return self._questions
        return self._readers if operation.only_reads else self._writers

    def _line(self, incoming: Incoming) -> str:
        """Whose turn it is when this request's turn comes: its key's, or else its address's."""
        return self._dispatcher.known_key(incoming) or incoming.client

    async def _work(
        self,
        threads: Workers,
        incoming: Incoming,
        protocol: HTTPProtocol,
        act: Callable[..., T],
        *arguments: object,
    ) -> T:
        return await threads.run(
            self._line(incoming),
            partial(act, *arguments),
            self._limits.request_seconds,
            protocol.client_disconnect,
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


def _render(problem: Problem, request_id: str) -> Answer:
    return Answer(
        problem.type.status,
        json.dumps(problem.document(request_id), ensure_ascii=False),
        problem.headers,
        "application/problem+json",
    )
