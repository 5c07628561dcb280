"""What an alert says of itself: the one shape in which rules, tests and questions see it."""

from pydantic import Field

from signalcraft.model.conditions import Severity
from signalcraft.model.fields import Labels, Text
from signalcraft.model.resource import Part


class Alert(Part):
    """An alert, as routing rules look at it. What is null, the alert doesn't say; an empty text it
    does say.
    """

    severity: Severity | None = None
    """How bad it is."""
    title: Text | None = None
    """What people see of it."""
    source: Text | None = None
    """What sent it."""
    service: Text | None = None
    """Name of the service that it is about."""
    routing_key: Text | None = None
    """The routing key that it came with."""
    alert_policy: Text | None = None
    """Name of the alert policy that opened it."""
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
