"""The ASGI application: from a request to an operation's handler and back."""

import asyncio
import json
import logging
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from signalcraft.api.authentication import authenticate, authorize
from signalcraft.api.call import Answer, Call
from signalcraft.api.operation import Operation
from signalcraft.api.operations import operations
from signalcraft.api.query import check_headers, read_query
from signalcraft.api.routes import Routes
from signalcraft.model.ids import new_id
from signalcraft.model.problem import Problem, Slug
from signalcraft.model.strict_json import MalformedJson
from signalcraft.store.database import Database

MAX_BODY = 1024 * 1024

_REQUEST_ID = re.compile(r"[!-~]{1,128}")

log = logging.getLogger(__name__)


class Application:
    """The API over one database.

    A request makes one hop to a thread, where it does all its work with the database. Reads and
    writes have threads of their own, so that writes that wait for each other don't hold up reads.
    """

    def __init__(self, database: Database, *, readers: int = 4, writers: int = 8) -> None:
        self._database = database
        self._routes = Routes(operations())
        self._readers = ThreadPoolExecutor(readers, "reader")
        # SQLite has one writer at a time anyway.
        self._writers = ThreadPoolExecutor(1 if database.dialect == "sqlite" else writers, "writer")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI entry point."""
        if scope["type"] == "http":
            response = await self._respond(Request(scope, receive))
            await response(scope, receive, send)

    def close(self) -> None:
        """Finishes what is under way, and lets the threads and the database go."""
        self._readers.shutdown()
        self._writers.shutdown()
        self._database.close()

    async def _respond(self, request: Request) -> Response:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers.raw
        }
        request_id = _request_id(headers)
        try:
            answer = await self._answer(request, headers, request_id)
            response = Response(answer.body, answer.status, answer.headers, answer.media_type)
        except Problem as problem:
            response = _render(problem, request_id)
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception:
            log.exception("request failed", extra={"request_id": request_id})
            failure = Problem(Slug.INTERNAL, "Nothing was changed. Send it again.")
            response = _render(failure, request_id)
        response.headers["X-Request-Id"] = request_id
        return response

    async def _answer(
        self, request: Request, headers: Mapping[str, str], request_id: str
    ) -> Answer:
        operation, path = self._routes.find(request.method, request.url.path)
        body = await _body(request, operation, headers)
        threads = self._readers if operation.method == "GET" else self._writers

        def work() -> Answer:
            connection = self._database.connection()
            caller = authenticate(connection, headers)
            query = read_query(operation, request.url.query)
            authorize(caller, operation, dry_run=query.get("validate_only") is True)
            check_headers(operation, headers)
            call = Call(
                operation=operation,
                database=self._database,
                connection=connection,
                caller=caller,
                request_id=request_id,
                path=path,
                query=query,
                headers=headers,
                body=body,
                raw_query=request.url.query,
            )
            try:
                return operation.handler(call)
            except MalformedJson as malformed:
                raise Problem(Slug.MALFORMED_REQUEST, str(malformed)) from None

        return await asyncio.get_running_loop().run_in_executor(threads, work)


def _request_id(headers: Mapping[str, str]) -> str:
    """The client's own id for the request, if it is fit to be logged; a new one otherwise."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else new_id("req")


async def _body(request: Request, operation: Operation, headers: Mapping[str, str]) -> bytes:
    if operation.request is None:
        return b""
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem(
            Slug.UNSUPPORTED_MEDIA_TYPE,
            f"The body is {media_type or 'of no named type'}. Send Content-Type: application/json.",
        )
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise Problem(Slug.PAYLOAD_TOO_LARGE, "The body has more than 1 MiB.")
    return bytes(body)


def _render(problem: Problem, request_id: str) -> Response:
    return Response(
        json.dumps(problem.document(request_id), ensure_ascii=False),
        problem.type.status,
        problem.headers,
        "application/problem+json",
    )
