"""What the operations about the server itself are given."""

from collections.abc import Callable
from dataclasses import dataclass

from signalcraft.api.http.metrics import Metrics
from signalcraft.store.db.database import Database


@dataclass(frozen=True)
class Server:
    """A server, as far as it tells of itself."""

    database: Database
    metrics: Metrics
    openapi: Callable[[], str]
    """The text of `openapi.json`, which describes this operation too, and so is handed in."""
