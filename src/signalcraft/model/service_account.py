"""A machine that may use the API, and what it may do there."""

from typing import Annotated, Literal

from signalcraft.model.fields import Description, Distinct, Name
from signalcraft.model.resource import Resource

Scope = Literal[
    "config:read",
    "config:write",
    "members:write",
    "access:write",
    "overrides:write",
    "audit:read",
    "events:write",
    "state:read",
    "state:write",
    "state:unlock",
]


class ServiceAccount(Resource):
    """A machine identity that uses the API, with keys or with tokens exchanged for keys."""

    name: Name
    """The account's name, unique in the workspace."""
    description: Description = ""
    """What the account is used for."""
    scopes: Annotated[tuple[Scope, ...], Distinct()]
    """Scopes of the account's keys."""
    disabled: bool = False
    """Whether all of the account's keys are refused, without being deleted."""
    keyless_only: bool = False
    """Refuses stored keys: only keys that a token was exchanged for work, by a
    `service_account_trust`."""
