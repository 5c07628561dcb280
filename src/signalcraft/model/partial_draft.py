"""A body of which parts aren't known yet, as in a Terraform plan.

What is unknown is passed over; everything else is checked. An unknown id of a resource is stood in
for by a placeholder, so that the rest can be judged as if the resource were there.
"""

import copy
import json
from collections.abc import Collection, Iterable
from typing import Any

from pydantic import ValidationError

from signalcraft.model.draft import Draft, without, writable
from signalcraft.model.kinds import Kind
from signalcraft.model.mistake import parse_pointer
from signalcraft.model.parts import complete, prefix_at
from signalcraft.model.resource import Resource
from signalcraft.model.validation_errors import Path, mistake_of, own_errors, path_of

# A time of the year 1970, which no real id has: ids begin with the time at which they were made.
_PLACEHOLDER = "{prefix}_{number:026d}"
_SOME_NAME = "(not known yet)"


def read_partial_draft(kind: Kind, body: Any, unknown: Iterable[str]) -> Draft:
    """Reads a decoded body as one of `kind`; `unknown` are JSON pointers to what isn't known yet.

    Pointers that lead nowhere are passed over.
    """
    body, read_only = writable(body)
    paths = [path for pointer in unknown if (path := _resolved(body, parse_pointer(pointer)))]
    body = copy.deepcopy(body)
    placeholders: dict[Path, str] = {}
    for path in paths:
        prefix = prefix_at(kind.body, body, path)
        if prefix:
            placeholders[path] = _PLACEHOLDER.format(prefix=prefix, number=len(placeholders))
        _put(body, path, placeholders.get(path))
    rest = [path for path in paths if path not in placeholders]
    errors = [error for error in _errors(kind, body) if not _is_within(path_of(error), rest)]
    wrong = [path_of(error) for error in errors]
    well_formed = without(complete(kind.body, copy.deepcopy(body)), [*wrong, *rest])
    return Draft(
        kind,
        None,
        tuple(mistake_of(error) for error in errors),
        well_formed,
        frozenset(placeholders.values()),
        None if errors else _supposed(kind, body, rest),
        read_only,
    )


def _errors(kind: Kind, body: Any) -> list[Any]:
    try:
        kind.body.model_validate_json(json.dumps(body))
    except ValidationError as error:
        return own_errors(error)
    return []


def _supposed(kind: Kind, body: Any, unknown: Collection[Path]) -> Resource | None:
    """The body with something in place of what is unknown; None where that would change what the
    resource does.
    """
    for path in unknown:
        if path == ("name",):
            body["name"] = _SOME_NAME
        elif path in {("description",), ("team_id",)}:
            del body[path[0]]
        else:
            return None
    try:
        return kind.body.model_validate_json(json.dumps(body))
    except ValidationError:
        return None


def _resolved(body: Any, steps: Iterable[str]) -> Path:
    """The path of a pointer's steps in a body, with numbers for places in lists; empty where it
    leads nowhere.
    """
    path: list[str | int] = []
    for step in steps:
        if isinstance(body, list) and step.isdecimal() and int(step) < len(body):
            path.append(int(step))
        elif isinstance(body, dict):
            path.append(step)
        else:
            return ()
        body = body.get(step) if isinstance(body, dict) else body[int(step)]
    return tuple(path)


def _put(body: Any, path: Path, value: str | None) -> None:
    *parents, last = path
    for step in parents:
        body = body[step]
    body[last] = value


def _is_within(path: Path, unknown: Iterable[Path]) -> bool:
    return any(path[: len(start)] == start for start in unknown)
