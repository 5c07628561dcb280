"""`openapi.json`: the operations and the model, as OpenAPI 3.1."""

import json
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

import signalcraft
from signalcraft.api.http.operation import Operation, Parameter, Shown
from signalcraft.api.http.schemas import Page, ProblemDocument, Stored
from signalcraft.api.oncall.calendars import FILE_PATTERN as CALENDAR_FILE
from signalcraft.api.operations import operations
from signalcraft.api.tfstate.names import STATE_NAME, VERSION_NUMBER
from signalcraft.model.ids import id_pattern
from signalcraft.model.invisible import escaped
from signalcraft.model.kinds import KINDS
from signalcraft.model.problem import PROBLEM_TYPES, Slug
from signalcraft.model.resource import Metadata

Document = dict[str, Any]

_REF = "#/components/schemas/{model}"
_ID_PREFIXES = {kind.path: kind.id_prefix for kind in KINDS.values()} | {
    "keys": "key",
    "overrides": "ovr",
    "calendar-links": "cal",
}
"""What the ids behind a part of a path begin with."""
_OF_ALL = (Slug.RATE_LIMITED, Slug.INTERNAL, Slug.UNAVAILABLE)
"""The problems that every operation can have."""
_DESCRIPTION = """\
The configuration of SignalCraft: who is on call, and whom an alert wakes.

Every kind of resource has the same operations: list, create, read, replace, delete, and `PUT` by
name, which creates or replaces. Writing the same thing twice changes nothing. What is read back is
what was written. Errors are problems (RFC 9457) that say what to do next and list all mistakes at
once.

A key belongs to one service account of one workspace, and everything it sees is that workspace.
"""


@cache
def openapi() -> str:
    """The document as text, as it is committed and served."""
    return escaped(json.dumps(_document(), indent=2, ensure_ascii=False)) + "\n"


def _document() -> Document:
    paths: Document = {}
    for operation in operations():
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "SignalCraft configuration API",
            "version": signalcraft.__version__,
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"api_key": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(o.tag for o in operations())],
        "paths": {path: _path(path, methods) for path, methods in paths.items()},
        "components": {
            "securitySchemes": {
                "api_key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key: `sck_` and 42 characters.",
                }
            },
            "responses": {slug.value: _problem_response(slug) for slug in Slug},
            "schemas": _schemas(),
        },
    }


def _path(path: str, methods: Document) -> Document:
    parts = path.split("/")
    parameters = [
        _path_parameter(part[1:-1], within)
        for within, part in pairwise(parts)
        if part.startswith("{")
    ]
    return {"parameters": parameters} | methods if parameters else methods


def _path_parameter(name: str, within: str) -> Document:
    """What stands in a path for a name in braces, behind the part `within`."""
    match within:
        case "calendars":
            description, pattern = "Last part of a calendar link's URL.", CALENDAR_FILE
        case "states":
            description, pattern = "The Terraform state's name.", STATE_NAME
        case "versions":
            description, pattern = "The version's number.", VERSION_NUMBER
        case _:
            description, pattern = "The resource's id.", id_pattern(_ID_PREFIXES[within])
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string", "pattern": pattern},
    }


def _operation(operation: Operation) -> Document:
    description = [operation.description] if operation.description else []
    if operation.scope:
        description.append(f"Needs the scope `{operation.scope}`.")
    if operation.dry_run_scope and operation.dry_run_scope != operation.scope:
        description.append(
            f"With `validate_only=true`, the scope `{operation.dry_run_scope}` is enough."
        )
    documented: Document = {
        "operationId": operation.operation_id,
        "summary": operation.summary,
        "description": " ".join(description),
        "tags": [operation.tag],
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "responses": {
            str(status): _success(status, model) for status, model in operation.responses.items()
        }
        | _problems(operation),
    }
    if operation.is_upload:
        documented["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}}},
        }
    elif operation.request:
        documented["requestBody"] = {
            "required": not operation.takes_nothing,
            "content": {operation.media_type: {"schema": _ref(operation.request)}},
        }
    if not operation.needs_key:
        documented["security"] = []
    return documented


