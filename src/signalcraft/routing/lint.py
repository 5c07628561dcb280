"""Routing rules that are valid, but that can never decide anything."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from signalcraft.model.conditions import NEGATED, ORDER_OPERATORS, SEVERITIES
from signalcraft.model.routing_rule import RoutingCondition, RoutingRule
from signalcraft.routing.conditions import CannotEvaluate, Texts, compile_condition, negated

# These say what a part of a text is.
_PARTS = frozenset({"starts_with", "ends_with", "contains"})


class DeadRule(NamedTuple):
    """A rule that decides nothing: `reason` says why, and what to do.

    `shadowed_by` is the id of the earlier rule that takes all of its alerts, if that is why.
    """

    rule_id: str
    reason: str
    shadowed_by: str | None


def dead_rules(rules: Mapping[str, RoutingRule]) -> list[DeadRule]:
    """The enabled rules that can never match, or that an earlier rule always comes before, in the
    order in which they are read. Only what the rules themselves show is reported.
    """
    ordered = sorted(
        ((id, rule) for id, rule in rules.items() if rule.enabled),
        key=lambda item: (item[1].priority, item[1].name),
    )
    found: list[DeadRule] = []
    ending = _EndingRules()
    for id, rule in ordered:
        reason = contradiction(rule)
        shadow = None if reason else ending.covering(rule)
        if shadow is not None:
            reason = (
                f'Every alert that it matches is already taken by "{rules[shadow].name}", which '
                "is read first. Give it a lower priority, or remove it."
            )
        if reason is not None:
            found.append(DeadRule(id, reason, shadow))
        elif not rule.continue_:
            ending.add(id, rule)
    return found


def contradiction(rule: RoutingRule) -> str | None:
    """Why no alert can match a rule; None if one can, as far as can be told."""
    by_field: defaultdict[str, list[RoutingCondition]] = defaultdict(list)
    for condition in rule.conditions:
        by_field[condition.field].append(condition)
    if rule.match == "any":
        alone = [_impossible([condition]) for condition in rule.conditions]
        return alone[0] if alone and all(alone) else None
    return next((why for same in by_field.values() if (why := _impossible(same))), None)


def _impossible(conditions: Sequence[RoutingCondition]) -> str | None:
    """Why nothing fulfils all of these conditions, which are on one field."""
    field = conditions[0].field
    for condition in conditions:
        compared = condition.operator in ORDER_OPERATORS and field != "severity"
        if compared and not _is_number(condition.value or ""):
            return (
                f'It compares {field} with "{condition.value}", which is not a number, so it never '
                "matches. Write a number."
            )
    absence: Texts = {}
    if _hold(conditions, absence):
        return None
    excluded = (
        _implied(negated(condition), by)
        for condition in conditions
        if condition.operator in NEGATED
        for by in conditions
    )
    texts = _possible_texts(conditions)
    if texts is not None:
        possible = any(_hold(conditions, {field: text}) for text in texts)
    else:
        absent = any(condition.operator == "not_exists" for condition in conditions)
        possible = not absent and not _empty(conditions) and not any(excluded)
    if possible:
        return None
    return f"Its conditions on {field} contradict each other. Correct them, or remove it."


def _possible_texts(conditions: Iterable[RoutingCondition]) -> Sequence[str] | None:
    """The only texts that can fulfil the conditions; None if they don't say."""
    for condition in conditions:
        if condition.operator == "eq":
            return (condition.value or "",)
        if condition.operator == "in":
            return condition.values or ()
        if condition.field == "severity":
            return SEVERITIES
    return None


def _empty(conditions: Iterable[RoutingCondition]) -> bool:
    """Whether no number lies between the bounds that conditions set."""
    lowest, highest = (Decimal("-Infinity"), False), (Decimal("Infinity"), True)
    for condition in conditions:
        if condition.operator in {"gt", "gte"}:
            lowest = max(lowest, (Decimal(condition.value or ""), condition.operator == "gt"))
        elif condition.operator in {"lt", "lte"}:
            highest = min(highest, (Decimal(condition.value or ""), condition.operator == "lte"))
    (low, above), (high, included) = lowest, highest
    return low > high or (low == high and (above or not included))


class _EndingRules:
    """Rules that end the reading, and which of them takes all alerts of another rule."""

    def __init__(self) -> None:
        # Most rules ask for one text in one field: those are only looked at for rules that do too.
        self._by_text: defaultdict[tuple[str, str], list[tuple[str, RoutingRule]]] = defaultdict(
            list
        )
        self._others: list[tuple[str, RoutingRule]] = []

    def add(self, id: str, rule: RoutingRule) -> None:
        """Adds the rule that is read next."""
        texts = [(c.field, c.value) for c in rule.conditions if c.operator == "eq"]
        if rule.match == "all" and texts:
            field, text = texts[0]
            self._by_text[field, text or ""].append((id, rule))
        else:
            self._others.append((id, rule))

    def covering(self, rule: RoutingRule) -> str | None:
        """The id of a rule that matches whatever this one does."""
        texts = {(c.field, text) for c in rule.conditions for text in (c.value, *(c.values or ()))}
        candidates = [*self._others]
        for field, text in sorted((field, text or "") for field, text in texts):
            candidates += self._by_text.get((field, text), ())
        return next((id for id, earlier in candidates if _covers(earlier, rule)), None)


def _covers(earlier: RoutingRule, later: RoutingRule) -> bool:
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
    followed = (any(_implied(c, by) for by in given) for c in rule.conditions)
    return any(followed) if rule.match == "any" else all(followed)


def _implied(condition: RoutingCondition, by: RoutingCondition) -> bool:
    """Whether one condition holds wherever another does, as far as can be told."""
    if condition == by:
        return True
    return condition.field == by.field and _implied_of_field(condition, by)


def _implied_of_field(condition: RoutingCondition, by: RoutingCondition) -> bool:
    if condition.operator in NEGATED and by.operator in NEGATED:
        return _implied(negated(by), negated(condition))
    if by.operator in {"eq", "in"}:
        return all(_hold([condition], {by.field: text}) for text in _operands(by))
    if condition.operator in {"ne", "not_in"}:
        return not any(_hold([by], {by.field: text}) for text in _operands(condition))
    if condition.operator == "exists":
        return by.operator not in NEGATED
    of_parts = by.operator in _PARTS and condition.operator in {by.operator, "contains"}
    return of_parts and _hold([condition], {by.field: by.value or ""})


def _operands(condition: RoutingCondition) -> Sequence[str]:
    return condition.values or (condition.value or "",)


def _hold(conditions: Iterable[RoutingCondition], texts: Texts) -> bool:
    try:
        return all(compile_condition(condition)(texts) for condition in conditions)
    except CannotEvaluate:
        return False


def _is_number(text: str) -> bool:
    try:
        compile_condition(RoutingCondition(field="labels.x", operator="gt", value=text))(
            {"labels.x": "0"}
        )
    except CannotEvaluate:
        return False
    return True
