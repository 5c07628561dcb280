"""What an alert says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from signalcraft.model.conditions import Severity


@dataclass(frozen=True, slots=True)
class Alert:
    """What routing rules look at. A field that is None is absent; an empty text is there."""

    severity: Severity | None = None
    title: str | None = None
    source: str | None = None
    service: str | None = None
    """Name of the service that it is about."""
    routing_key: str | None = None
    alert_policy: str | None = None
    """Name of the alert policy that opened it."""
    labels: Mapping[str, str] = field(default_factory=dict)

    def texts(self) -> dict[str, str]:
        """The fields that are there, by the name that conditions give them: `labels.env`."""
        texts = {f"labels.{name}": value for name, value in self.labels.items()}
        own = (
            ("severity", self.severity),
            ("title", self.title),
            ("source", self.source),
            ("service", self.service),
            ("routing_key", self.routing_key),
            ("alert_policy", self.alert_policy),
        )
        texts.update((name, text) for name, text in own if text is not None)
        return texts
