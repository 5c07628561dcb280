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
        "Write a domain in lower case, such as example.com.",
    ),
]


class Workspace(Resource):
    """The settings of a workspace: everything that an API key sees belongs to one."""

    name: Name
    """The workspace's name, as people see it."""
    time_zone: TimeZone = "UTC"
    """IANA time zone for people who have set none of their own."""
    default_escalation_policy_id: EscalationPolicyReference | None = None
    """The catch-all: where an alert goes that no rule and no service sends anywhere."""
    auto_resolve_after_hours: Annotated[int, Field(ge=1, le=8760)] | None = None
    """Resolve an alert by itself after this many hours without news; null for never."""
    allowed_email_domains: Annotated[tuple[Domain, ...], Field(max_length=100), Distinct()] = ()
    """Domains (lower case) that a user's e-mail address may have; empty for any."""
    max_api_key_age_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    """How many days an API key may live at most; null for no bound."""
