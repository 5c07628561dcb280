"""The operator's figures, for Prometheus."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """Counts and times. Safe to share between threads."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.reconciles = Counter(
            "signalcraft_operator_reconciles",
            "Objects that were looked at, by kind and what came of it.",
            ("kind", "result"),
            registry=registry,
        )
        self.reconcile_seconds = Histogram(
            "signalcraft_operator_reconcile_seconds",
            "How long looking at an object took.",
            ("kind",),
            registry=registry,
        )
        self.api_requests = Counter(
            "signalcraft_operator_api_requests",
            "Requests to SignalCraft, by method and result.",
            ("method", "result"),
            registry=registry,
        )
        self.api_seconds = Histogram(
            "signalcraft_operator_api_seconds",
            "How long requests to SignalCraft took.",
            ("method",),
            registry=registry,
        )
        self.kube_writes = Counter(
            "signalcraft_operator_kubernetes_writes",
            "Writes to the Kubernetes API, by what was written.",
            ("what",),
            registry=registry,
        )
        self.drift = Counter(
            "signalcraft_operator_drift_corrections",
            "Resources that were changed or deleted in SignalCraft and put back.",
            ("kind",),
            registry=registry,
        )
        self.watch_failures = Counter(
            "signalcraft_operator_watch_failures",
            "Lists and watches of Kubernetes objects that failed.",
            registry=registry,
        )
        self.last_sync = Gauge(
            "signalcraft_operator_last_sync_timestamp_seconds",
            "When a connection's workspace was last heard of, by connection.",
            ("connection",),
            registry=registry,
        )
        self.leader = Gauge(
            "signalcraft_operator_leader", "Whether this process leads.", registry=registry
        )

    def watch(self, name: str, meaning: str, figure: Callable[[], float]) -> None:
        """Shows a figure that is asked for whenever the metrics are."""
        Gauge(f"signalcraft_operator_{name}", meaning, registry=self._registry).set_function(figure)

    def page(self) -> bytes:
        """All figures, in Prometheus's text format."""
        return generate_latest(self._registry)
