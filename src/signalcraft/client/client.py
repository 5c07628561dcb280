"""The client: sends calls, again where that helps, and raises what went wrong."""

import re
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Self, TypeVar

import httpx
from pydantic import ValidationError
from whenever import Instant

import signalcraft
from signalcraft.client import answers, questions, requests
from signalcraft.client.errors import ApiProblem, ClientError, Unavailable, UnreadableAnswer
from signalcraft.client.feed import Changes, changes
from signalcraft.client.overrides import ScheduleOverride, override_page
from signalcraft.client.questions import OnCall, RoutingResult, Shift
from signalcraft.client.request import Request
from signalcraft.client.retries import Retries
from signalcraft.client.stored import B, Page, Pending, Stored
from signalcraft.client.token_exchange import ExchangedKeyAuth, TokenExchange
from signalcraft.client.validation import Candidate, ValidationResult, validate
from signalcraft.client.whoami import WhoAmI, whoami
from signalcraft.model.alert import Alert
from signalcraft.model.problem import Slug
from signalcraft.model.resource import Resource

T = TypeVar("T")

# As many as a list answers with at most.
_LONGEST_PAGE = 1000
# What goes wrong before anything is sent.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Client:
    """The configuration API of one workspace: that of the key's.

    Kinds are the classes of `signalcraft.model`: `client.get(User, "user_…")`. All methods raise
    `ClientError`; where the API itself refused, that is an `ApiProblem` with its slug. Safe to
    share between threads.
    """

    def __init__(
        self,
        endpoint: str,
        api_key: str | TokenExchange,
        *,
        manager: str | None = None,
        source: str | None = None,
        timeout: float = 30.0,
        retries: Retries = Retries(),  # noqa: B008 — frozen
        certificates: ssl.SSLContext | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`endpoint` is the server's URL, without `/v1`. Instead of a stored key, `api_key` may say how
        to exchange a token for one, which happens when it is needed. `manager` and `source` say which tool
        writes, if it manages what it writes, and where its code lives. `timeout` holds for each
        attempt, in seconds.
        """
        self.endpoint = _endpoint(endpoint)
        self._http = httpx.Client(
            base_url=self.endpoint,
            headers=_headers(manager, source),
            timeout=timeout,
            verify=certificates or True,
            transport=transport,
        )
        self._exchanging: httpx.Client | None = None
        self._exchanged: ExchangedKeyAuth | None = None
        if isinstance(api_key, str):
            self._http.headers["Authorization"] = _authorization(api_key)
        else:
            # Apart from the client's own headers, since nothing is to be sent but the token.
            self._exchanging = httpx.Client(
                timeout=timeout, verify=certificates or True, transport=transport
            )
            self._exchanged = ExchangedKeyAuth(self._exchanging, self.endpoint, api_key)
            self._http.auth = self._exchanged
        self._timeout = timeout
        self._retries = retries
        self._sleep = sleep

    def __repr__(self) -> str:
        return f"Client({self.endpoint!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes all connections."""
        self._http.close()
        if self._exchanging is not None:
            self._exchanging.close()

    def prepare(self) -> None:
        """Exchanges a token for a key, if one will be needed within a minute: until then no request
        has to wait for that. A stored key needs nothing.
        """
        if self._exchanged is not None:
            self._exchanged.prepare()

    def get(self, kind: type[B], id: str = "") -> Stored[B]:
        """The resource with this id; the workspace is found without one."""
        return self.send(requests.get(kind, id))

    def find(self, kind: type[B], key: str) -> Stored[B] | None:
        """The resource with this name (users: e-mail address), if there is one."""
        found = self.send(requests.list_page(kind, key=key)).items
        return found[0] if found else None

    def list(
        self,
        kind: type[B],
        *,
        limit: int | None = None,
        cursor: str | None = None,
        ids: Sequence[str] = (),
    ) -> Page[B]:
        """A page of the resources of a kind, in order of id."""
        return self.send(requests.list_page(kind, limit=limit, cursor=cursor, ids=ids))

    def iterate(self, kind: type[B], *, page_size: int = _LONGEST_PAGE) -> Iterator[Stored[B]]:
        """All resources of a kind, read page by page."""
        page = self.list(kind, limit=page_size)
        yield from page.items
        while page.next_cursor is not None:
            page = self.list(kind, limit=page_size, cursor=page.next_cursor)
            yield from page.items

    def create(
        self, body: B, *, idempotency_key: str | None = None, validate_only: bool = False
    ) -> Stored[B]:
        """Creates a resource. A repetition with the same key of the caller's own gets the first
        answer, for 24 hours; without one, each call creates another. With `validate_only` nothing
        is written, and what would be stored is returned.
        """
        return self.send(
            requests.create(body, idempotency_key=idempotency_key, validate_only=validate_only)
        )

    def replace(
        self,
        id: str,
        body: B,
        *,
        if_match: str | None = None,
        force: bool = False,
        validate_only: bool = False,
    ) -> Stored[B]:
        """Replaces the resource with this id; with `if_match`, only if it has that `etag`. With
        `validate_only` nothing is written, and what would be stored is returned.
        """
        request = requests.replace(
            id, body, if_match=if_match, force=force, validate_only=validate_only
        )
        try:
            return self.send(request)
        except ApiProblem as problem:
            # The first attempt may have been carried out and its answer lost: then the version
            # that is there now is our own.
            if not problem.repeated or problem.slug is not Slug.VERSION_MISMATCH:
                raise
            current = self.get(type(body), id)
            if current.body != body:
                raise
            return current

    def put(
        self,
        body: B,
        *,
        if_match: str | None = None,
        create_only: bool = False,
        force: bool = False,
        validate_only: bool = False,
    ) -> Stored[B]:
        """Creates the resource, or replaces the one that has its name (users: e-mail address).

        Writing the same thing again changes nothing. With `validate_only` nothing is written, and
        what would be stored is returned.
        """
        request = requests.put(
            body,
            if_match=if_match,
            create_only=create_only,
            force=force,
            validate_only=validate_only,
        )
        try:
            return self.send(request)
        except ApiProblem as problem:
            # As in `replace`: what is in the way may be our own.
            if not problem.repeated or problem.slug is not Slug.VERSION_MISMATCH:
                raise
            kind = type(body)
            current = self.find(kind, str(getattr(body, requests.kind_of(kind).natural_key)))
            if current is None or current.body != body:
                raise
            return current

    def delete(
        self,
        kind: type[Resource],
        id: str,
        *,
        if_match: str | None = None,
        when_unreferenced: bool = False,
        force: bool = False,
    ) -> Pending | None:
        """Deletes the resource with this id. With `when_unreferenced` that waits, if others refer
        to it, until none does, and those others are returned.
        """
        request = requests.delete(
            kind, id, if_match=if_match, when_unreferenced=when_unreferenced, force=force
        )
        try:
            return self.send(request)
        except ApiProblem as problem:
            if problem.repeated and problem.slug is Slug.NOT_FOUND:
                return None  # It was there when we first asked for it to go.
            raise

    def validate(self, candidates: Sequence[Candidate]) -> Sequence[ValidationResult]:
        """What the server would say about these bodies, 100 at most; nothing is written."""
        return self.send(validate(candidates)).items

    def changes(self, after: int = 0, *, wait: int = 0, limit: int | None = None) -> Changes:
        """What changed after a revision. If nothing did, waits up to `wait` seconds (30 at most)
        for something.
        """
        return self.send(changes(after, wait=wait, limit=limit))

    def overrides(self, schedule_id: str) -> Iterator[ScheduleOverride]:
        """All overrides of a schedule, in order of their creation."""
        page = self.send(override_page(schedule_id))
        yield from page.items
        while page.next_cursor is not None:
            page = self.send(override_page(schedule_id, cursor=page.next_cursor))
            yield from page.items

    def on_call(self, schedule_id: str, at: Instant | None = None) -> OnCall:
        """Who is on call on a schedule, now or at an instant."""
        return self.send(questions.on_call(schedule_id, at))

    def on_call_everywhere(self, at: Instant | None = None) -> Iterator[OnCall]:
        """Who is on call on each schedule, in order of the schedules' ids."""
        page = self.send(questions.on_call_page(at))
        yield from page.items
        while page.next_cursor is not None:
            page = self.send(questions.on_call_page(at, cursor=page.next_cursor))
            yield from page.items

    def shifts(self, schedule_id: str, start: Instant, end: Instant) -> Sequence[Shift]:
        """The shifts of a schedule between two instants, at most 366 days apart."""
        return self.send(questions.shifts(schedule_id, start, end)).items

    def test_routing(
        self,
        alerts: Sequence[Alert],
        at: Instant | None = None,
        include: Sequence[questions.Detail] = (),
    ) -> Sequence[RoutingResult]:
        """Test where alerts go that open now or at an instant: as many answers as alerts.

        At most 1,000 alerts. The people paged, and the rules tried, are there if `include` has them.
        """
        return self.send(questions.route_test(alerts, at, include)).results

    def whoami(self) -> WhoAmI:
        """What the client's own key belongs to."""
        return self.send(whoami())

    def send(self, request: Request[T], *, timeout: float | None = None) -> T:
        """Sends a request, again where that helps, and reads its answer. `timeout` is in seconds,
        for each phase of each attempt, instead of the client's own.
        """
        started = time.monotonic()
        attempt = 0
        repeated = False
        while True:
            try:
                return self._attempt(request, timeout or self._timeout)
            except ClientError as error:
                error.repeated = repeated
                pause = self._retries.pause(request, error, attempt, time.monotonic() - started)
                if pause is None:
                    raise
                repeated = repeated or error.unanswered
            attempt += 1
            self._sleep(pause)

    def _attempt(self, request: Request[T], timeout: float) -> T:
        try:
            response = self._http.request(
                request.method,
                request.path,
                params=request.query,
                headers=_with_content_type(request),
                content=request.content,
                timeout=timeout + request.waits,
            )
        except httpx.TransportError as error:
            raise _unavailable(self.endpoint, error) from error
        refusal = answers.refusal(response)
        if refusal is not None:
            raise refusal
        try:
            return request.read(response)
        except ValidationError as error:
            raise UnreadableAnswer(
                f"Unexpected response to {request.method} {request.path}: {error}",
                response.status_code,
            ) from None


def _endpoint(endpoint: str) -> str:
    try:
        url = httpx.URL(endpoint)
    except httpx.InvalidURL as error:
        raise ValueError(f"The endpoint is not a URL: {error}.") from None
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo or url.query:
        raise ValueError("The endpoint must be a URL such as https://signalcraft.example.com.")
    if url.path.rstrip("/").endswith("/v1"):
        raise ValueError("Leave /v1 off the endpoint: it is added to it.")
    return str(url).rstrip("/")


def _authorization(api_key: str) -> str:
    # What isn't fit for a header would be shown in the error that refuses it.
    if not api_key.isascii() or not api_key.isprintable() or " " in api_key or not api_key:
        raise ValueError("The API key is empty or contains invalid characters.")
    return f"Bearer {api_key}"


def _headers(manager: str | None, source: str | None) -> dict[str, str]:
    return {
        "Accept": "application/json, application/problem+json",
        "User-Agent": f"signalcraft-python/{signalcraft.__version__}",
        **({"SignalCraft-Manager": manager} if manager else {}),
        **({"SignalCraft-Source": source} if source else {}),
    }


def _with_content_type(request: Request[T]) -> dict[str, str]:
    content_type = {} if request.content is None else {"Content-Type": "application/json"}
    return dict(request.headers) | content_type


def _unavailable(endpoint: str, error: httpx.TransportError) -> Unavailable:
    ours = isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol)
    return Unavailable(
        f"No answer from {endpoint}: {_reason(error)}.",
        passing=not ours and "CERTIFICATE_VERIFY_FAILED" not in str(error),
        unanswered=not isinstance(error, _NOT_SENT),
    )


def _reason(error: httpx.TransportError) -> str:
    """What went wrong, in the words of people rather than of OpenSSL."""
    said = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in said:
        why = said.rpartition("verify failed: ")[2].partition(" (_ssl")[0]
        return (
            f"its certificate is not trusted ({why}). If it is of a certificate authority of your own, "
            "set SSL_CERT_FILE to that authority's certificate"
        )
    if "WRONG_VERSION_NUMBER" in said or "RECORD_LAYER_FAILURE" in said:
        return "it doesn't speak TLS. Check the port, or whether the address begins with http://"
    if "[SSL" in said:
        why = re.sub(r"\[SSL[^]]*\] |\s*\(_ssl.*", "", said)
        return f"no TLS connection could be made ({why})"
    return said or type(error).__name__
