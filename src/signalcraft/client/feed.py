"""Following what changes."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from signalcraft.client import answers
from signalcraft.client.request import Request
from signalcraft.model.resource import ManagedBy


class Actor(BaseModel):
    """Who made a change."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str


class FieldChange(BaseModel):
    """One of the places where a resource changed."""

    model_config = ConfigDict(frozen=True)

    pointer: str
    before: Any
    after: Any


class Change(BaseModel):
    """One effective change."""

    model_config = ConfigDict(frozen=True)

    revision: int
    at: datetime
    actor: Actor
    action: str
    """`created`, `updated` or `deleted`."""
    kind: str
    id: str
    name: str
    diff: tuple[FieldChange, ...]
    managed_by: ManagedBy | None
    request_id: str


class Changes(BaseModel):
    """A part of the feed, the oldest change first."""

    model_config = ConfigDict(frozen=True)

    items: tuple[Change, ...]
    revision: int
    """From where to go on."""
    head: int
    """The newest revision."""
    feed_id: str
    """Another one than before says that the database was restored: read everything anew."""


def changes(
    after: int = 0, *, wait: int = 0, limit: int | None = None, id: str | None = None
) -> Request[Changes]:
    """What changed after a revision, in the whole workspace or in the resource with this id. If
    nothing did, waits up to `wait` seconds (at most 30).
    """
    query = {
        "after": str(after),
        **({"wait": str(wait)} if wait else {}),
        **({} if limit is None else {"limit": str(limit)}),
        **({} if id is None else {"id": id}),
    }
    return Request("GET", "/v1/changes", answers.shape(Changes), query, waits=wait)
