"""Who is on call when, as layers of rotations."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import override

from signalcraft.model.fields import (
    Description,
    LocalTime,
    Name,
    Participant,
    TimeZone,
)
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.resource import Part, Resource
from signalcraft.model.weekly_window import WeeklyWindow

ShiftUnit = Literal["hour", "day", "week"]
CountedShifts = Literal["all", "worked"]


class Rotation(Part):
    """Participants who take turns. Where rotations of a schedule overlap, the later one in the list wins."""

    name: Name
    """The rotation's name, unique in the schedule."""
    participants: Annotated[tuple[Participant, ...], Field(min_length=1, max_length=200)]
    """Who takes turns, in this order: ids of users and teams, or `nobody`. A team's turn is all its
    members'; a turn of `nobody`, or of a team without members, falls through to the rotation before.
    Counted shift n belongs to entry n modulo the list's length, so adding one can change who is on call
    now."""
    starts_at: LocalTime
    """Local time of the first hand-over (`2026-01-05T09:00:00`, no offset). All later hand-overs
    are computed from it."""
    shift_length: Annotated[int, Field(ge=1, le=8760)]
    """Length of a shift, in `shift_unit`s."""
    shift_unit: ShiftUnit
    """Unit of `shift_length`. Hand-overs keep their local time when the clocks change."""
    time_zone: TimeZone | None = None
    """IANA time zone of the rotation's local times; null for the schedule's."""
    ends_at: LocalTime | None = None
    """Local time at which the rotation ends; null for never."""
    restrictions: Annotated[tuple[WeeklyWindow, ...], Field(max_length=50)] = ()
    """Weekly windows in which the rotation is on call; empty means always."""
    counted_shifts: CountedShifts = "all"
    """Which shifts use up a turn: `all`, or only those that are `worked`. A shift that lies outside
    all `restrictions` is not worked: with `worked`, a daily rotation on weekdays continues on Monday
    with the participant after Friday's."""

    @classmethod
    @override
    def check(cls, part: Mapping[str, Any]) -> Iterator[Mistake]:
        starts_at, ends_at = part.get("starts_at"), part.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            yield Mistake("/ends_at", Code.ORDER, f"Must be after starts_at, {starts_at}.")


class Schedule(Resource):
    """Who is on call when, as layers of rotations."""

    name: Name
    """The schedule's name, unique in the workspace."""
    description: Description = ""
    """What the schedule is for."""
    time_zone: TimeZone
    """IANA time zone of the schedule's local times; a rotation can have its own."""
    rotations: Annotated[tuple[Rotation, ...], Field(max_length=50)] = ()
    """The layers. Where they overlap, the later one wins; a gap falls through to the one before.
    Without any, nobody is on call."""

    @classmethod
    @override
    def check(cls, part: Mapping[str, Any]) -> Iterator[Mistake]:
        seen: set[str] = set()
        for i, rotation in enumerate(part.get("rotations", ())):
            name = rotation.get("name")
            if name in seen:
                yield Mistake(
                    f"/rotations/{i}/name",
                    Code.DUPLICATE,
                    f"Duplicate: another rotation of this schedule is called {name!r}.",
                )
            elif name:
                seen.add(name)
