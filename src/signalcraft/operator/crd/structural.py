"""From a JSON schema that pydantic makes to the structural schema that Kubernetes asks for.

A structural schema has no `$ref`, no `anyOf` with null and no `const`, and says the type of every
value. Keywords that it can't express become CEL rules.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from signalcraft.model.resource import Part
from signalcraft.operator.crd.rules import RULES, Rule

Schema = dict[str, Any]

_COPIED = (
    "type",
    "format",
    "enum",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "maxProperties",
)
# What is read elsewhere here, or tells Kubernetes nothing.
_OTHERS = {
    "$defs",
    "$ref",
    "additionalProperties",
    "anyOf",
    "const",
    "default",
    "description",
    "examples",
    "items",
    "properties",
    "propertyNames",
    "required",
    "title",
    "uniqueItems",
    "x-signalcraft-kind",
    "x-signalcraft-pattern-detail",
}


class NotStructuralError(Exception):
    """A schema uses a keyword that nothing here knows how to express."""


def structural(part: type[Part]) -> Schema:
    """The schema of a part and of everything in it."""
    schema = part.model_json_schema()
    return _Converter(schema.get("$defs", {})).convert({"$ref": "", **schema}, in_list=False)


def validations(rules: Iterable[Rule]) -> Schema:
    """The extension that holds CEL rules; empty if there are none."""
    found = [rule.extension for rule in rules]
    return {"x-kubernetes-validations": found} if found else {}


class _Converter:
    """Converts the schemas of one document."""

    def __init__(self, definitions: Mapping[str, Schema]) -> None:
        self._definitions = definitions

    def convert(self, schema: Schema, *, in_list: bool) -> Schema:
        """One schema. Inside a list there are no defaults: they would make every `kubectl apply`
        of the same file change the list.
        """
        schema = self._plain(schema)
        if unknown := schema.keys() - _OTHERS - set(_COPIED):
            raise NotStructuralError(f"{', '.join(sorted(unknown))} in {schema}")
        if "x-signalcraft-kind" in schema:
            return _reference(schema)
        converted: Schema = {}
        if "description" in schema:
            converted["description"] = _text(schema["description"])
        converted |= {name: schema[name] for name in _COPIED if name in schema}
        if schema.get("uniqueItems"):
            converted["x-kubernetes-list-type"] = "set"
        if "const" in schema:
            converted["enum"] = [schema["const"]]
        if not in_list and schema.get("default") is not None:
            converted["default"] = schema["default"]
        rules = [*RULES.get(schema.get("title", ""), ()), *_name_rules(schema)]
        return converted | self._inside(schema, in_list=in_list) | validations(rules)

    def _plain(self, schema: Schema) -> Schema:
        """The schema with what it refers to in place; null is expressed by absence instead."""
        if alternatives := schema.get("anyOf"):
            [only] = [each for each in alternatives if each != {"type": "null"}]
            schema = {**only, **{name: schema[name] for name in schema if name != "anyOf"}}
        if reference := schema.get("$ref"):
            target = self._definitions[reference.removeprefix("#/$defs/")]
            # A field's own title is its name in words; that of its type finds the type's rules.
            return {**target, **schema, "title": target["title"]}
        return schema

    def _inside(self, schema: Schema, *, in_list: bool) -> Schema:
        inside: Schema = {}
        if "items" in schema:
            inside["items"] = self.convert(schema["items"], in_list=True)
        if isinstance(values := schema.get("additionalProperties"), dict):
            inside["additionalProperties"] = self.convert(values, in_list=True)
        if "properties" in schema:
            inside["properties"] = {
                name: self.convert(property, in_list=in_list)
                for name, property in schema["properties"].items()
            }
        if schema.get("required"):
            inside["required"] = schema["required"]
        return inside


def _reference(schema: Schema) -> Schema:
    """A reference by name, where the model has an id."""
    title = schema["x-signalcraft-kind"].replace("_", " ")
    described = _text(schema["description"]).removeprefix("Id of ")
    return {
        "description": described[:1].upper() + described[1:],
        "type": "object",
        "properties": {
            "name": {
                "description": f"Name of the {title} in SignalCraft.",
                "type": "string",
                "minLength": 1,
                "maxLength": 400,
            }
        },
        "required": ["name"],
    }


def _name_rules(schema: Schema) -> list[Rule]:
    """What a map says of its keys."""
    names = schema.get("propertyNames")
    if names is None:
        return []
    least, most = names["minLength"], names["maxLength"]
    return [
        Rule(
            f"self.all(name, size(name) >= {least} && size(name) <= {most})",
            f"Names have {least} to {most} characters.",
        )
    ]


def _text(description: str) -> str:
    """A docstring as one paragraph, about objects: what is null in the API is absent in them."""
    return " ".join(description.split()).replace("; null for", "; absent for")
