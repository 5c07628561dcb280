"""The schemas, without a cluster."""

from collections.abc import Iterator, Mapping
from inspect import getattr_static
from typing import Annotated, Any

import pytest
from pydantic import Field

from signalcraft.model.alert_policy import AlertCondition, AlertPolicy
from signalcraft.model.resource import Part
from signalcraft.model.routing_rule import RoutingAction, RoutingCondition, RoutingRule
from signalcraft.model.weekly_window import WeeklyWindow
from signalcraft.operator.crd.definitions import definitions
from signalcraft.operator.crd.rules import RULES
from signalcraft.operator.crd.structural import NotStructuralError, structural

DEFINITIONS = definitions()


def schemas(schema: Mapping[str, Any], *, in_list: bool = False) -> Iterator[tuple[Any, bool]]:
    """Every schema in one, and whether it is inside a list."""
    yield schema, in_list
    for property in schema.get("properties", {}).values():
        yield from schemas(property, in_list=in_list)
    for inside in ("items", "additionalProperties"):
        if inside in schema:
            yield from schemas(schema[inside], in_list=True)


@pytest.mark.parametrize("plural", DEFINITIONS)
def test_no_default_is_inside_a_list(plural: str) -> None:
    definition = DEFINITIONS[plural]
    for schema, in_list in [*schemas(definition.spec), *schemas(definition.status)]:
        assert not (in_list and "default" in schema)


@pytest.mark.parametrize("plural", DEFINITIONS)
def test_every_field_is_described(plural: str) -> None:
    definition = DEFINITIONS[plural]
    for schema, _ in [*schemas(definition.spec), *schemas(definition.status)]:
        for property in schema.get("properties", {}).values():
            assert property["description"].endswith((".", "`"))
            assert "\n" not in property["description"]


@pytest.mark.parametrize(
    ("kind", "plural"), [(AlertPolicy, "alertpolicies"), (RoutingRule, "routingrules")]
)
def test_an_object_has_all_fields_of_the_model_but_the_name(kind: type[Part], plural: str) -> None:
    fields = {info.alias or name for name, info in kind.model_fields.items()} - {"name"}
    knobs = {"suspend", "deletionPolicy", "connectionRef"}
    assert DEFINITIONS[plural].spec["properties"].keys() == fields | knobs


def test_every_rule_between_fields_is_in_cel_too() -> None:
    parts: list[type[Part]] = [AlertPolicy, AlertCondition, RoutingRule, RoutingAction]
    parts += [RoutingCondition, WeeklyWindow]
    names = {part.__name__ for part in parts}
    for kind in (AlertPolicy, RoutingRule):
        assert kind.model_json_schema()["$defs"].keys() <= names
    own = getattr_static(Part, "check")
    assert {
        part.__name__ for part in parts if getattr_static(part, "check") is not own
    } == RULES.keys()


def test_a_keyword_that_nothing_knows_is_an_error() -> None:
    class Odd(Part):
        number: Annotated[int, Field(multiple_of=3)]
        """A number."""

    with pytest.raises(NotStructuralError, match="multipleOf"):
        structural(Odd)
