"""Where an alert goes: conditions on what it says, and what follows."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any

import re2
from pydantic import Field
from typing_extensions import override

from signalcraft.model.conditions import (
    BARE_OPERATORS,
    LIST_OPERATORS,
    ORDER_OPERATORS,
    PATTERN_OPERATORS,
    SEVERITIES,
    Match,
    Operator,
    Severity,
)
from signalcraft.model.fields import (
    Description,
    EscalationPolicyReference,
    Name,
    Pattern,
    TeamReference,
    Text,
    TimeZone,
)
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.resource import Part, Resource
from signalcraft.model.weekly_window import WeeklyWindow

FIELDS = ("severity", "title", "source", "service", "routing_key", "alert_policy")
MAX_PATTERN = 500


ConditionField = Annotated[
    str,
    # `labels.` and a label's name of up to 128 characters.
    Field(
        min_length=1,
        max_length=135,
        examples=["labels.env"],
    ),
    Pattern(
        rf"^({'|'.join(FIELDS)}|labels\.[^\x00]+)$",
        f"Must be one of {', '.join(FIELDS)}, or labels.<name> for a label.",
    ),
]


# Compiling takes time and memory in proportion to this, while nothing else runs in the process: RE2's
# own limit, 8 MiB, is two seconds. `.{1,500}` fits, and so do a hundred alternatives.
_PROGRAM_BYTES = 128 * 1024


@lru_cache(maxsize=4096)  # By text, so that a change to one rule compiles no other rule's patterns.
def compile_pattern(pattern: str) -> "re2.Pattern[str]":
    """Compiles a pattern of the operators `matches` and `not_matches`.

    RE2's syntax, which is Go's too: matching takes linear time, whatever the pattern. Raises
    `ValueError`, with a reason that a person can use, for one that can't be read, or that compiles
    to a program of more than 128 KiB.
    """
    options = re2.Options()
    options.log_errors = False  # RE2 writes them to stderr otherwise.
    options.max_mem = _PROGRAM_BYTES
    if re.search(r"(?<!\\)(?:\\\\)*\\C", pattern):
        raise ValueError(r"\C matches a single byte, which text doesn't have")
    try:
        return re2.compile(pattern, options=options)
    except re2.error as error:
        reason = error.args[0]
        text = reason.decode() if isinstance(reason, bytes) else str(reason)
        if "too large" in text:
            text = "it is too large; repeat less in it, or write several conditions"
        raise ValueError(text + _missing_syntax(pattern)) from None


def _missing_syntax(pattern: str) -> str:
    """What other engines have and RE2 hasn't, if the pattern looks as if it used that."""
    if re.search(r"\(\?<?!", pattern):
        return "; RE2 has no look-ahead or look-behind: use not_matches to exclude a pattern"
    if re.search(r"\(\?<?=", pattern):
        return "; RE2 has no look-ahead or look-behind"
    if re.search(r"\\[1-9]", pattern):
        return "; RE2 has no back-references"
    return ""


class RoutingCondition(Part):
    """A comparison of one field of an alert with a value."""

    field: ConditionField
    """The field to compare: `severity`, `title`, `source`, `service`, `routing_key`, `alert_policy`, or
    `labels.<name>`."""
    operator: Operator
    """How to compare. `ne`, `not_in`, `not_contains` and `not_matches` also match an absent label;
    `gt`, `gte`, `lt` and `lte` compare numbers, and severities by rank; `matches` and `not_matches`
    search for an RE2 pattern."""
    value: Text | None = None
    """The string to compare with. Not used by `in`, `not_in`, `exists` and `not_exists`."""
    values: Annotated[tuple[Text, ...], Field(min_length=1, max_length=100)] | None = None
    """The strings that `in` and `not_in` compare with."""

    @classmethod
    @override
    def check(cls, part: Mapping[str, Any]) -> Iterator[Mistake]:
        operator = part.get("operator")
        if operator is None:
            return
        yield from _check_operand(part, operator)
        value = part.get("value")
        if operator in PATTERN_OPERATORS and value is not None:
            yield from _check_pattern(value)
        if part.get("field") == "severity":
            yield from _check_severities(part, operator)


