"""Reading answers. A field that this client doesn't know is passed over: the server may be newer."""

from collections.abc import Callable
from functools import cache
from types import GenericAlias
from typing import Any, TypeVar

import httpx
from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError, create_model

from signalcraft.client.errors import (
    ApiProblem,
    ClientError,
    ProblemDocument,
    Remark,
    UnreadableAnswer,
)
from signalcraft.client.stored import B, Page, Pending, Stored
from signalcraft.model.problem import TYPE_PREFIX, Slug
from signalcraft.model.resource import ManagedBy

M = TypeVar("M", bound=BaseModel)

_REMARKS = TypeAdapter(tuple[Remark, ...])


class _ReadOnly(BaseModel):
    id: str
    version: int
    created_at: AwareDatetime
    updated_at: AwareDatetime
    managed_by: ManagedBy | None
    deletion_requested_at: AwareDatetime | None


class _ReadOnlyPage(BaseModel):
    items: list[_ReadOnly]
    next_cursor: str | None


def stored(kind: type[B]) -> Callable[[httpx.Response], Stored[B]]:
    """Reads a resource of this kind."""

    def read(response: httpx.Response) -> Stored[B]:
        read_only = _ReadOnly.model_validate_json(response.content)
        body = kind.model_validate_json(response.content, extra="ignore")
        return _stored(
            read_only, body, warnings=warnings(response), created=response.status_code == 201
        )

    return read


def page(kind: type[B]) -> Callable[[httpx.Response], Page[B]]:
    """Reads a page of a list of this kind."""

    def read(response: httpx.Response) -> Page[B]:
        read_only = _ReadOnlyPage.model_validate_json(response.content)
        bodies = _bodies(kind).model_validate_json(response.content, extra="ignore")
        pairs = zip(read_only.items, bodies.items, strict=True)
        return Page([_stored(*pair) for pair in pairs], read_only.next_cursor)

    return read


def shape(model: type[M]) -> Callable[[httpx.Response], M]:
    """Reads an answer that is no resource."""
    return lambda response: model.model_validate_json(response.content)


def pending(response: httpx.Response) -> Pending | None:
    """Reads the answer to a delete: None if the resource is gone."""
    return shape(Pending)(response) if response.status_code == 202 else None


def warnings(response: httpx.Response) -> tuple[Remark, ...]:
    """What will surprise people about a write."""
    header = response.headers.get("SignalCraft-Warnings")
    return _REMARKS.validate_json(header) if header else ()


def refusal(response: httpx.Response) -> ClientError | None:
    """Why the request was not carried out; None if it was."""
    if response.is_success:
        return None
    retry_after = _seconds(response.headers.get("Retry-After", ""))
    media_type = response.headers.get("Content-Type", "").partition(";")[0]
    try:
        if media_type == "application/problem+json":
            document = ProblemDocument.model_validate_json(response.content)
            return ApiProblem(document, slug=_slug(document.type), retry_after=retry_after)
    except ValidationError:
        pass  # It only looks like one of the API's problems.
    return UnreadableAnswer(
        f"{response.request.url} answered {response.status_code} {response.reason_phrase}, and "
        "not like the SignalCraft API. Is the address right?",
        response.status_code,
        retry_after=retry_after,
    )


def _stored(
    read_only: _ReadOnly, body: B, *, warnings: tuple[Remark, ...] = (), created: bool = False
) -> Stored[B]:
    return Stored(
        id=read_only.id,
        version=read_only.version,
        created_at=read_only.created_at,
        updated_at=read_only.updated_at,
        managed_by=read_only.managed_by,
        deletion_requested_at=read_only.deletion_requested_at,
        body=body,
        warnings=warnings,
        created=created,
    )


@cache
def _bodies(kind: type[B]) -> Any:
    """The shape of a page's bodies, made at run time: mypy can't know it."""
    fields: dict[str, Any] = {"items": (GenericAlias(list, (kind,)), ...)}
    return create_model(f"{kind.__name__}Bodies", **fields)


def _slug(type: str) -> Slug | None:
    try:
        return Slug(type.removeprefix(TYPE_PREFIX))
    except ValueError:
        return None


def _seconds(retry_after: str) -> float | None:
    return float(retry_after) if retry_after.isdecimal() else None
