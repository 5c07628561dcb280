"""The most expensive request bodies that `openapi.json` lets a client think of."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

MAX_BYTES = 2**20

Schema = Mapping[str, Any]


class WorstBody(NamedTuple):
    """A body for an operation, and in which way it is bad."""

    operation_id: str
    method: str
    path: str
    """With what its parameters need filled in: ids that nothing has."""
    why: str
    body: bytes


def worst_bodies(document: Schema, max_bytes: int = MAX_BYTES) -> Iterator[WorstBody]:
    """Several bodies of up to so many bytes for each operation that takes JSON."""
    for path, methods in document["paths"].items():
        operations = {name: each for name, each in methods.items() if name != "parameters"}
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" not in content:
                continue
            schema = content["application/json"]["schema"]
            for why, body in _bodies(document, schema, max_bytes):
                query = _query(document, operation)
                filled = path.replace("{", "").replace("}", "") + query
                yield WorstBody(operation["operationId"], method.upper(), filled, why, body)


def _bodies(document: Schema, schema: Schema, most: int) -> Iterator[tuple[str, bytes]]:
    properties = _resolved(document, schema).get("properties", {})
    for name, inner in properties.items():
        if _resolved(document, inner).get("type") == "array":
            yield f"{name} of numbers", _filled(name, "0", most)
            yield f"{name} of objects", _filled(name, "{}", most)
    yield "unknown fields", _unknown_fields(most)
    full = json.dumps(_full(document, schema, most), separators=(",", ":")).encode()
    if len(full) <= most:
        yield "all that fits", full


def _filled(name: str, entry: str, most: int) -> bytes:
    number = (most - len(name) - 20) // (len(entry) + 1)
    return f'{{"{name}":[{",".join([entry] * number)}]}}'.encode()


def _unknown_fields(most: int) -> bytes:
    return json.dumps({f"field{n}": 0 for n in range(most // 18)}, separators=(",", ":")).encode()


def _full(document: Schema, schema: Schema, room: int) -> Any:
    """A value of this shape with as many entries in its lists as they may have and there is room
    for. Texts are short, and needn't be right: it is the number of things that costs.
    """
    resolved = _resolved(document, schema)
    match resolved.get("type"):
        case "object":
            properties = resolved.get("properties", {})
            share = room // max(1, len(properties))
            return {name: _full(document, inner, share) for name, inner in properties.items()}
        case "array":
            entry = _full(document, resolved["items"], room)
            size = len(json.dumps(entry)) + 1
            most = min(resolved.get("maxItems", room), max(1, room // size))
            return [entry] * most
        case "integer" | "number":
            return resolved.get("minimum", 0)
        case "boolean":
            return False
        case _:
            return next(iter(resolved.get("enum", ["x"])))


def _resolved(document: Schema, schema: Schema) -> Schema:
    """The schema behind references and alternatives: the first that isn't null."""
    while True:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        elif alternatives := schema.get("anyOf") or schema.get("oneOf"):
            schema = next(each for each in alternatives if each.get("type") != "null")
        else:
            return schema


def _query(document: Schema, operation: Schema) -> str:
    """The parameters that the operation can't do without."""
    required = []
    for parameter in operation.get("parameters", []):
        if "$ref" in parameter:
            name = parameter["$ref"].rpartition("/")[2]
            parameter = document["components"]["parameters"][name]  # noqa: PLW2901 — the same, resolved
        if parameter.get("required") and parameter["in"] == "query":
            values = {"from": "2026-01-01T00:00:00Z", "until": "2026-12-31T00:00:00Z"}
            required.append(f"{parameter['name']}={values.get(parameter['name'], 'x')}")
    return f"?{'&'.join(required)}" if required else ""
