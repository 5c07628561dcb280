"""Rules between fields, in CEL, so that `kubectl apply` refuses what the server would refuse.

Each says in CEL what `check` of the part says in Python; tests compare the two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from signalcraft.model.conditions import (
    BARE_OPERATORS,
    LIST_OPERATORS,
    ORDER_OPERATORS,
    PATTERN_OPERATORS,
    SEVERITIES,
)
from signalcraft.model.routing_rule import MAX_PATTERN


@dataclass(frozen=True)
class Rule:
    """A CEL expression that must hold, and what to do where it doesn't."""

    expression: str
    message: str
    field: str = ""
    """The field to name in the error, relative to the part: `.value`."""

    @property
    def extension(self) -> dict[str, str]:
        """As an entry of `x-kubernetes-validations`."""
        extension = {"rule": self.expression, "message": self.message}
        return extension | ({"fieldPath": self.field} if self.field else {})


def _list(values: Iterable[str]) -> str:
    return str(sorted(values))


_BARE = f"self.operator in {_list(BARE_OPERATORS)}"
_LISTS = f"self.operator in {_list(LIST_OPERATORS)}"
_NO_PATTERN = f"!(self.operator in {_list(PATTERN_OPERATORS)})"
_SEVERITIES = _list(SEVERITIES)
_ORDERED = _list({"eq", "ne"} | LIST_OPERATORS | ORDER_OPERATORS)
_COMPARES_SEVERITIES = (
    f"has(self.field) && self.field == 'severity' && has(self.operator) && "
    f"self.operator in {_ORDERED}"
)
_KNOWN_SEVERITIES = f"Must be one of {', '.join(reversed(SEVERITIES))}."

_CONDITION = (
    Rule(
        "has(self.alertPolicyRef) || has(self.field)",
        "Required: the field to look at.",
        ".field",
    ),
    Rule(
        "has(self.alertPolicyRef) || has(self.operator)",
        "Required: how to compare.",
        ".operator",
    ),
    Rule(
        "!has(self.alertPolicyRef) || !has(self.field) || self.field == 'alert_policy'",
        "Remove it, or write alert_policy: alertPolicyRef compares that field.",
        ".field",
    ),
    Rule(
        "!has(self.alertPolicyRef) || !has(self.operator) || self.operator in ['eq', 'ne']",
        "alertPolicyRef is compared with eq or ne.",
        ".operator",
    ),
    Rule(
        "!has(self.alertPolicyRef) || !has(self.value)",
        "Remove it: alertPolicyRef stands for the value.",
        ".value",
    ),
    Rule(
        "!has(self.value) || !has(self.operator) || "
        f"!(self.operator in {_list(BARE_OPERATORS | LIST_OPERATORS)})",
        "Remove it: in and not_in take values, exists and not_exists take nothing.",
        ".value",
    ),
    Rule(
        f"!has(self.values) || (has(self.operator) && {_LISTS})",
        "Remove it: only in and not_in take values.",
        ".values",
    ),
    Rule(
        "has(self.alertPolicyRef) || has(self.value) || !has(self.operator) || "
        f"{_BARE} || {_LISTS}",
        "Required: this operator needs something to compare.",
        ".value",
    ),
    Rule(
        f"has(self.values) || !has(self.operator) || !({_LISTS})",
        "Required: in and not_in need something to compare.",
        ".values",
    ),
    Rule(
        f"!has(self.value) || !has(self.operator) || {_NO_PATTERN} || "
        f"size(self.value) <= {MAX_PATTERN}",
        f"A pattern has at most {MAX_PATTERN} characters.",
        ".value",
    ),
    Rule(
        # Where the pattern can't be read, matching is an error, and so the rule fails.
        f"!has(self.value) || !has(self.operator) || {_NO_PATTERN} || "
        "''.matches(self.value) in [true, false]",
        "The value of matches and not_matches must be an RE2 pattern. To exclude what a pattern "
        "matches, use not_matches: RE2 has no look-ahead.",
    ),
    Rule(
        f"!({_COMPARES_SEVERITIES}) || !has(self.value) || self.value in {_SEVERITIES}",
        _KNOWN_SEVERITIES,
        ".value",
    ),
    Rule(
        f"!({_COMPARES_SEVERITIES}) || !has(self.values) || "
        f"self.values.all(value, value in {_SEVERITIES})",
        _KNOWN_SEVERITIES,
        ".values",
    ),
)

_ACTION = (
    Rule(
        "has(self.escalate_to) || has(self.assign_to) || has(self.set_severity) || "
        "(has(self.suppress) && self.suppress)",
        "Must set at least one of escalate_to, assign_to, set_severity, suppress.",
    ),
    Rule(
        "!has(self.escalate_to) || !has(self.suppress) || !self.suppress",
        "A suppressed alert pages nobody: remove suppress or escalate_to.",
        ".suppress",
    ),
)

# By the name of the part.
RULES: Mapping[str, tuple[Rule, ...]] = {
    "RoutingCondition": _CONDITION,
    "RoutingAction": _ACTION,
}

IMMUTABLE_CONNECTION = Rule(
    "has(self.connectionRef) == has(oldSelf.connectionRef) && "
    "(!has(self.connectionRef) || self.connectionRef == oldSelf.connectionRef)",
    "connectionRef can't be changed. Delete the object (deletionPolicy: Retain keeps its resource) "
    "and create it again.",
    ".connectionRef",
)
ENDPOINT = Rule(
    "isURL(self) && url(self).getScheme() in ['http', 'https'] && url(self).getHost() != ''",
    "Must be the URL of a SignalCraft server, such as https://signalcraft.example.com.",
)
CREDENTIAL = Rule(
    "has(self.apiKeySecretRef) != has(self.tokenExchange)",
    "Set either apiKeySecretRef or tokenExchange.",
)
