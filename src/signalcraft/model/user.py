"""A person who can be on call, or who looks after the configuration."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from signalcraft.model.fields import Name, Pattern, TimeZone
from signalcraft.model.invisible import INVISIBLE, SPACES
from signalcraft.model.resource import Resource

# Printable characters around one @: whether the address exists, only a message to it can tell.
_PART = rf"[^@\x00-\x20\x7f-\x9f{SPACES}{INVISIBLE}]+"
Email = Annotated[
    str,
    Field(
        min_length=3,
        max_length=254,
        examples=["ada@example.com"],
    ),
    Pattern(
        f"^{_PART}@{_PART}$",
        "Must be an e-mail address, such as ada@example.com.",
    ),
]
Role = Literal["owner", "admin", "responder", "viewer"]


class User(Resource):
    """A person who can be on call."""

    NATURAL_KEY: ClassVar[str] = "email"

    email: Email
    """E-mail address, unique in the workspace regardless of case."""
    name: Name
    """The person's display name. It need not be unique."""
    role: Role
    """The person's role. The last `owner` to lose the role keeps an owner's rights until another user
    has it."""
    time_zone: TimeZone | None = None
    """IANA time zone of the person; null for the workspace's."""
    active: bool = True
    """Whether the person can be on call and be paged. Whoever is off keeps their place in rotations:
    their turn falls through like a gap."""
