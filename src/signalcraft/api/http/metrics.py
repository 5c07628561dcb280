"""Figures about the server, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The server's figures, each in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "signalcraft_http_requests",
            "Requests by operation and status.",
            ("operation", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "signalcraft_http_request_seconds",
            "Duration of requests.",
            ("operation",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._counted: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        self.refused_keys = Counter(
            "signalcraft_refused_keys",
            "Requests without a valid API key.",
            registry=self.registry,
        )
        self.database_up = Gauge(
            "signalcraft_database_up",
            "Whether the database is reachable (1) or not (0).",
            registry=self.registry,
        )
        self.dropped_log_lines = Gauge(
            "signalcraft_dropped_log_lines",
            "Lines of the log that were not written, since standard error was full or closed.",
            registry=self.registry,
        )
        self.keys = Gauge(
            "signalcraft_api_keys",
            "Number of API keys.",
            ("state",),
            registry=self.registry,
        )

    def observe(self, operation: str, status: int, seconds: float) -> None:
        """Counts a request that was answered."""
        counted = self._counted.get((operation, status))
        if counted is None:  # Looking labels up takes ten times as long as counting.
            counted = self.requests.labels(operation, status), self.seconds.labels(operation)
            self._counted[operation, status] = counted
        counted[0].inc()
        counted[1].observe(seconds)

    def text(self) -> str:
        """All figures in Prometheus' text format."""
        return generate_latest(self.registry).decode()
