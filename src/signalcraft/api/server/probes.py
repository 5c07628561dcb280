"""Whether the server lives and can answer, and its figures: asked without a key."""

import json
from collections.abc import Iterator
from typing import Literal

from signalcraft.api.http.call import Answer
from signalcraft.api.http.operation import Operation, Public
from signalcraft.api.http.schemas import Shape
from signalcraft.api.http.server_state import Server
from signalcraft.api.server.logs import dropped_lines

_TAG = "Server"


class Status(Shape):
    """How the server is."""

    status: Literal["ok", "unavailable"]
    """`unavailable`: requests would fail."""
    reason: str | None = None
    """Why requests would fail."""


def _live(_: Server) -> Answer:
    return Answer(body='{"status":"ok"}')


def _ready(server: Server) -> Answer:
    reason = server.findings().reason
    if reason is None:
        return Answer(body='{"status":"ok"}')
    return Answer(503, json.dumps({"status": "unavailable", "reason": reason}))


def _metrics(server: Server) -> Answer:
    metrics, findings = server.metrics, server.findings()
    metrics.dropped_log_lines.set(dropped_lines())
    metrics.database_up.set(findings.database_up)
    for state, number in findings.keys.items():
        metrics.keys.labels(state).set(number)
    return Answer(body=metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def operations() -> Iterator[Operation]:
    """What can be asked of the server without a key."""
    yield Operation(
        "GET",
        "/livez",
        "livez",
        "Liveness",
        Public(_live),
        {200: Status},
        tag=_TAG,
    )
    yield Operation(
        "GET",
        "/readyz",
        "readyz",
        "Readiness",
        Public(_ready, about_database=True),
        {200: Status, 503: Status},
        description="Checks that the database is reachable and its tables are up to date.",
        tag=_TAG,
    )
    yield Operation(
        "GET",
        "/metrics",
        "metrics",
        "Prometheus metrics",
        Public(_metrics, about_database=True),
        {200: None},
        tag=_TAG,
    )
