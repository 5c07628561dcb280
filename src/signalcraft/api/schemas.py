"""The shapes of answers, put together from the model."""

from collections.abc import Mapping
from types import GenericAlias
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from signalcraft.model.kinds import KINDS, Kind
from signalcraft.model.mistake import Code
from signalcraft.model.service_account import Scope


class Shape(BaseModel):
    """Something that the API answers with."""

    model_config = ConfigDict(use_attribute_docstrings=True, serialize_by_alias=True)


def _stored(kind: Kind) -> type[BaseModel]:
    name = f"Stored{kind.body.__name__}"
    doc = f"{kind.body.__doc__} With its read-only fields."
    return create_model(name, __base__=(kind.body, kind.metadata), __doc__=doc)


def _page(kind: Kind) -> type[BaseModel]:
    fields: dict[str, Any] = {
        # GenericAlias: mypy can't know a type that is made at run time.
        "items": (GenericAlias(list, (STORED[kind.name],)), Field(description="In order of id.")),
        "next_cursor": (
            str | None,
            Field(description="Send it as `cursor` for the next page; null at the end."),
        ),
    }
    return create_model(
        f"{kind.body.__name__}Page", __base__=Shape, __doc__="A page of a list.", **fields
    )


STORED: Mapping[str, type[BaseModel]] = {kind.name: _stored(kind) for kind in KINDS.values()}
"""What is read of each kind: what was written, and the read-only fields."""
PAGES: Mapping[str, type[BaseModel]] = {
    kind.name: _page(kind) for kind in KINDS.values() if not kind.singleton
}


class ProblemError(Shape):
    """One of the things that are wrong with a request."""

    pointer: str | None = None
    """JSON pointer (RFC 6901) into the body; absent where a parameter is at fault."""
    parameter: str | None = None
    """Name of the query parameter or header at fault; absent where the body is."""
    code: Code
    """The kind of mistake."""
    detail: str
    """What to do about it."""


class Blocker(Shape):
    """A place from which a resource is referred to."""

    kind: str
    """The kind of the resource that refers."""
    id: str
    """Its id."""
    name: str
    """Its name."""
    pointer: str
    """JSON pointer to the reference in it."""


class ProblemDocument(Shape):
    """Why a request wasn't carried out (RFC 9457)."""

    type: str
    """`https://signalcraft.io/problems/<slug>`."""
    title: str
    """What kind of problem it is."""
    status: int
    """The HTTP status, once more."""
    detail: str
    """What happened this time, and what to do."""
    request_id: str
    """Stands in the server's log too."""
    errors: list[ProblemError] | None = None
    """Everything that is wrong with the request."""
    existing_id: str | None = None
    """`name-taken`: the id of the resource that has the name."""
    blockers: list[Blocker] | None = None
    """`referenced`: everything that refers to the resource."""
    current_version: int | None = None
    """`version-mismatch`: the version that the resource is at."""
    scope: Scope | None = None
    """`forbidden`: the scope that is missing."""


class Pending(Shape):
    """A delete that waits until nothing refers to the resource."""

    id: str
    """The resource's id."""
    deletion_requested_at: str = Field(json_schema_extra={"format": "date-time"})
    """Since when it waits."""
    blockers: list[Blocker]
    """Everything that refers to it now."""


class WhoAmI(Shape):
    """What an API key belongs to."""

    workspace_id: str
    workspace_name: str
    service_account_id: str
    service_account_name: str
    key_id: str
    scopes: list[Scope]
    """What the key may do."""
