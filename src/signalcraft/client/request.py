"""A request as data: what to send, and how its answer is read. Sending it is somebody else's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

import httpx

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
