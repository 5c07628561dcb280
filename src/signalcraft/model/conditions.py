"""The one vocabulary of comparisons, for routing rules and alert policies."""

from collections.abc import Mapping
from typing import Literal, get_args

ComparingOperator = Literal["eq", "ne", "gt", "gte", "lt", "lte"]
Operator = Literal[
    "eq",
    "ne",
    "in",
    "not_in",
    "contains",
    "not_contains",
    "starts_with",
    "ends_with",
    "matches",
    "not_matches",
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
PATTERN_OPERATORS = frozenset({"matches", "not_matches"})
# Each holds where the operator that it negates doesn't: where the field is absent, too.
NEGATED: Mapping[Operator, Operator] = {
    "ne": "eq",
    "not_in": "in",
    "not_contains": "contains",
    "not_matches": "matches",
    "not_exists": "exists",
}
