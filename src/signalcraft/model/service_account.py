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
    """A machine that uses the API: it has keys, and no log-in."""

    name: Name
    """The account's name, unique in the workspace."""
    description: Description = ""
    """What uses it."""
    scopes: Annotated[tuple[Scope, ...], Distinct()]
    """What the account's keys may do."""
    disabled: bool = False
    """Refuses all of the account's keys, without deleting them."""
