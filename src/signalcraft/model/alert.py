"""What an alert says of itself: the one shape in which rules, tests and questions see it."""

from pydantic import Field

from signalcraft.model.conditions import Severity
from signalcraft.model.fields import Labels, Text
from signalcraft.model.resource import Part


class Alert(Part):
    """An alert as routing rules see it. A null field is one that the alert
    doesn't have; an empty string is a value.
    """

    severity: Severity | None = None
    """Severity of the alert."""
    title: Text | None = None
    """Title of the alert."""
    source: Text | None = None
    """The system that sent the alert."""
    service: Text | None = None
    """Name of the service that the alert is about."""
    routing_key: Text | None = None
    """Routing key of the alert."""
    alert_policy: Text | None = None
    """Name of the alert policy that opened the alert."""
    labels: Labels = Field(default={})
    """Its labels."""

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