def _parameter(parameter: Parameter) -> Document:
    schema = parameter.adapter.json_schema()
    if parameter.repeated:
        schema = {"type": "array", "items": schema}
    elif parameter.default is not None:
        schema["default"] = parameter.default
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": parameter.description,
        "schema": schema,
    }


def _success(status: int, model: Shown | None) -> Document:
    response: Document = {"description": HTTPStatus(status).phrase}
    if model:
        response["content"] = {"application/json": {"schema": _ref(model)}}
    return response


def _problems(operation: Operation) -> Document:
    """The problems of an operation, by status; where several share one, a single response."""
    slugs = [Slug.MALFORMED_REQUEST, *operation.problems, *_OF_ALL]
    if operation.needs_key:
        slugs.append(Slug.UNAUTHENTICATED)
    if operation.scope:
        slugs.append(Slug.FORBIDDEN)
    if operation.request:
        slugs += [
            Slug.VALIDATION,
            Slug.REQUEST_TIMEOUT,
            Slug.PAYLOAD_TOO_LARGE,
            Slug.UNSUPPORTED_MEDIA_TYPE,
        ]
    by_status: dict[int, list[Slug]] = {}
    for slug in sorted(slugs, key=lambda slug: PROBLEM_TYPES[slug].status):
        by_status.setdefault(PROBLEM_TYPES[slug].status, []).append(slug)
    return {
        str(status): _problem_response(*slugs)
        if len(slugs) > 1
        else {"$ref": f"#/components/responses/{slugs[0]}"}
        for status, slugs in by_status.items()
    }


def _problem_response(*slugs: Slug) -> Document:
    return {
        "description": " ".join(f"`{slug}`: {PROBLEM_TYPES[slug].meaning}" for slug in slugs),
        "content": {"application/problem+json": {"schema": _ref(ProblemDocument)}},
    }


def _ref(shape: Shown) -> Document:
    name = shape.name if isinstance(shape, Stored | Page) else shape.__name__
    return {"$ref": _REF.format(model=name)}


def _schemas() -> Document:
    """Every shape that a request or an answer is made of, by name."""
    models: list[type[BaseModel]] = [ProblemDocument]
    composed: list[Stored | Page] = []
    for operation in operations():
        for shape in (operation.request, *operation.responses.values()):
            if isinstance(shape, Stored | Page):
                composed.append(shape)
            elif shape:
                models.append(shape)
    models += [Metadata, *(shape.kind.body for shape in composed)]
    definitions = _definitions(models)
    read_only = definitions.pop(Metadata.__name__)
    for shape in composed:
        if isinstance(shape, Page):
            definitions[shape.name] = shape.schema(_ref(Stored(shape.kind)))
        else:
            written = definitions[shape.kind.body.__name__]
            definitions[shape.name] = shape.schema(written, read_only)
    return dict(sorted(definitions.items()))


def _definitions(models: list[type[BaseModel]]) -> Document:
    """The JSON schemas of models, and of all models within them, by name."""
    distinct: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        (model, "validation") for model in dict.fromkeys(models)
    ]
    definitions: Document = models_json_schema(distinct, ref_template=_REF)[1]["$defs"]
    for schema in _subschemas(list(definitions.values())):
        schema.pop("title", None)
        if "description" in schema:
            schema["description"] = " ".join(schema["description"].split())
    return definitions


def _subschemas(schema: Any) -> Iterator[Document]:
    """A schema, and all schemas within it."""
    if isinstance(schema, list):
        for entry in schema:
            yield from _subschemas(entry)
    elif isinstance(schema, dict):
        yield schema
        for keyword, value in schema.items():
            # The values of `properties` are schemas, but its keys are names, not keywords.
            yield from _subschemas(list(value.values()) if keyword == "properties" else value)
