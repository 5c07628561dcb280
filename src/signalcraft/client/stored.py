"""What is read back: bodies with their read-only fields."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from signalcraft.client.errors import Blocker, Remark
from signalcraft.model.resource import ManagedBy, Resource

# What a client writes of a kind: the kind's class in `signalcraft.model`.
B = TypeVar("B", bound=Resource)


@dataclass(frozen=True)
class Stored(Generic[B]):
    """A resource as the server has it, or would have it."""

    id: str
    """All zeros in the answer to a request with `validate_only` that would create it."""
    version: int
    """Number of effective changes, from 1."""
    created_at: datetime
    updated_at: datetime
    managed_by: ManagedBy | None
    """Who last wrote it as code."""
    deletion_requested_at: datetime | None
    """Set while it waits for its last reference to go, to be deleted then."""
    body: B
    """What was written."""
    warnings: tuple[Remark, ...] = field(default=(), compare=False)
    """What will surprise people about the write that this answers."""
    created: bool = field(default=False, compare=False)
    """Whether the write that this answers has created it."""

    @property
    def etag(self) -> str:
        """The version as `if_match` takes it: a write is refused if it has changed since."""
        return f'"{self.id}.{self.version}"'


@dataclass(frozen=True)
class Page(Generic[B]):
    """A part of a list, in order of id."""

    items: Sequence[Stored[B]]
    next_cursor: str | None
    """Where the next page begins; None at the end."""


class Pending(BaseModel):
    """A resource marked for deletion, which happens once nothing refers to it."""

    model_config = ConfigDict(frozen=True)

    id: str
    deletion_requested_at: datetime
    blockers: tuple[Blocker, ...]
    """The resources that refer to it now."""
    last_owner: bool
    """Whether it also waits for another user to become an owner, because this is the last one."""
