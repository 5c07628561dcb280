"""The one vocabulary of comparisons, for routing rules and alert policies."""

from typing import Literal, get_args

ComparingOperator = Literal["eq", "ne", "gt", "gte", "lt", "lte"]
Operator = Literal[
    "eq",
    "ne",
    "in",
    "not_in",
    "contains",
    "starts_with",
    "ends_with",
    "matches",
    "exists",
    "not_exists",
    "gt",
    "gte",
    "lt",
    "lte",
]
Match = Literal["all", "any"]
Severity = Literal["critical", "error", "warning", "info"]

# From the least severe to the most.
SEVERITIES: tuple[Severity, ...] = tuple(reversed(get_args(Severity)))
LIST_OPERATORS = frozenset({"in", "not_in"})
BARE_OPERATORS = frozenset({"exists", "not_exists"})
ORDER_OPERATORS = frozenset({"gt", "gte", "lt", "lte"})
