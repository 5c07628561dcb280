"""Whom an alert reaches, and after how long."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import override

from signalcraft.model.fields import Description, Name, ReferenceToOneOf, TeamReference
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.resource import Part, Resource

TargetType = Literal["schedule", "user", "team"]
Who = Literal["current", "next", "previous"]
TARGET_PREFIXES: Mapping[str, str] = {"schedule": "sched", "user": "user", "team": "team"}

Minutes = Annotated[int, Field(ge=0, le=43_200)]


class Target(Part):
    """Who is paged."""

    type: TargetType
    """`schedule` pages whoever is on call, `team` pages every member."""
    id: Annotated[str, ReferenceToOneOf(tuple(TARGET_PREFIXES.items()))]
    """Id of the schedule, user or team."""
    who: Who = "current"
    """Of a schedule, whom to page: those on call at that minute, or those of the `next` or `previous`
    shift by different people."""

    @classmethod
    @override
    def check(cls, part: Mapping[str, Any]) -> Iterator[Mistake]:
        target_type, target_id = part.get("type"), part.get("id")
        if target_type and target_id and not target_id.startswith(TARGET_PREFIXES[target_type]):
            yield Mistake(
                "/id",
                Code.CONFLICT,
                f"This is not the id of a {target_type}, which begins with "
                f"'{TARGET_PREFIXES[target_type]}_'. Change type or id.",
            )
        who = part.get("who", "current")
        if target_type in {"user", "team"} and who != "current":
            yield Mistake(
                "/who",
                Code.CONFLICT,
                f"A {target_type} has no {who} shift: only a target of type 'schedule' does. Remove "
                "who, or change type.",
            )


class EscalationRule(Part):
    """A step of an escalation policy: whom to page after a delay."""

    delay_minutes: Minutes
    """Minutes since the alert opened. Must be greater than the previous rule's; the first can be 0."""
    targets: Annotated[tuple[Target, ...], Field(min_length=1, max_length=20)]
    """Whom to page, all at the same time."""


class EscalationPolicy(Resource):
    """Who is paged for an alert, and when, until somebody acknowledges it."""

    name: Name
    """The policy's name, unique in the workspace."""
    description: Description = ""
    """What the policy is for."""
    team_id: TeamReference | None = None
    """Id of the team that owns the policy."""
    rules: Annotated[tuple[EscalationRule, ...], Field(min_length=1, max_length=20)]
    """The rules, in order of their delays."""
    repeat_times: Annotated[int, Field(ge=0, le=9)] = 0
    """How many times the rules run again if nobody acknowledges."""
    repeat_after_minutes: Annotated[int, Field(ge=1, le=43_200)] | None = None
    """Minutes between the starts of two repetitions. Required when `repeat_times` is above 0;
    must be greater than the last delay."""

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
                    f"Must be greater than {before}, the delay of the previous rule. Delays count "
                    "from when the alert opened.",
                )
        yield from _check_repetition(part, max((delay for _, delay in delays), default=0))


def _check_repetition(part: Mapping[str, Any], last_delay: int) -> Iterator[Mistake]:
    after = part.get("repeat_after_minutes", 0)
    if after is None and part.get("repeat_times", 0) > 0:
        yield Mistake(
            "/repeat_after_minutes",
            Code.REQUIRED,
            "Required because repeat_times is above 0: the minutes after which the rules start again.",
        )
    if after and after <= last_delay:
        yield Mistake(
            "/repeat_after_minutes",
            Code.ORDER,
            f"Must be greater than {last_delay}, the last delay: a repetition starts after the "
            "previous one has ended.",
        )
