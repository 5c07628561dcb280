"""What every kind's body has in common."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from signalcraft.model.mistake import Mistake


class Part(BaseModel):
    """A JSON object in a body: the body itself, or one that stands within it."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        serialize_by_alias=True,
        use_attribute_docstrings=True,
    )

    @classmethod
    def check(cls, part: Mapping[str, Any]) -> Iterator[Mistake]:  # noqa: ARG003 — for overrides
        """The rules that hold between fields, with pointers relative to this part.

        `part` holds what is well-formed by itself, defaults filled in: a field that is wrong, or
        missing though required, isn't in it, so that one mistake doesn't hide another.
        """
        yield from ()


class Resource(Part):
    """What a client writes of one resource; its read-only fields are in `Metadata`."""

    name: str

    # The field that is unique per kind and workspace.
    NATURAL_KEY: ClassVar[str] = "name"


class ManagedBy(BaseModel):
    """The tool that manages a resource as code."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True, defer_build=True)

    manager: str
    """The tool: `terraform`, or `kubernetes/<cluster>/<namespace>/<name>`."""
    source: str | None
    """URL of the tool's source code."""


class Metadata(BaseModel):
    """Read-only fields of every resource; ignored in a request body."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True, defer_build=True)

    id: str = Field(json_schema_extra={"readOnly": True})
    """Id, sortable by creation time."""
    version: int = Field(ge=1, json_schema_extra={"readOnly": True})
    """Number of effective changes, from 1."""
    created_at: str = Field(json_schema_extra={"readOnly": True, "format": "date-time"})
    """When it was created (RFC 3339, UTC, microseconds)."""
    updated_at: str = Field(json_schema_extra={"readOnly": True, "format": "date-time"})
    """When it last changed (RFC 3339, UTC, microseconds)."""
    managed_by: ManagedBy | None = Field(json_schema_extra={"readOnly": True})
    """The tool that manages it as code; null if none does."""
    deletion_requested_at: str | None = Field(
        json_schema_extra={"readOnly": True, "format": "date-time"}
    )
    """When it was marked for deletion, which happens once nothing refers to it; null otherwise."""
