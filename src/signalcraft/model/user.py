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
        "Write one e-mail address, such as ada@example.com.",
    ),
]
Role = Literal["owner", "admin", "responder", "viewer"]


class User(Resource):
    """A person who can be on call. Creating a user invites that person."""

    NATURAL_KEY: ClassVar[str] = "email"

    email: Email
    """E-mail address, the user's unique key: upper and lower case are the same."""
    name: Name
    """The person's name, as others see it. Two users may have the same."""
    role: Role
    """What the person may do. A workspace always has at least one `owner`."""
    time_zone: TimeZone | None = None
    """IANA time zone in which the person reads times; null for the workspace's."""