def _check_operand(part: Mapping[str, Any], operator: str) -> Iterator[Mistake]:
    wanted = {"value"}
    if operator in LIST_OPERATORS:
        wanted = {"values"}
    if operator in BARE_OPERATORS:
        wanted = set()
    for operand in ("value", "values"):
        if operand not in part:
            continue
        given = part[operand] is not None
        if given and operand not in wanted:
            instead = f" Use {', '.join(wanted)} instead." if wanted else ""
            yield Mistake(f"/{operand}", Code.CONFLICT, f"Not allowed with {operator!r}.{instead}")
        if not given and operand in wanted:
            yield Mistake(f"/{operand}", Code.REQUIRED, f"Required with {operator!r}.")


def _check_pattern(pattern: str) -> Iterator[Mistake]:
    if len(pattern) > MAX_PATTERN:
        yield Mistake(
            "/value", Code.TOO_LONG, f"A pattern can have at most {MAX_PATTERN} characters."
        )
        return
    try:
        compile_pattern(pattern)
    except ValueError as error:
        yield Mistake("/value", Code.FORMAT, f"This is not an RE2 pattern: {error}.")


def _check_severities(part: Mapping[str, Any], operator: str) -> Iterator[Mistake]:
    if operator not in {"eq", "ne", *LIST_OPERATORS, *ORDER_OPERATORS}:
        return
    given = [("/value", part.get("value"))]
    given += [(f"/values/{i}", value) for i, value in enumerate(part.get("values") or ())]
    for pointer, value in given:
        if isinstance(value, str) and value not in SEVERITIES:
            yield Mistake(
                pointer,
                Code.NOT_ALLOWED,
                f"{value!r} is not a severity. Must be one of {', '.join(reversed(SEVERITIES))}.",
            )


class RoutingAction(Part):
    """What a matching rule does. At least one field must be set."""

    escalate_to: EscalationPolicyReference | None = None
    """Id of the escalation policy that handles the alert."""
    assign_to: TeamReference | None = None
    """Id of the team that the alert is assigned to."""
    set_severity: Severity | None = None
    """New severity of the alert."""
    suppress: bool = False
    """Whether nobody is paged. Conflicts with `escalate_to`."""

    @classmethod
    @override
    def check(cls, part: Mapping[str, Any]) -> Iterator[Mistake]:
        if all(name in part and not part[name] for name in cls.model_fields):
            yield Mistake(
                "", Code.REQUIRED, f"Must set at least one of {', '.join(cls.model_fields)}."
            )
        if part.get("suppress") and part.get("escalate_to"):
            yield Mistake(
                "/suppress",
                Code.CONFLICT,
                "A suppressed alert pages nobody: remove suppress or escalate_to.",
            )


class RoutingRule(Resource):
    """Decides where matching alerts go. Rules are evaluated by priority; the first match ends
    the evaluation unless the rule has `continue`.
    """

    name: Name
    """The rule's name, unique in the workspace. It breaks ties in priority."""
    description: Description = ""
    """Why the rule exists."""
    priority: Annotated[int, Field(ge=0, le=1_000_000)]
    """Rules are evaluated from the lowest priority up; ties in order of name."""
    enabled: bool = True
    """Whether the rule is evaluated."""
    match: Match = "all"
    """Whether `all` conditions must match, or `any` one of them."""
    conditions: Annotated[tuple[RoutingCondition, ...], Field(max_length=50)] = ()
    """Conditions on the alert. Without any, the rule matches every alert."""
    windows: Annotated[tuple[WeeklyWindow, ...], Field(max_length=50)] = ()
    """Weekly windows in which the rule applies, by when the alert opens; empty means always."""
    time_zone: TimeZone | None = None
    """IANA time zone of the windows; null for the workspace's."""
    action: RoutingAction
    """What happens to a matching alert."""
    continue_: Annotated[bool, Field(alias="continue")] = False
    """Whether later rules are evaluated after this one has matched. They see the original alert.
    What they escalate to is added; of teams and severities the first wins."""
