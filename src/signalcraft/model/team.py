"""A group of people."""

from typing import Annotated

from pydantic import Field

from signalcraft.model.fields import Description, Distinct, Name, UserReference
from signalcraft.model.resource import Resource


class Team(Resource):
    """A group of users."""

    name: Name
    """The team's name, unique in the workspace."""
    description: Description = ""
    """What the team is for."""
    member_ids: Annotated[tuple[UserReference, ...], Field(max_length=1000), Distinct()] = ()
    """Ids of the members."""
