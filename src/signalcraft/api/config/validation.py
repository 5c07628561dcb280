"""`POST /v1/validate`: what is wrong with bodies, and what will surprise people about them."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Annotated, Any, ParamSpec

from pydantic import Field

from signalcraft.api.config.warnings import surprises
from signalcraft.api.http.body import read_body
from signalcraft.api.http.call import Answer, Call, answer
from signalcraft.api.http.operation import Operation
from signalcraft.api.http.parameters import FORCE, MANAGER
from signalcraft.api.http.schemas import ProblemError, Shape
from signalcraft.model.draft import Draft, read_draft
from signalcraft.model.kinds import KINDS
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.problem import MAX_ERRORS, Problem, Slug
from signalcraft.model.resource import Part
from signalcraft.oncall.budget import spend
from signalcraft.store.config import guards, records
from signalcraft.store.config.records import Record

P = ParamSpec("P")

MAX_ITEMS = 100
_STEPS_PER_MISTAKE = 8


class ValidationItem(Part):
    """A body to validate."""

    kind: str
    """Its kind."""
    id: str | None = None
    """Id of the resource that it would replace; null for a new resource."""
    body: Any
    """The body."""


class ValidationRequest(Part):
    """Bodies to validate."""

    items: Annotated[tuple[ValidationItem, ...], Field(min_length=1, max_length=MAX_ITEMS)]
    """The bodies."""


class ValidationResult(Shape):
    """The result for one body."""

    errors: list[ProblemError]
    """Errors in the body itself."""
    warnings: list[ProblemError]
    """Errors and warnings that depend on other resources, and so on changes made before this one."""


class ValidationResults(Shape):
    """The results, in the order of the bodies."""

    items: list[ValidationResult]


def operations() -> Iterator[Operation]:
    """The operation that validates without writing."""
    yield Operation(
        "POST",
        "/v1/validate",
        "validate",
        "Validate without writing",
        _validate,
        {200: ValidationResults},
        description=f"Checks up to {MAX_ITEMS} bodies at once, and lists up to {MAX_ERRORS} errors and "
        "as many warnings for each.",
        costly=True,
        tag="Validation",
        scope="config:read",
        parameters=(FORCE, MANAGER),
        request=ValidationRequest,
    )


def _validate(call: Call) -> Answer:
    request = read_body(ValidationRequest, call.body)
    return answer({"items": [_look_at(call, item) for item in request.items]})


def _look_at(call: Call, item: ValidationItem) -> dict[str, Any]:
    kind = KINDS.get(item.kind)
    if kind is None:
        kinds = ", ".join(KINDS)
        return _result([Mistake("", Code.NOT_ALLOWED, f"Unknown kind. Kinds: {kinds}.")])
    draft = read_draft(kind, json.dumps(item.body).encode())
    spend(_STEPS_PER_MISTAKE * len(draft.wrong_fields))
    warnings: list[Mistake] = []
    if item.id is None:
        before = records.taken_over_by(call.connection, call.workspace_id, draft)
    else:
        before = records.find(call.connection, call.workspace_id, kind, item.id)
        if before is None:
            detail = f"There is no {kind.title} with the id {item.id}."
            warnings.append(Mistake("", Code.UNKNOWN_REFERENCE, detail))
    warnings += _among_others(call, draft, before)
    if draft.resource and not warnings:
        warnings += surprises(call, draft.resource, before)
    return _result(draft.mistakes, warnings)


def _among_others(call: Call, draft: Draft, before: Record | None) -> Iterator[Mistake]:
    """What the other resources say against a write."""
    yield from guards.check_among(call.connection, call.workspace_id, draft, before)
    if draft.natural_key is not None:
        holder = records.find_by_key(
            call.connection, call.workspace_id, draft.kind, draft.natural_key
        )
        if holder and (before is None or holder.id != before.id):
            yield guards.taken(draft, holder)
    if before is None:
        return
    if draft.resource:
        yield from _said_by(
            guards.refuse_last_owner, call.connection, call.workspace_id, before, draft
        )
    yield from _said_by(guards.refuse_other_manager, before, call.author)


def _said_by(guard: Callable[P, None], *arguments: P.args, **options: P.kwargs) -> list[Mistake]:
    """What a guard that would refuse a write has to say."""
    codes = {Slug.LAST_OWNER: Code.LAST_OWNER, Slug.MANAGED_ELSEWHERE: Code.MANAGED_ELSEWHERE}
    try:
        guard(*arguments, **options)
    except Problem as problem:
        return [Mistake("", codes[problem.slug], problem.detail)]
    return []


def _result(errors: Sequence[Mistake], warnings: Sequence[Mistake] = ()) -> dict[str, Any]:
    return {
        "errors": [asdict(error) for error in errors[:MAX_ERRORS]],
        "warnings": [asdict(warning) for warning in warnings[:MAX_ERRORS]],
    }
