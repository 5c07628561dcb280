"""Conditions and windows of routing rules in words."""

from collections.abc import Sequence

from signalcraft.model.alert import Alert
from signalcraft.model.routing_rule import RoutingCondition
from signalcraft.model.weekly_window import DAYS, WeeklyWindow

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


def hours_in_words(windows: Sequence[WeeklyWindow]) -> str:
    """`Mon–Fri 09:00–17:00, Sat 10:00–14:00`; `always` without any."""
    return ", ".join(map(_window, windows)) or "always"


def _window(window: WeeklyWindow) -> str:
    days = sorted(window.days, key=DAYS.index)
    first, last = DAYS.index(days[0]), DAYS.index(days[-1])
    names = [day.capitalize() for day in days]
    in_a_row = len(days) > 2 and last - first == len(days) - 1
    which = f"{names[0]}–{names[-1]}" if in_a_row else ", ".join(names)
    return f"{which} {window.start_time}–{window.end_time}"


def what_it_is(condition: RoutingCondition, alert: Alert) -> str:
    """What the alert says where the condition looks: `it is "prod"`, `it is absent`."""
    field = condition.field
    label = field.removeprefix("labels.")
    said = alert.labels.get(label) if label != field else getattr(alert, field)
    return "it is absent" if said is None else f'it is "{said}"'
