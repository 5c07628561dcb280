"""Whether a condition of a routing rule holds."""

import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from signalcraft.model.conditions import NEGATED, ORDER_OPERATORS, SEVERITIES
from signalcraft.model.routing_rule import RoutingCondition, compile_pattern

# The fields of an alert that are there.
Texts = Mapping[str, str]
Test = Callable[[Texts], bool]

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", re.ASCII)
_RANKS = {severity: rank for rank, severity in enumerate(SEVERITIES)}
_ORDERS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_COMPARISONS: Mapping[str, Callable[[str, str], bool]] = {
    "eq": operator.eq,
    "contains": operator.contains,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}


class CannotEvaluate(Exception):
    """The condition has no answer for this alert; the message says why, and what to do."""


def compile_condition(condition: RoutingCondition) -> Test:
    """The condition as a test of an alert's texts, which raises `CannotEvaluate`.

    Texts are compared as they are, upper and lower case apart. A negated operator holds where the
    field is absent; every other operator doesn't.
    """
    field = condition.field
    if condition.operator in NEGATED:
        excluded = compile_condition(negated(condition))
        return lambda texts: not excluded(texts)
    match condition.operator:
        case "exists":
            return lambda texts: field in texts
        case "in":
            values = frozenset(condition.values or ())
            return lambda texts: texts.get(field) in values
        case _:
            holds = _comparison(condition)
            return lambda texts: field in texts and holds(texts[field])


def negated(condition: RoutingCondition) -> RoutingCondition:
    """The condition that one with a negated operator is the opposite of."""
    return condition.model_copy(update={"operator": NEGATED[condition.operator]})


def _comparison(condition: RoutingCondition) -> Callable[[str], bool]:
    value = condition.value or ""
    if condition.operator == "matches":
        return _search(value)
    if condition.operator in ORDER_OPERATORS:
        return _order(condition.field, condition.operator, value)
    compare = _COMPARISONS[condition.operator]
    return lambda text: compare(text, value)


def _search(pattern: str) -> Callable[[str], bool]:
    try:
        search = compile_pattern(pattern).search
    except ValueError as error:
        return _failing(f"{pattern!r} is not a valid pattern: {error}. Correct the rule.")
    return lambda text: search(text) is not None


def _order(field: str, name: str, value: str) -> Callable[[str], bool]:
    read = _rank if field == "severity" else _number
    compare = _ORDERS[name]
    try:
        bound = read(value)
    except CannotEvaluate as error:
        return _failing(f"{error} Correct the rule's value.")
    return lambda text: compare(read(text), bound)


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise CannotEvaluate(f"{text[:100]!r} is not a number.")
    return Decimal(text)


def _rank(text: str) -> Decimal:
    if text not in _RANKS:
        raise CannotEvaluate(f"{text[:100]!r} is not a severity.")
    return Decimal(_RANKS[text])


def _failing(reason: str) -> Callable[[str], bool]:
    def fail(_: str) -> bool:
        raise CannotEvaluate(reason)

    return fail
