"""Routing rules that are valid, but have no effect."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from signalcraft.model.conditions import NEGATED, ORDER_OPERATORS, SEVERITIES
from signalcraft.model.mistake import Code
from signalcraft.model.routing_rule import RoutingCondition, RoutingRule
from signalcraft.routing.conditions import CannotEvaluate, Texts, compile_condition, negated
from signalcraft.routing.coverage import EndingRules, hold, implied


class RuleFinding(NamedTuple):
    """A rule that has no effect: `detail` says why, and what to do.

    `earlier_id` is the id of the rule that comes before it, if that is why.
    """

    rule_id: str
    code: Code
    detail: str
    earlier_id: str | None = None


def rule_findings(rules: Mapping[str, RoutingRule]) -> list[RuleFinding]:
    """The enabled rules that have no effect, in the order in which they are read: they can never
    match, do what an earlier one does, or an earlier one always ends the evaluation before them.
    Only what the rules themselves show is reported.
    """
    ordered = sorted(
        ((id, rule) for id, rule in rules.items() if rule.enabled),
        key=lambda item: (item[1].priority, item[1].name),
    )
    found: list[RuleFinding] = []
    ending = EndingRules()
    seen: dict[object, str] = {}
    for id, rule in ordered:
        reason = contradiction(rule)
        earlier = seen.setdefault(_effect(rule), id)
        if reason is not None:
            found.append(RuleFinding(id, Code.NEVER_MATCHES, reason))
        elif earlier != id:
            detail = (
                f'It does the same as "{rules[earlier].name}", which is read first. Remove one.'
            )
            found.append(RuleFinding(id, Code.DUPLICATE_RULE, detail, earlier))
        elif (shadow := ending.covering(rule)) is not None:
            detail = (
                f'Every alert that it matches is already taken by "{rules[shadow].name}", which '
                "is read first. Give it a lower priority, or remove it."
            )
            found.append(RuleFinding(id, Code.RULE_SHADOWED, detail, shadow))
        elif not rule.continue_:
            ending.add(id, rule)
    return found


def is_catch_all(rule: RoutingRule) -> bool:
    """Whether a rule decides about every alert, whenever it opens."""
    decides = rule.action.suppress or rule.action.escalate_to is not None
    return rule.enabled and decides and not rule.conditions and not rule.windows


def _effect(rule: RoutingRule) -> object:
    """What two rules have in common that do the same to the same alerts at the same times."""
    conditions, windows = frozenset(rule.conditions), frozenset(rule.windows)
    match = rule.match if len(conditions) > 1 else "all"
    zone = rule.time_zone if windows else None
    return match, conditions, windows, zone, rule.action, rule.continue_


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
    if hold(conditions, absence):
        return None
    excluded = (
        implied(negated(condition), by)
        for condition in conditions
        if condition.operator in NEGATED
        for by in conditions
    )
    texts = _possible_texts(conditions)
    if texts is not None:
        possible = any(hold(conditions, {field: text}) for text in texts)
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


def _is_number(text: str) -> bool:
    try:
        compile_condition(RoutingCondition(field="labels.x", operator="gt", value=text))(
            {"labels.x": "0"}
        )
    except CannotEvaluate:
        return False
    return True
