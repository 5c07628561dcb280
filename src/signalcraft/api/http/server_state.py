"""What the operations about the server itself are given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from signalcraft.api.http.metrics import Metrics
from signalcraft.store.access.callers import KeyState


@dataclass(frozen=True)
class Findings:
    """How the database was found."""

    reason: str | None
    """Why requests would fail; None if they wouldn't."""
    database_up: bool
    keys: Mapping[KeyState, int] = field(default_factory=dict)
    """How many API keys there are, by state."""


@dataclass(frozen=True)
class Server:
    """A server, as far as it tells of itself."""

    findings: Callable[[], Findings]
    """How the database was at the last look."""
    metrics: Metrics
    openapi: Callable[[], str]
    """The text of `openapi.json`, which describes this operation too, and so is handed in."""
