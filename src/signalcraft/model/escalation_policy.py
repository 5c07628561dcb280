"""Whom an alert reaches, and after how long."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal, get_args

from pydantic import Field
from typing_extensions import override

from signalcraft.model.fields import KINDS, Description, Name, Pattern, TeamReference
from signalcraft.model.ids import id_pattern
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.resource import Part, Resource

TargetType = Literal["schedule", "user", "team"]
TARGET_PREFIXES: Mapping[str, str] = {"schedule": "sched", "user": "user", "team": "team"}

Minutes = Annotated[int, Field(ge=0, le=43_200)]


class Target(Part):
    """Somebody to page."""

    type: TargetType
    """`schedule` pages who is on call on it, `team` every member."""
    id: Annotated[
        str,
        Pattern(
            id_pattern("(sched|user|team)"),
            "Must be the id of a schedule, user or team ('sched_', 'user_' or 'team_' and 26 "
            "characters), not a name.",
        ),
        Field(json_schema_extra={KINDS: list(get_args(TargetType))}),
    ]
    """Id of the schedule, user or team."""

    @classmethod
    @override
    def check(cls, part: Mapping[str, Any]) -> Iterator[Mistake]:
        target_type, target_id = part.get("type"), part.get("id")
        if target_type and target_id and not target_id.startswith(TARGET_PREFIXES[target_type]):
            yield Mistake(
                "/id",
                Code.CONFLICT,
                f"This is not the id of a {target_type}: those begin with "
                f"'{TARGET_PREFIXES[target_type]}_'. Change type or id.",
            )


class EscalationRule(Part):
    """A step of an escalation policy: after this delay, page these."""

    delay_minutes: Minutes
    """Minutes from when the alert opened, greater than the rule's before; the first may be 0."""
    targets: Annotated[tuple[Target, ...], Field(min_length=1, max_length=20)]
    """Whom to page, all at once."""


class EscalationPolicy(Resource):
    """Whom an alert reaches, and after how long, until somebody acknowledges it."""

    name: Name
    """The policy's name, unique in the workspace."""
    description: Description = ""
    """What the policy is for."""
    team_id: TeamReference | None = None
    """The team that the policy belongs to."""
    rules: Annotated[tuple[EscalationRule, ...], Field(min_length=1, max_length=20)]
    """The steps, in the order of their delays."""
    repeat_times: Annotated[int, Field(ge=0, le=9)] = 0
    """How many times the steps are gone through again when nobody acknowledges."""
    repeat_after_minutes: Annotated[int, Field(ge=1, le=43_200)] | None = None
    """Minutes from one repetition's start to the next one's: repetition k starts k times this
    after the alert opened. Required when `repeat_times` is above 0; greater than the last
    delay."""

    @classmethod
    @override
    def check(cls, part: Mapping[str, Any]) -> Iterator[Mistake]:
        delays = [
            (f"/rules/{i}/delay_minutes", rule["delay_minutes"])
            for i, rule in enumerate(part.get("rules", ()))
            if "delay_minutes" in rule
        ]
        for (_, before), (pointer, after) in pairwise(delays):
            if after <= before:
                yield Mistake(
                    pointer,
                    Code.ORDER,
                    f"Write more than {before}, the delay of the rule before. Delays count from "
                    "when the alert opened, so each must be greater than the last.",
                )
        yield from _check_repetition(part, max((delay for _, delay in delays), default=0))


def _check_repetition(part: Mapping[str, Any], last_delay: int) -> Iterator[Mistake]:
    after = part.get("repeat_after_minutes", 0)
    if after is None and part.get("repeat_times", 0) > 0:
        yield Mistake(
            "/repeat_after_minutes",
            Code.REQUIRED,
            "Say after how many minutes the steps start again, since repeat_times is above 0.",
        )
    if after and after <= last_delay:
        yield Mistake(
            "/repeat_after_minutes",
            Code.ORDER,
            f"Write more than {last_delay}, the last delay: a repetition starts after the one "
            "before it has ended.",
        )
