"""The shapes of answers, put together from the model."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from signalcraft.model.kinds import Kind
from signalcraft.model.mistake import Code
from signalcraft.model.service_account import Scope

Schema = dict[str, Any]


class Shape(BaseModel):
    """Something that the API answers with."""

    # Most shapes are only ever described, in `openapi.json`: they are built when that is asked for.
    model_config = ConfigDict(
        use_attribute_docstrings=True,
        serialize_by_alias=True,
        defer_build=True,
        from_attributes=True,
    )


@dataclass(frozen=True)
class Stored:
    """The shape in which a resource is read: what was written, and the read-only fields."""

    kind: Kind

    @property
    def name(self) -> str:
        """As `openapi.json` calls it."""
        return f"Stored{self.kind.body.__name__}"

    def schema(self, written: Schema, read_only: Schema) -> Schema:
        """Its JSON schema, from those of its two parts. All that is read is always there."""
        properties = read_only["properties"] | written["properties"]
        return written | {
            "description": f"{written['description']} Includes its read-only fields.",
            "properties": properties,
            "required": list(properties),
        }


@dataclass(frozen=True)
class Page:
    """The shape of a page of a kind's list."""

    kind: Kind

    @property
    def name(self) -> str:
        """As `openapi.json` calls it."""
        return f"{self.kind.body.__name__}Page"

    def schema(self, item: Schema) -> Schema:
        """Its JSON schema, from a reference to that of its items."""
        next_cursor = {
            "anyOf": [{"type": "string"}, {"type": "null"}],
            "description": "Send it as `cursor` for the next page; null at the end.",
        }
        items = {"type": "array", "items": item, "description": "In order of id."}
        return {
            "description": "A page of results.",
            "type": "object",
            "properties": {"items": items, "next_cursor": next_cursor},
            "required": ["items", "next_cursor"],
        }


class ProblemError(Shape):
    """An error in a request."""

    pointer: str | None = None
    """JSON pointer (RFC 6901) into the body; absent where a parameter is at fault."""
    parameter: str | None = None
    """Name of the query parameter or header at fault; absent where the body is."""
    code: Code
    """The kind of error."""
    detail: str
    """What to do about it."""


class Blocker(Shape):
    """A reference to a resource."""

    kind: str
    """The kind of the resource that refers."""
    id: str
    """Its id."""
    name: str
    """Its name."""
    pointer: str
    """JSON pointer to the reference in it."""


class ProblemDocument(Shape):
    """Why a request failed (RFC 9457)."""

    type: str
    """`https://signalcraft.io/problems/<slug>`."""
    title: str
    """Title of the problem type."""
    status: int
    """The HTTP status code."""
    detail: str
    """What happened this time, and what to do."""
    request_id: str
    """Id of the request, also in the server's log."""
    errors: list[ProblemError] | None = None
    """Everything that is wrong with the request, up to 100 entries."""
    errors_left_out: int | None = None
    """How many more there are than `errors` lists; absent if it lists all."""
    existing_id: str | None = None
    """`name-taken`: the id of the resource that has the name."""
    ids: list[str] | None = None
    """`ambiguous-name`: the ids of the resources that have the name."""
    blockers: list[Blocker] | None = None
    """`referenced`: everything that refers to the resource."""
    current_version: int | None = None
    """`version-mismatch`: the version that the resource is at."""
    scope: Scope | None = None
    """`forbidden`: the scope that is missing."""
    may_be_applied: bool | None = None
    """`internal` and `unavailable`: true where the change may have been made all the same. Read
    before you send it again."""
    error: Literal["invalid_request", "invalid_grant", "invalid_scope"] | None = None
    """`/v1/token`: the code that OAuth has for it (RFC 6749, section 5.2)."""


class Pending(Shape):
    """A resource marked for deletion, which happens once nothing refers to it and, for the last owner,
    another user is an owner.
    """

    id: str
    """The resource's id."""
    deletion_requested_at: str = Field(json_schema_extra={"format": "date-time"})
    """When it was marked."""
    blockers: list[Blocker]
    """The resources that refer to it now."""
    last_owner: bool
    """Whether it also waits for another user to become an owner, because this is the last one."""


class WhoAmI(Shape):
    """What an API key belongs to."""

    workspace_id: str
    workspace_name: str
    service_account_id: str
    service_account_name: str
    key_id: str
    scopes: list[Scope]
    """What the key may do."""
