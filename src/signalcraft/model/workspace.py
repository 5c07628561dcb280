"""The settings of a whole workspace."""

from typing import Annotated

from pydantic import Field

from signalcraft.model.fields import (
    Distinct,
    EscalationPolicyReference,
    Name,
    Pattern,
    TimeZone,
)
from signalcraft.model.resource import Resource

Domain = Annotated[
    str,
    Field(
        min_length=1,
        max_length=253,
        examples=["example.com"],
    ),
    Pattern(
        r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$",
        "Must be a domain in lower case, such as example.com.",
    ),
]


class Workspace(Resource):
    """The settings of a workspace."""

    name: Name
    """The workspace's display name."""
    time_zone: TimeZone = "UTC"
    """IANA time zone for users without one of their own."""
    default_escalation_policy_id: EscalationPolicyReference | None = None
    """Id of the escalation policy for alerts that no rule and no service handles (the catch-all)."""
    auto_resolve_after_hours: Annotated[int, Field(ge=1, le=8760)] | None = None
    """Hours without an update after which an alert resolves automatically; null means never."""
    allowed_email_domains: Annotated[tuple[Domain, ...], Field(max_length=100), Distinct()] = ()
    """Allowed domains of users' e-mail addresses, in lower case; empty means any."""
    max_api_key_age_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    """Maximum age of an API key in days; null means unlimited."""
