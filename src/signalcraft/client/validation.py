"""Asking what the server would say about bodies, without writing them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, TypeAdapter

from signalcraft.client import answers
from signalcraft.client.errors import Remark
from signalcraft.client.request import Request
from signalcraft.client.requests import kind_of
from signalcraft.model.resource import Resource


@dataclass(frozen=True)
class Candidate:
    """A body that might be written."""

    body: Resource
    id: str | None = None
    """What it would replace; None for a new resource."""


class ValidationResult(BaseModel):
    """What is to be said about a body."""

    model_config = ConfigDict(frozen=True)

    errors: tuple[Remark, ...]
    """Errors in the body itself."""
    warnings: tuple[Remark, ...]
    """What depends on the rest of the configuration, and may be different once that is written."""


class ValidationResults(BaseModel):
    """What is to be said about each body."""

    items: tuple[ValidationResult, ...]


_REQUEST = TypeAdapter(dict[str, object])


def validate(candidates: Iterable[Candidate]) -> Request[ValidationResults]:
    """What the server would say about these bodies, 100 at most, in this order."""
    items: Sequence[dict[str, object]] = [
        {
            "kind": kind_of(type(candidate.body)).name,
            "id": candidate.id,
            "body": candidate.body.model_dump(mode="json"),
        }
        for candidate in candidates
    ]
    content = _REQUEST.dump_json({"items": items})
    return Request("POST", "/v1/validate", answers.shape(ValidationResults), content=content)
