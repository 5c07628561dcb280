"""A service: something that runs, and that alerts are about."""

from pydantic import Field

from signalcraft.model.fields import (
    Description,
    EscalationPolicyReference,
    Labels,
    Name,
    TeamReference,
)
from signalcraft.model.resource import Resource


class Service(Resource):
    """A service: something that runs, and that alerts are about."""

    name: Name
    """The service's name, unique in the workspace. Alerts refer to it by this name."""
    description: Description = ""
    """What the service does."""
    team_id: TeamReference | None = None
    """Id of the team that owns the service."""
    escalation_policy_id: EscalationPolicyReference | None = None
    """Id of the escalation policy for its alerts when no routing rule decides otherwise."""
    labels: Labels = Field(default={})
    """Labels of your own."""
