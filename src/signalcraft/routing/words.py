"""Conditions of routing rules in words."""

from signalcraft.model.alert import Alert
from signalcraft.model.routing_rule import RoutingCondition

_WORDS = {
    "eq": "is",
    "ne": "is not",
    "in": "is one of",
    "not_in": "is none of",
    "contains": "contains",
    "not_contains": "does not contain",
    "starts_with": "starts with",
    "ends_with": "ends with",
    "matches": "matches",
    "not_matches": "does not match",
    "exists": "is present",
    "not_exists": "is absent",
    "gt": "is above",
    "gte": "is at least",
    "lt": "is below",
    "lte": "is at most",
}


def in_words(condition: RoutingCondition) -> str:
    """`labels.env is one of "staging", "test"`."""
    operands = condition.values or (() if condition.value is None else (condition.value,))
    said = f"{condition.field} {_WORDS[condition.operator]}"
    return " ".join([said, ", ".join(f'"{operand}"' for operand in operands)]).rstrip()


def what_it_is(condition: RoutingCondition, alert: Alert) -> str:
    """What the alert says where the condition looks: `it is "prod"`, `it is absent`."""
    field = condition.field
    label = field.removeprefix("labels.")
    said = alert.labels.get(label) if label != field else getattr(alert, field)
    return "it is absent" if said is None else f'it is "{said}"'
