"""Which routing rules can match an alert at all: an index by the texts that they demand."""

from collections import Counter
from collections.abc import Iterator, Sequence

from signalcraft.model.routing_rule import RoutingCondition, RoutingRule
from signalcraft.routing.conditions import Texts

# A field of an alert, and the text that it must be equal to.
Key = tuple[str, str]


class RuleIndex:
    """Finds, of rules in order, those that an alert's texts don't rule out.

    A rule that needs `all` of its conditions is filed under one that demands an equality: the one
    that the fewest other rules demand. A rule that needs `any` is filed under each of its
    conditions, if all of them demand one. What can't be filed is a candidate always.
    """

    __slots__ = ("_always", "_filed")

    def __init__(self, rules: Sequence[RoutingRule]) -> None:
        demands = [_demands(rule) for rule in rules]
        commonness = Counter(key for keys in demands for group in keys for key in group)
        self._always: list[int] = []
        self._filed: dict[Key, list[int]] = {}
        for position, groups in enumerate(demands):
            if not groups:
                self._always.append(position)
                continue
            rarest = min(groups, key=lambda group: sum(commonness[key] for key in group))
            for key in rarest:
                self._filed.setdefault(key, []).append(position)

    def candidates(self, texts: Texts) -> Sequence[int]:
        """The positions of the rules that may match, in order."""
        filed = [
            positions for item in texts.items() if (positions := self._filed.get(item)) is not None
        ]
        if not filed:
            return self._always
        return sorted({*self._always, *(position for found in filed for position in found)})


def _demands(rule: RoutingRule) -> list[frozenset[Key]]:
    """Groups of equalities, of each of which at least one must hold for the rule to match."""
    groups = [keys for condition in rule.conditions if (keys := _equalities(condition))]
    if rule.match == "all" or not rule.conditions:
        return groups
    if len(groups) < len(rule.conditions):
        return []
    return [frozenset(key for keys in groups for key in keys)]


def _equalities(condition: RoutingCondition) -> frozenset[Key]:
    values: Iterator[str] = iter(())
    if condition.operator == "eq" and condition.value is not None:
        values = iter((condition.value,))
    if condition.operator == "in":
        values = iter(condition.values or ())
    return frozenset((condition.field, value) for value in values)
