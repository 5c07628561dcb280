"""SignalCraft's API, as the operator uses it: paced, within the lease, and sent once.

The client's own retries are off: who waits here holds a worker, and would go on after the lease.
"""

import secrets
import ssl
from collections.abc import Sequence
from itertools import count
from threading import Event, Lock
from typing import TypeVar

from signalcraft.client import ApiProblem, Client, ClientError, Retries, Stored, requests
from signalcraft.client.request import Request
from signalcraft.client.token_exchange import TokenExchange
from signalcraft.model.problem import Slug
from signalcraft.model.resource import ManagedBy, Resource
from signalcraft.operator.lease import Fence
from signalcraft.operator.metrics import Metrics
from signalcraft.operator.pace import Pace

T = TypeVar("T")
B = TypeVar("B", bound=Resource)

_NO_RETRIES = Retries(within=0)
# The longest that a worker waits for its turn; beyond that the key waits instead.
_LONGEST_WAIT = 1.0
_TIMEOUT = 10.0


class Paused(Exception):
    """SignalCraft has asked to be left alone for a while."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"paused for {seconds:.0f} s")
        self.seconds = seconds


class NotLeading(Exception):
    """Another operator may be the leader by now: nothing may be written."""


class Retired(Exception):
    """The connection has been replaced or removed meanwhile."""


class OwnWrites:
    """The ids of requests that have written, until the change feed tells of them. Safe to share
    between threads.
    """

    def __init__(self, capacity: int = 50_000) -> None:
        """Beyond its capacity the oldest are forgotten: a write without effect is in no feed."""
        self._capacity = capacity
        self._prefix = f"op_{secrets.token_hex(8)}_"
        self._numbers = count()
        self._ids: dict[str, None] = {}
        self._lock = Lock()

    def begin(self) -> str:
        """The id of a new request."""
        with self._lock:
            id = f"{self._prefix}{next(self._numbers)}"
            self._ids[id] = None
            if len(self._ids) > self._capacity:
                del self._ids[next(iter(self._ids))]
            return id

    def forget(self, id: str) -> bool:
        """Whether a request was one of these; it is so no longer."""
        with self._lock:
            return self._ids.pop(id, False) is None


class Api:
    """The API of one workspace. Safe to share between threads. All methods raise `ClientError`,
    `Paused`, `Retired` and, where they write, `NotLeading`.
    """

    def __init__(
        self,
        endpoint: str,
        api_key: str | TokenExchange,
        pace: Pace,
        fence: Fence,
        metrics: Metrics,
        certificates: ssl.SSLContext,
    ) -> None:
        self._client = Client(
            endpoint, api_key, retries=_NO_RETRIES, timeout=_TIMEOUT, certificates=certificates
        )
        self._pace = pace
        self._fence = fence
        self._metrics = metrics
        self._stopping = Event()
        self._own = OwnWrites()

    def close(self) -> None:
        """Ends all waiting, and closes all connections."""
        self._stopping.set()
        self._client.close()

    def read(self, request: Request[T]) -> T:
        """Sends a request that writes nothing."""
        return self._send(request, _TIMEOUT)

    def write(self, request: Request[T]) -> T:
        """Sends a request that writes, if that can be over before the lease is."""
        self._await_turn()
        self._client.prepare()  # Whatever has to be exchanged for a key takes time, too.
        remaining = self._fence.remaining
        if remaining <= 0:
            raise NotLeading
        id = self._own.begin()
        try:
            # Connecting, sending and waiting for the answer may take a third each.
            return self._send(request.identified(id), min(_TIMEOUT, remaining / 3), turn=False)
        except BaseException:
            self._own.forget(id)
            raise

    def wrote(self, request_id: str) -> bool:
        """Whether a change comes from a request that was sent and answered here: what became of it
        is known, and needn't be read again.
        """
        return self._own.forget(request_id)

    def get(self, kind: type[B], id: str) -> Stored[B] | None:
        """The resource with this id, if it exists."""
        try:
            return self.read(requests.get(kind, id))
        except ApiProblem as problem:
            if problem.slug is Slug.NOT_FOUND:
                return None
            raise

    def find(self, kind: type[B], name: str) -> Stored[B] | None:
        """The resource with this name, if it exists."""
        found = self.read(requests.list_page(kind, key=name)).items
        return found[0] if found else None

    def several(self, kind: type[B], ids: Sequence[str]) -> Sequence[Stored[B]]:
        """The resources with these ids that exist, 100 at most."""
        return self.read(requests.list_page(kind, ids=ids)).items

    def create(self, body: B, manager: ManagedBy) -> Stored[B]:
        """A new resource. Raises `version-mismatch` if its name is taken."""
        return self.write(requests.put(body, create_only=True).managed_by(manager))

    def replace(self, id: str, body: B, etag: str, manager: ManagedBy, *, force: bool) -> Stored[B]:
        """Another body, if the resource is still at that version; with `force`, whoever manages
        it.
        """
        request = requests.replace(id, body, if_match=etag, force=force)
        return self.write(request.managed_by(manager))

    def delete(self, kind: type[Resource], id: str, etag: str, manager: ManagedBy) -> None:
        """Deletes the resource, if it is still at that version."""
        self.write(requests.delete(kind, id, if_match=etag).managed_by(manager))

    def _await_turn(self) -> None:
        paused = self._pace.paused_for
        if paused > _LONGEST_WAIT:
            raise Paused(paused)
        if self._stopping.wait(self._pace.turn()):
            raise Retired

    def _send(self, request: Request[T], timeout: float, *, turn: bool = True) -> T:
        if turn:
            self._await_turn()
        result = "ok"
        try:
            with self._metrics.api_seconds.labels(request.method).time():
                return self._client.send(request, timeout=timeout)
        except RuntimeError:
            if not self._stopping.is_set():
                raise
            raise Retired from None  # The client was closed.
        except ClientError as error:
            result = _result(error)
            if error.retry_after is not None:
                self._pace.pause(error.retry_after)
            if isinstance(error, ApiProblem) and error.slug is Slug.RATE_LIMITED:
                raise Paused(max(self._pace.paused_for, 0.1)) from None
            raise
        finally:
            self._metrics.api_requests.labels(request.method, result).inc()


def _result(error: ClientError) -> str:
    if isinstance(error, ApiProblem):
        return error.slug.value if error.slug else str(error.status)
    return "unavailable"
