"""Something that runs, and that alerts are about."""

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
    """Something that runs and that alerts are about."""

    name: Name
    """The service's name, unique in the workspace; alerts name it."""
    description: Description = ""
    """What the service does."""
    team_id: TeamReference | None = None
    """The team that looks after it."""
    escalation_policy_id: EscalationPolicyReference | None = None
    """Where its alerts go when no routing rule says otherwise."""
    labels: Labels = Field(default={})
    """Names and values of your own."""
