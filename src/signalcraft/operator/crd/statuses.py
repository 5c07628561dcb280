"""What the operator reports about its objects."""

from typing import Annotated, Literal

from pydantic import Field

from signalcraft.model.resource import Part

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Count = Annotated[int, Field(json_schema_extra={"format": "int64"})]


class Condition(Part):
    """One aspect of an object's state."""

    type: Annotated[str, Field(max_length=316)]
    """`Ready`, `Synced`, `Reconciling` or `Stalled`."""
    status: Literal["True", "False", "Unknown"]
    """Whether it holds."""
    reason: Annotated[str, Field(max_length=1024)]
    """Why, in one word."""
    message: Annotated[str, Field(max_length=32_768)]
    """Why, and what to do about it."""
    last_transition_time: Annotated[Time, Field(alias="lastTransitionTime")]
    """When `status` last changed."""
    observed_generation: Annotated[Count | None, Field(alias="observedGeneration")] = None
    """The generation that this is about."""


class Observation(Part):
    """What every status has."""

    observed_generation: Annotated[Count, Field(alias="observedGeneration")] = -1
    """The last generation that the operator has looked at; -1 before the first."""
    workspace_id: Annotated[str | None, Field(alias="workspaceID")] = None
    """Id of the SignalCraft workspace."""
    conditions: tuple[Condition, ...] | None = None
    """The object's state."""


class ResourceStatus(Observation):
    """How far SignalCraft holds what the object asks for."""

    id: str | None = None
    """Id of the resource in SignalCraft."""
    version: Count | None = None
    """Version of the resource in SignalCraft."""


class Deletions(Part):
    """Deletions in one minute."""

    at: Time
    """The minute."""
    count: Count
    """How many resources were deleted in it."""


class ConnectionStatus(Observation):
    """Whether the connection works."""

    recent_deletions: Annotated[tuple[Deletions, ...] | None, Field(alias="recentDeletions")] = None
    """Resources deleted in the last ten minutes, for the guard against mass deletion."""
