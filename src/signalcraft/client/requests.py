"""The API's requests for resources, generic over kinds."""

import uuid
from collections.abc import Sequence

from signalcraft.client import answers
from signalcraft.client.request import Request
from signalcraft.client.stored import B, Page, Pending, Stored
from signalcraft.model.kinds import KINDS, Kind
from signalcraft.model.resource import Resource

_KINDS = {kind.body: kind for kind in KINDS.values()}


def kind_of(body: type[Resource]) -> Kind:
    """What is registered about the kind whose bodies have this class."""
    return _KINDS[body]


def list_page(
    kind: type[B],
    *,
    limit: int | None = None,
    cursor: str | None = None,
    ids: Sequence[str] = (),
    key: str | None = None,
) -> Request[Page[B]]:
    """A page of the resources of a kind: all, those with these ids, or the one with this key."""
    query = {
        **({} if limit is None else {"limit": str(limit)}),
        **({} if cursor is None else {"cursor": cursor}),
        **({} if key is None else {kind_of(kind).natural_key: key}),
        **({"id": ids} if ids else {}),
    }
    return Request("GET", f"/v1/{kind_of(kind).path}", answers.page(kind), query)


def get(kind: type[B], id: str = "") -> Request[Stored[B]]:
    """The resource with this id; the workspace has none in its path."""
    return Request("GET", _path(kind, id), answers.stored(kind))


def create(
    body: B, *, idempotency_key: str | None = None, validate_only: bool = False
) -> Request[Stored[B]]:
    """A new resource. Without a key of the caller's own, this one call can be sent again."""
    headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
    kind = type(body)
    return Request(
        "POST",
        f"/v1/{kind_of(kind).path}",
        answers.stored(kind),
        _flags(validate_only=validate_only),
        headers,
        _json(body),
    )


def replace(
    id: str,
    body: B,
    *,
    if_match: str | None = None,
    force: bool = False,
    validate_only: bool = False,
) -> Request[Stored[B]]:
    """Another body for the resource with this id."""
    return Request(
        "PUT",
        _path(type(body), id),
        answers.stored(type(body)),
        _flags(force=force, validate_only=validate_only),
        _conditions(if_match),
        _json(body),
    )


def put(
    body: B,
    *,
    if_match: str | None = None,
    create_only: bool = False,
    force: bool = False,
    validate_only: bool = False,
) -> Request[Stored[B]]:
    """Creates the resource, or replaces the one that has its name (users: e-mail address)."""
    kind = kind_of(type(body))
    key = {} if kind.singleton else {kind.natural_key: str(getattr(body, kind.natural_key))}
    return Request(
        "PUT",
        f"/v1/{kind.path}",
        answers.stored(type(body)),
        key | _flags(force=force, validate_only=validate_only),
        _conditions(if_match) | ({"If-None-Match": "*"} if create_only else {}),
        _json(body),
    )


def delete(
    kind: type[Resource],
    id: str,
    *,
    if_match: str | None = None,
    when_unreferenced: bool = False,
    force: bool = False,
) -> Request[Pending | None]:
    """Deletes the resource with this id, at once or as soon as nothing refers to it."""
    return Request(
        "DELETE",
        _path(kind, id),
        answers.pending,
        _flags(when_unreferenced=when_unreferenced, force=force),
        _conditions(if_match),
    )


def _path(kind: type[Resource], id: str) -> str:
    found = kind_of(kind)
    return f"/v1/{found.path}" if found.singleton else f"/v1/{found.path}/{id}"


def _flags(**flags: bool) -> dict[str, str]:
    return {name: "true" for name, value in flags.items() if value}


def _conditions(if_match: str | None) -> dict[str, str]:
    return {} if if_match is None else {"If-Match": if_match}


def _json(body: Resource) -> bytes:
    return body.model_dump_json().encode()
