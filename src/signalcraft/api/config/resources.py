"""The operations that every kind has: list, create, read, replace, delete."""

from collections.abc import Iterator
from functools import partial

from signalcraft.api.config import reading, writing
from signalcraft.api.http import parameters
from signalcraft.api.http.operation import Operation, Parameter
from signalcraft.api.http.schemas import Page, Pending, Stored
from signalcraft.model.kinds import KINDS, Kind
from signalcraft.model.problem import Slug
from signalcraft.model.routing_rule import RoutingRule

_AS_CODE = (parameters.MANAGER, parameters.SOURCE)
_CONDITIONS = (parameters.IF_MATCH, parameters.IF_NONE_MATCH)


def operations() -> Iterator[Operation]:
    """The operations of all kinds."""
    for kind in KINDS.values():
        if not kind.singleton:
            yield from _of_collection(kind)
        yield from _of_item(kind)


def _of_collection(kind: Kind) -> Iterator[Operation]:
    path, key = f"/v1/{kind.path}", kind.natural_key
    plural = kind.path.replace("-", "_")
    yield Operation(
        "GET",
        path,
        f"list_{plural}",
        f"List {plural.replace('_', ' ')}",
        partial(reading.page, kind),
        {200: Page(kind)},
        tag=kind.tag,
        scope="config:read",
        parameters=(
            parameters.LIMIT,
            parameters.CURSOR,
            parameters.ids(kind),
            Parameter(key, parameters.ShortText, f"Only resources with exactly this {key}."),
        ),
    )
    yield Operation(
        "POST",
        path,
        f"create_{kind.name}",
        f"Create {kind.with_article}",
        partial(writing.create, kind),
        {201: Stored(kind)},
        description="If a resource with this name is marked for deletion, it is kept and replaced "
        "instead. The name of another resource can be used once the same manager and source have "
        "announced, in `POST /v1/validate`, that it is renamed or deleted.",
        tag=kind.tag,
        scope=kind.write_scope,
        dry_run_scope="config:read",
        quick=_quick(kind),
        parameters=(parameters.VALIDATE_ONLY, parameters.IDEMPOTENCY_KEY, *_AS_CODE),
        request=kind.body,
        problems=(
            Slug.NAME_TAKEN,
            Slug.MANAGED_ELSEWHERE,
            Slug.IDEMPOTENCY_KEY_REUSED,
        ),
    )
    yield Operation(
        "PUT",
        path,
        f"put_{kind.name}_by_{key}",
        f"Create or replace {kind.with_article} by {key}",
        partial(writing.put_by_key, kind),
        {200: Stored(kind), 201: Stored(kind)},
        description=f"Safe to repeat: creates the {kind.title} if none has "
        f"this {key}, replaces it otherwise. Writing the same thing twice changes nothing.",
        tag=kind.tag,
        scope=kind.write_scope,
        dry_run_scope="config:read",
        quick=_quick(kind),
        parameters=(
            Parameter(
                key,
                parameters.ShortText,
                f"The {key} of the {kind.title}; the body must have the same.",
                required=True,
            ),
            parameters.VALIDATE_ONLY,
            parameters.FORCE,
            *_CONDITIONS,
            *_AS_CODE,
        ),
        request=kind.body,
        problems=(Slug.NAME_TAKEN, Slug.AMBIGUOUS_NAME, *_PUT_PROBLEMS),
    )


_PUT_PROBLEMS = (Slug.MANAGED_ELSEWHERE, Slug.VERSION_MISMATCH)


def _quick(kind: Kind) -> bool:
    """Whether a write of this kind may be read in the event loop's own thread: compiling the patterns
    of a routing rule takes too long for that.
    """
    return kind.body is not RoutingRule


def _of_item(kind: Kind) -> Iterator[Operation]:
    path = f"/v1/{kind.path}" if kind.singleton else f"/v1/{kind.path}/{{id}}"
    yield Operation(
        "GET",
        path,
        f"get_{kind.name}",
        f"Read {kind.with_article}",
        partial(reading.get, kind),
        {200: Stored(kind)},
        tag=kind.tag,
        scope="config:read",
        quick=True,
        problems=(Slug.NOT_FOUND,),
    )
    yield Operation(
        "PUT",
        path,
        f"put_{kind.name}",
        f"Replace {kind.with_article}",
        partial(writing.put, kind),
        {200: Stored(kind)},
        description="Writing what is already stored changes nothing: no version, no entry in the "
        "feed. The name of another resource is accepted with the warning `name-shared`, so that "
        "names can be swapped.",
        tag=kind.tag,
        scope=kind.write_scope,
        dry_run_scope="config:read",
        quick=_quick(kind),
        parameters=(parameters.VALIDATE_ONLY, parameters.FORCE, *_CONDITIONS, *_AS_CODE),
        request=kind.body,
        problems=(Slug.NOT_FOUND, *_PUT_PROBLEMS),
    )
    if kind.singleton:
        return
    yield Operation(
        "DELETE",
        path,
        f"delete_{kind.name}",
        f"Delete {kind.with_article}",
        partial(writing.delete, kind),
        {204: None, 202: Pending},
        tag=kind.tag,
        scope=kind.write_scope,
        parameters=(
            parameters.WHEN_UNREFERENCED,
            parameters.FORCE,
            parameters.IF_MATCH,
            *_AS_CODE,
        ),
        problems=(
            Slug.NOT_FOUND,
            Slug.REFERENCED,
            Slug.MANAGED_ELSEWHERE,
            Slug.LAST_OWNER,
            Slug.VERSION_MISMATCH,
        ),
    )
