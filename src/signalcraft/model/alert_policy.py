"""When something measured becomes an alert."""

from typing import Annotated, Literal

from pydantic import Field

from signalcraft.model.conditions import ComparingOperator, Match, Severity
from signalcraft.model.fields import Description, Labels, Name, Number, Text
from signalcraft.model.resource import Part, Resource


class AlertCondition(Part):
    """A metric that crosses a threshold."""

    type: Literal["metric_threshold"]
    """Type of the condition."""
    metric: Annotated[Text, Field(min_length=1, max_length=256)]
    """Name of the metric."""
    operator: ComparingOperator
    """How to compare the metric with `value`."""
    value: Number
    """The threshold."""
    for_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    """For how many minutes the condition must hold; 0 means immediately."""
    labels: Labels = Field(default={})
    """Labels that the metric must have."""


class AlertPolicy(Resource):
    """Opens an alert when conditions on metrics hold."""

    name: Name
    """The policy's name, unique in the workspace."""
    description: Description = ""
    """What it means when the policy fires, and what to do."""
    severity: Severity
    """Severity of the alert."""
    routing_key: Annotated[Text, Field(min_length=1, max_length=256)]
    """Routing key of the alerts, which routing rules can match."""
    enabled: bool = True
    """Whether the policy opens alerts."""
    match: Match = "all"
    """Whether `all` conditions must hold, or `any` one of them."""
    conditions: Annotated[tuple[AlertCondition, ...], Field(min_length=1, max_length=20)]
    """Conditions on metrics."""
