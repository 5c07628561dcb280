"""Alerts to try before and after: one for each rule, each service, and the catch-all."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice, product
from typing import Any, NamedTuple

from pydantic import ValidationError
from whenever import Instant

from signalcraft.model.alert import Alert
from signalcraft.model.conditions import NEGATED, SEVERITIES
from signalcraft.model.routing_rule import RoutingCondition, RoutingRule, compile_pattern
from signalcraft.model.service import Service
from signalcraft.oncall.local_time import WEEK, UtcNanos, instant, nanos
from signalcraft.review.snapshot import Snapshot
from signalcraft.routing.conditions import negated
from signalcraft.routing.rule import CompiledRule

# Of what several conditions on one field ask for, so many texts are tried at most.
_TRIES = 64
_AS_IT_IS = " as it is now"
# When a change of the clocks is what makes the difference, it can be later: that is left out.
_HOW_FAR = 2 * WEEK
# What conditions ask of parts of a text, in the order in which those come.
_PARTS = ("starts_with", "contains", "ends_with")


class Sample(NamedTuple):
    """An alert, where it is from (`rule "Payments"`), and when it opens."""

    alert: Alert
    origins: tuple[str, ...]
    at: Instant


def samples(
    before: Snapshot, after: Snapshot, start: Instant, given: Sequence[Sample] = ()
) -> list[Sample]:
    """The alerts to try: those that are given, one that matches each rule, before or after, where
    one can be made up, one for each service, and one that says nothing.

    They open at `start`; one for a rule with windows, the first time from then on that it applies.
    Equal alerts are one, with all their origins.
    """
    merged: dict[tuple[str, Instant], Sample] = {}
    for alert, origins, at in (*given, *_made_up(before, after, start)):
        key = alert.model_dump_json(), at
        known = merged[key].origins if key in merged else ()
        merged[key] = Sample(alert, tuple(dict.fromkeys((*known, *origins))), at)
    return [sample._replace(origins=_without_repeats(sample.origins)) for sample in merged.values()]


def _without_repeats(origins: tuple[str, ...]) -> tuple[str, ...]:
    """A rule that matches an alert now and after the change is named once."""
    repeats = {f"{origin}{_AS_IT_IS}" for origin in origins}
    return tuple(origin for origin in origins if origin not in repeats)


def _made_up(before: Snapshot, after: Snapshot, start: Instant) -> Iterator[Sample]:
    old, new = before.all(RoutingRule), after.all(RoutingRule)
    # A rule that changes is tried as it was, too: what it no longer matches goes elsewhere.
    zone_before, zone_after = before.workspace.time_zone, after.workspace.time_zone
    gone = [(rule, zone_before, _AS_IT_IS) for id, rule in old.items() if new.get(id) != rule]
    tried = [*((rule, zone_after, "") for rule in new.values()), *gone]
    for rule, zone, remark in sorted(tried, key=lambda item: (item[0].priority, item[0].name)):
        found = matching_alert(rule, zone, start) if rule.enabled else None
        if found is not None:
            alert, at = found
            yield Sample(alert, (f'rule "{rule.name}"{remark}',), at)
    yield from _at_other_times(before, after, start)
    yield from _told_apart(before, after, start)
    services = [*before.all(Service).values(), *after.all(Service).values()]
    for name in sorted({service.name for service in services}):
        yield Sample(Alert(service=name), (f'service "{name}"',), start)
    yield Sample(Alert(), ("an alert without any field",), start)


def _at_other_times(before: Snapshot, after: Snapshot, start: Instant) -> Iterator[Sample]:
    """For each rule whose windows change, an alert that opens when only one of the two applies."""
    old, new = before.all(RoutingRule), after.all(RoutingRule)
    zones = before.workspace.time_zone, after.workspace.time_zone
    for id in sorted(old.keys() & new.keys()):
        rules = old[id], new[id]
        compiled = [CompiledRule(id, *each) for each in zip(rules, zones, strict=True)]
        at = _first_difference(compiled[0], compiled[1], nanos(start))
        if at is None:
            continue
        for rule, zone in zip(rules, zones, strict=True):
            found = matching_alert(rule, zone, start) if rule.enabled else None
            if found is not None:
                yield Sample(found[0], (f'rule "{rule.name}" at other times',), instant(at))


def _told_apart(before: Snapshot, after: Snapshot, start: Instant) -> Iterator[Sample]:
    """For each rule whose conditions change, an alert that only the old one matches and one that
    only the new one does, where the rules' own samples don't show that already.
    """
    old, new = before.all(RoutingRule), after.all(RoutingRule)
    zones = before.workspace.time_zone, after.workspace.time_zone
    for id in sorted(old.keys() & new.keys()):
        was, will_be = old[id], new[id]
        same = (was.conditions, was.match) == (will_be.conditions, will_be.match)
        if same or not (was.enabled and will_be.enabled):
            continue
        then, now = (was, zones[0]), (will_be, zones[1])
        for remark, found in (
            ("no longer matched by", _matched_by_one(then, now, start)),
            ("newly matched by", _matched_by_one(now, then, start)),
        ):
            if found is not None:
                yield Sample(found[0], (f'{remark} rule "{will_be.name}"',), found[1])


def _matched_by_one(
    one: tuple[RoutingRule, str], other: tuple[RoutingRule, str], start: Instant
) -> tuple[Alert, Instant] | None:
    """An alert that one rule matches and the other doesn't, unless that one's own sample is it."""
    matches, misses = (CompiledRule(rule.name, rule, zone) for rule, zone in (one, other))
    opens = matches.applies_from(nanos(start))

    def tells_apart(alert: Alert) -> bool:
        texts = alert.texts()
        found = matches.evaluate(texts, opens).matched
        return found and not misses.evaluate(texts, opens).matched

    own = matching_alert(*one, start)
    if own is not None and tells_apart(own[0]):
        return None
    wanted = (*one[0].conditions, *other[0].conditions)
    # What a negated operator excludes is what the other rule may match.
    excluded = [negated(condition) for condition in wanted if condition.operator in NEGATED]
    alert = next(filter(tells_apart, _alerts([*wanted, *excluded])), None)
    return None if alert is None else (alert, instant(opens))


def _first_difference(old: CompiledRule, new: CompiledRule, start: UtcNanos) -> UtcNanos | None:
    """When only one of two rules applies first, within two weeks; None for never."""
    at = start
    while at < start + _HOW_FAR:
        if old.applies(at) != new.applies(at):
            return at
        at = min(old.next_change(at), new.next_change(at))
    return None


def matching_alert(
    rule: RoutingRule, time_zone: str, start: Instant
) -> tuple[Alert, Instant] | None:
    """An alert that a rule matches, and when it opens: `start`, or the next time that the rule
    applies. None if none was found. `time_zone` is the workspace's.
    """
    compiled = CompiledRule(rule.name, rule, time_zone)
    opens = compiled.applies_from(nanos(start))
    wanted = rule.conditions[:1] if rule.match == "any" else rule.conditions
    for alert in _alerts(wanted):
        if compiled.evaluate(alert.texts(), opens).matched:
            return alert, instant(opens)
    return None


def _alerts(conditions: Sequence[RoutingCondition]) -> Iterator[Alert]:
    """Alerts that may fulfil these conditions."""
    by_field: dict[str, list[RoutingCondition]] = {}
    for condition in conditions:
        by_field.setdefault(condition.field, []).append(condition)
    texts = [list(_texts(field, each)) for field, each in by_field.items()]
    for chosen in islice(product(*texts), _TRIES):
        alert = _alert(dict(zip(by_field, chosen, strict=True)))
        if alert is not None:
            yield alert


def _alert(texts: dict[str, str | None]) -> Alert | None:
    fields: dict[str, Any] = {"labels": {}}
    for field, text in texts.items():
        label = field.removeprefix("labels.")
        if text is not None and label != field:
            fields["labels"][label] = text
        elif text is not None:
            fields[field] = text
    try:
        return Alert.model_validate(fields)
    except ValidationError:
        return None


def _texts(field: str, conditions: Sequence[RoutingCondition]) -> Iterator[str | None]:
    """Texts of a field, None for its absence, that may fulfil all of these conditions."""
    parts: dict[str, str] = {c.operator: c.value or "" for c in conditions}
    together = "".join(parts.get(operator, "") for operator in _PARTS)
    tried: set[str | None] = set()
    fulfilling = (text for condition in conditions for text in _fulfilling(condition))
    for text in (*fulfilling, together, None, *_any(field)):
        if text not in tried:
            tried.add(text)
            yield text


def _any(field: str) -> Sequence[str]:
    return SEVERITIES if field == "severity" else ("example",)


def _fulfilling(condition: RoutingCondition) -> Iterator[str]:
    value = condition.value or ""
    match condition.operator:
        case "eq" | "contains" | "starts_with" | "ends_with":
            yield value
        case "in":
            yield from condition.values or ()
        case "matches":
            yield from _matching(value)
        case "gt" | "gte" | "lt" | "lte" if condition.field != "severity":
            yield from _near(value)
        case _:
            pass


def _near(value: str) -> Iterator[str]:
    try:
        number = Decimal(value)
    except ArithmeticError:
        return
    if number.is_finite():
        yield from (format(number + step, "f") for step in (0, 1, -1))


def _matching(pattern: str) -> Iterator[str]:
    """Texts that a simple pattern matches: a part of it without special characters."""
    search = compile_pattern(pattern).search
    parts = [part for part in re.split(r"[\^$()|?*+.\[\]{}\\]+", pattern) if part]
    whole = re.sub(r"\\(.)", r"\1", re.sub(r"\.[*+]", "x", pattern.strip("^$")))
    for text in (whole, *parts, "".join(parts)):
        if search(text):
            yield text
