"""A request as data: what to send, and how its answer is read. Sending it is somebody else's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, Literal, Self, TypeVar

import httpx

from signalcraft.model.resource import ManagedBy

T_co = TypeVar("T_co", covariant=True)

Query = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Request(Generic[T_co]):
    """One request to the API."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    read: Callable[[httpx.Response], T_co]
    """What the answer says, if the request was carried out."""
    query: Query = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    """The body, JSON."""
    repeatable: bool = True
    """Whether it does no harm to send it twice."""
    waits: float = 0
    """For how many seconds the server may hold the answer back on purpose."""

    def managed_by(self, manager: ManagedBy) -> Self:
        """The same request, written by this manager instead of the client's own."""
        source = {} if manager.source is None else {"SignalCraft-Source": manager.source}
        headers = {**self.headers, "SignalCraft-Manager": manager.manager, **source}
        return replace(self, headers=headers)

    def identified(self, request_id: str) -> Self:
        """The same request with an id of the caller's own, which is in the change feed, too."""
        return replace(self, headers={**self.headers, "X-Request-Id": request_id})
