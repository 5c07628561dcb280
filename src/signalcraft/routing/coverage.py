"""Which routing rules match every alert that another one matches."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from signalcraft.model.conditions import NEGATED
from signalcraft.model.routing_rule import RoutingCondition, RoutingRule
from signalcraft.routing.conditions import CannotEvaluate, Texts, compile_condition, negated

# These say what a part of a text is.
_PARTS = frozenset({"starts_with", "ends_with", "contains"})
_Key = tuple[str, ...]


class EndingRules:
    """Rules that end the evaluation, and which of them takes all alerts of another rule.

    Each is filed by what a rule must say that it takes all alerts of, so that few have to be compared:
    a text, or a part of one, in a field, or else the field.
    """

    def __init__(self) -> None:
        self._filed: defaultdict[_Key, list[tuple[str, RoutingRule]]] = defaultdict(list)
        self._lengths: defaultdict[str, set[int]] = defaultdict(set)

    def add(self, id: str, rule: RoutingRule) -> None:
        """Adds the rule that is read next."""
        keys = [list(self._keys(condition)) for condition in rule.conditions] or [[()]]
        # Of a rule that needs all, one condition is enough to find it by: the most telling.
        chosen = [max(keys, key=lambda of: len(of[0]))] if rule.match == "all" else keys
        for key in dict.fromkeys(key for of in chosen for key in of):
            self._filed[key].append((id, rule))

    def covering(self, rule: RoutingRule) -> str | None:
        """The id of a rule that matches whatever this one does."""
        keys = dict.fromkeys(
            [(), *(key for condition in rule.conditions for key in self._said(condition))]
        )
        candidates = (each for key in keys for each in self._filed.get(key, ()))
        return next((id for id, earlier in candidates if covers(earlier, rule)), None)

    def _keys(self, condition: RoutingCondition) -> Iterator[_Key]:
        """By what to find a rule that has this condition."""
        if condition.operator in {"eq", "in"}:
            yield from (("text", condition.field, text) for text in _operands(condition))
        elif condition.operator in _PARTS:
            part = condition.value or ""
            self._lengths[condition.field].add(len(part))
            yield "part", condition.field, part
        else:
            yield "field", condition.field

    def _said(self, condition: RoutingCondition) -> Iterator[_Key]:
        """By what rules may be found of which this condition implies one."""
        field = condition.field
        yield "field", field
        if condition.operator not in {"eq", "in", *_PARTS}:
            return
        for text in _operands(condition):
            yield "text", field, text
            for length in self._lengths.get(field, ()):
                yield from (
                    ("part", field, text[start : start + length])
                    for start in range(len(text) - length + 1)
                )


def covers(earlier: RoutingRule, later: RoutingRule) -> bool:
    """Whether the earlier rule matches every alert that the later one does, as far as can be told."""
    if earlier.windows and not _applies_within(later, earlier):
        return False
    if not earlier.conditions:
        return True
    if later.match == "any":
        return bool(later.conditions) and all(
            _follows(earlier, (condition,)) for condition in later.conditions
        )
    return _follows(earlier, later.conditions)


def _applies_within(later: RoutingRule, earlier: RoutingRule) -> bool:
    """Whether the windows of the earlier rule include those of the later one."""
    same_clock = later.time_zone == earlier.time_zone
    return same_clock and bool(later.windows) and set(later.windows) <= set(earlier.windows)


def _follows(rule: RoutingRule, given: Sequence[RoutingCondition]) -> bool:
    """Whether a rule matches wherever all of these conditions hold."""
    followed = (any(implied(c, by) for by in given) for c in rule.conditions)
    return any(followed) if rule.match == "any" else all(followed)


def implied(condition: RoutingCondition, by: RoutingCondition) -> bool:
    """Whether one condition holds wherever another does, as far as can be told."""
    if condition == by:
        return True
    return condition.field == by.field and _implied_of_field(condition, by)


def _implied_of_field(condition: RoutingCondition, by: RoutingCondition) -> bool:
    if condition.operator in NEGATED and by.operator in NEGATED:
        return implied(negated(by), negated(condition))
    if by.operator in {"eq", "in"}:
        return all(hold([condition], {by.field: text}) for text in _operands(by))
    if condition.operator in {"ne", "not_in"}:
        return not any(hold([by], {by.field: text}) for text in _operands(condition))
    if condition.operator == "exists":
        return by.operator not in NEGATED
    of_parts = by.operator in _PARTS and condition.operator in {by.operator, "contains"}
    return of_parts and hold([condition], {by.field: by.value or ""})


def _operands(condition: RoutingCondition) -> Sequence[str]:
    return condition.values or (condition.value or "",)


def hold(conditions: Iterable[RoutingCondition], texts: Texts) -> bool:
    """Whether all conditions hold for an alert that says this; one that can't be evaluated doesn't."""
    try:
        return all(compile_condition(condition)(texts) for condition in conditions)
    except CannotEvaluate:
        return False
