"""Whether the server lives and can answer, and its figures: asked without a key."""

import json
from typing import Literal

from signalcraft.api.http.call import Answer
from signalcraft.api.http.operation import Operation, Public
from signalcraft.api.http.schemas import Shape
from signalcraft.api.http.server_state import Server
from signalcraft.store.access import keys
from signalcraft.store.db.database import Database, UnusableDatabase
from signalcraft.store.db.schema_revision import pending

_TAG = "Server"


class Status(Shape):
    """How the server is."""

    status: Literal["ok", "unavailable"]
    """`unavailable`: requests would fail."""
    reason: str | None = None
    """What keeps it from answering."""


def _live(_: Server) -> Answer:
    return Answer(body='{"status":"ok"}')


def _ready(server: Server) -> Answer:
    reason = _why_not_ready(server.database)
    if reason is None:
        return Answer(body='{"status":"ok"}')
    return Answer(503, json.dumps({"status": "unavailable", "reason": reason}))


def _why_not_ready(database: Database) -> str | None:
    try:
        if pending(database):
            return "The database's tables are not up to date: run signalcraft migrate."
    except UnusableDatabase:
        return "The database can't be reached."
    return None


def _metrics(server: Server) -> Answer:
    metrics = server.metrics
    try:
        for state, number in keys.count_by_state(server.database.connection()).items():
            metrics.keys.labels(state).set(number)
        metrics.database_up.set(1)
    except UnusableDatabase:
        metrics.database_up.set(0)
    return Answer(body=metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def operations() -> tuple[Operation, ...]:
    """What can be asked of the server without a key."""
    return (
        Operation(
            "GET",
            "/livez",
            "livez",
            "Whether the process runs",
            Public(_live),
            {200: Status},
            tag=_TAG,
        ),
        Operation(
            "GET",
            "/readyz",
            "readyz",
            "Whether requests can be answered",
            Public(_ready),
            {200: Status, 503: Status},
            description="Asks the database, and whether its tables are up to date.",
            tag=_TAG,
        ),
        Operation(
            "GET",
            "/metrics",
            "metrics",
            "Figures for Prometheus",
            Public(_metrics),
            {200: None},
            tag=_TAG,
        ),
    )
