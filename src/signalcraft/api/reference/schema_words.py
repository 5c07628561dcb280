"""What a JSON schema says, in words, as HTML."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from signalcraft.model.fields import KIND, KINDS, PATTERN_DETAIL

Schema = dict[str, Any]

_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "null",
    "object": "object",
    "array": "list",
}
_FORMATS = {"date-time": "instant (RFC 3339)", "email": "e-mail address"}
# What any text may hold: it would be said of every one.
_ANY_TEXT = r"^[^\x00]*$"


def code(text: str) -> str:
    """Text as it is typed."""
    return f"<code>{escape(text)}</code>"


def type_words(schema: Schema) -> str:
    """What a value of this schema is, and its bounds: `list, 1 to 20 entries, each: text`."""
    if "anyOf" in schema:
        kinds = " or ".join(type_words(choice) for choice in schema["anyOf"])
        return ", ".join([kinds, *_default(schema)])
    each = [f"each: {type_words(schema['items'])}"] if "items" in schema else []
    return ", ".join([_type(schema), *_bounds(schema), *_default(schema), *each])


def shape_name(schema: Schema) -> str:
    """The name of the shape that a schema refers to."""
    name: str = schema["$ref"].rpartition("/")[2]
    return name


def shape_link(name: str) -> str:
    """A link to a shape on the page."""
    return f'<a href="#shape-{escape(name)}">{escape(name)}</a>'


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return shape_link(shape_name(schema))
    if "const" in schema:
        return code(_written(schema["const"]))
    if "enum" in schema:
        return "one of " + " ".join(code(_written(value)) for value in schema["enum"])
    if isinstance(values := schema.get("additionalProperties"), dict):
        return f"map of names to {type_words(values)}"
    return _plain_type(schema)


def _plain_type(schema: Schema) -> str:
    if kinds := _kinds(schema):
        return escape(" or ".join(kind.replace("_", " ") for kind in kinds)) + " id"
    plain = _TYPES.get(schema.get("type", ""), "any value")
    return _FORMATS.get(schema.get("format", ""), plain)


def _kinds(schema: Schema) -> list[str]:
    """The kinds of resource to one of which an id refers; none for what is no id."""
    return schema.get(KINDS) or ([schema[KIND]] if KIND in schema else [])


def _bounds(schema: Schema) -> Iterator[str]:
    for least, most, unit in (
        ("minLength", "maxLength", " characters"),
        ("minItems", "maxItems", " entries"),
        ("minProperties", "maxProperties", " entries"),
        ("minimum", "maximum", ""),
    ):
        if most in schema and least in schema:
            yield f"{schema[least]:,} to {schema[most]:,}{unit}"
        elif most in schema:
            yield f"at most {schema[most]:,}{unit}"
        elif least in schema:
            yield f"at least {schema[least]:,}{unit}"
    if schema.get("uniqueItems"):
        yield "each once"
    pattern = schema.get("pattern", _ANY_TEXT)
    if PATTERN_DETAIL in schema and pattern != _ANY_TEXT and not _kinds(schema):
        yield escape(schema[PATTERN_DETAIL].rstrip("."))
    elif pattern != _ANY_TEXT and not schema.keys() & {KIND, KINDS, "format"}:
        yield f"matching {code(pattern)}"


def _default(schema: Schema) -> Iterator[str]:
    if "default" in schema:
        yield f"default {code(json.dumps(schema['default'], ensure_ascii=False))}"


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
