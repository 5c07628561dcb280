"""The change feed: what happened to the configuration, and who did it."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from signalcraft.api.http.call import Answer, Call, answer
from signalcraft.api.http.operation import Operation, Parameter
from signalcraft.api.http.paging import MAX_CHARACTERS
from signalcraft.api.http.parameters import IN_DIGITS, LIMIT
from signalcraft.api.http.schemas import Shape
from signalcraft.model.fields import Pattern
from signalcraft.model.ids import id_pattern
from signalcraft.model.problem import Problem, Slug
from signalcraft.model.resource import ManagedBy
from signalcraft.store.config import changes


class Actor(Shape):
    """Who made a change."""

    id: str
    """The service account's id, or `operator` for somebody who worked on the database itself."""
    name: str
    """Its name at that time."""


class FieldChange(Shape):
    """A field that changed."""

    pointer: str
    """JSON pointer into the document."""
    before: Any
    """The value before; null if there was none."""
    after: Any
    """The value after; null if there is none."""


class Change(Shape):
    """One effective change."""

    revision: int
    """Revision of the workspace; counts up by one without gaps."""
    at: str = Field(json_schema_extra={"format": "date-time"})
    """When it was made."""
    actor: Actor
    """Who made it."""
    action: Literal["created", "updated", "deleted"]
    """What was done."""
    kind: str
    """The kind of what changed; `api_key`, `schedule_override` and `calendar_link` too."""
    id: str
    """Its id."""
    name: str
    """Its name at that time."""
    diff: list[FieldChange]
    """What changed in it."""
    managed_by: ManagedBy | None
    """The tool that manages it."""
    request_id: str
    """The request that did it."""


class ChangePage(Shape):
    """A part of the feed."""

    items: list[Change]
    """The oldest first."""
    revision: int
    """Send it as `after` to continue from here."""
    head: int
    """The newest revision."""
    feed_id: str
    """If it differs from before, the database was restored: read everything again."""


def _list(call: Call) -> Answer:
    after = call.query["after"]
    feed = changes.feed(call.connection, call.workspace_id)
    if after > feed.newest or after < feed.oldest - 1:
        raise Problem(
            Slug.GONE,
            f"The feed goes from revision {feed.oldest} to {feed.newest}, and {after} is not in "
            "it. Read everything again, then continue from there.",
        )
    items = changes.entries(
        call.connection,
        call.workspace_id,
        after=after,
        limit=call.query["limit"],
        most_characters=MAX_CHARACTERS,
        resource_id=call.query["id"],
    )
    page = ChangePage(
        items=[Change.model_validate(item) for item in items],
        revision=items[-1]["revision"] if items else feed.newest,
        head=feed.newest,
        feed_id=feed.id,
    )
    return answer(page, wait=0 if items else call.query["wait"])


def operations() -> Iterator[Operation]:
    """Reading the change feed."""
    yield Operation(
        "GET",
        "/v1/changes",
        "list_changes",
        "Read the change feed",
        _list,
        {200: ChangePage},
        description="Every effective change of the workspace, in order. It is the change feed and the "
        "audit log. It never contains secrets.",
        tag="Changes",
        scope="audit:read",
        parameters=(
            Parameter(
                "after",
                Annotated[int, Field(ge=0, le=2**53 - 1), IN_DIGITS],
                "Only changes after this revision.",
                default=0,
            ),
            Parameter(
                "wait",
                Annotated[int, Field(ge=0, le=30), IN_DIGITS],
                "If there are no changes yet, wait up to this many seconds for one.",
                default=0,
            ),
            Parameter(
                "id",
                Annotated[
                    str,
                    Field(max_length=400),
                    Pattern(id_pattern("[a-z]+"), "Must be an id."),
                ],
                "Only changes to the resource with this id.",
            ),
            LIMIT,
        ),
        problems=(Slug.GONE,),
    )
