"""The questions about who is on call. They change nothing, and each is bounded."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field
from whenever import Instant

from signalcraft.api.http import parameters
from signalcraft.api.http.call import Answer, Call, answer
from signalcraft.api.http.operation import Operation, Parameter
from signalcraft.api.http.paging import after, page
from signalcraft.api.http.schemas import Shape
from signalcraft.api.http.time_parameters import AT, QueryInstant, answerable, requested_instant
from signalcraft.model.draft import read_draft
from signalcraft.model.kinds import KINDS
from signalcraft.model.problem import Slug, invalid, not_found
from signalcraft.model.schedule import Schedule
from signalcraft.oncall.escalation import Step, timeline
from signalcraft.oncall.instants import read_instant, write_instant
from signalcraft.oncall.roster import DutyTimeline, Roster, Shift
from signalcraft.oncall.roster_history import RosterHistory
from signalcraft.store.config import guards, records

MAX_SHIFTS = 10_000
_TAG = "Who is on call"
_FROM = Parameter("from", QueryInstant, "Start of the range, with an offset.", required=True)
_UNTIL = Parameter(
    "until",
    QueryInstant,
    "End of the range, with an offset; at most 366 days after its start.",
    required=True,
)


class OnCallNow(Shape):
    """Who is on call on a schedule at an instant."""

    schedule_id: str
    at: str
    """The instant asked about."""
    user_ids: list[str]
    """Ids of the users who are on call; empty if nobody is."""
    since: str | None
    """Start of the shift; null if more than 366 days ago."""
    until: str | None
    """End of the shift; null if more than 366 days away."""
    rotation: str | None
    """Name of the rotation; null for an override or nobody."""
    override_id: str | None
    """Id of the override, also of one that says `nobody`; null for a rotation."""
    revision: int | None
    """For a time in the past, the revision of the schedule, its overrides and its teams that was in
    force then. Null for the present, the future, and times before the first change."""


class OnCallPage(Shape):
    """Who is on call on each schedule."""

    items: list[OnCallNow]
    """In order of the schedules' ids."""
    next_cursor: str | None
    """Send it as `cursor` for the next page; null at the end."""


class ScheduleShift(Shape):
    """A time during which the same people are on call."""

    user_ids: list[str]
    """Ids of the users who are on call, at least one; of a team, in the team's order."""
    starts_at: str
    ends_at: str
    rotation: str | None
    """Name of the rotation; null for an override."""
    override_id: str | None
    """Id of the override; null for a rotation."""


class ScheduleChange(Shape):
    """A change to a schedule, its overrides or the members of its teams: from then on, other shifts
    were in force.
    """

    revision: int
    """The change's revision in the feed."""
    at: str = Field(json_schema_extra={"format": "date-time"})
    """When it was made."""


class ShiftList(Shape):
    """The shifts of a schedule between two instants, clipped to them. Up to now they are those that
    were in force then.
    """

    items: list[ScheduleShift]
    """In order of time."""
    changes: list[ScheduleChange]
    """When the schedule, its overrides or its teams changed between the two instants."""


class TimelineTarget(Shape):
    """A target, and the people whom it reaches at that minute."""

    type: str
    id: str
    who: str
    """Of a schedule: the people of the `current`, the `next` or the `previous` shift."""
    user_ids: list[str]


class TimelineStep(Shape):
    """What happens at a minute after the alert opened."""

    minute: int
    repetition: int
    """Counts from 0."""
    targets: list[TimelineTarget]
    user_ids: list[str]
    """The people who are paged, each once; empty for a gap."""


class TimelineSteps(Shape):
    """How an unacknowledged alert escalates."""

    items: list[TimelineStep]
    """In order of time."""


def operations() -> Iterator[Operation]:
    """The questions about who is on call."""
    yield Operation(
        "GET",
        "/v1/on-call",
        "list_on_call",
        "Who is on call on every schedule",
        _every_schedule,
        {200: OnCallPage},
        costly=True,
        tag=_TAG,
        scope="config:read",
        parameters=(AT, parameters.LIMIT, parameters.CURSOR),
    )
    yield Operation(
        "GET",
        "/v1/schedules/{id}/on-call",
        "get_on_call",
        "Who is on call on a schedule",
        _one_schedule,
        {200: OnCallNow},
        tag=_TAG,
        scope="config:read",
        parameters=(AT,),
        problems=(Slug.NOT_FOUND,),
    )
    yield Operation(
        "GET",
        "/v1/schedules/{id}/shifts",
        "list_shifts",
        "List a schedule's shifts",
        _shifts,
        {200: ShiftList},
        description=f"At most {MAX_SHIFTS:,} shifts, and 366 days.",
        costly=True,
        tag=_TAG,
        scope="config:read",
        parameters=(_FROM, _UNTIL),
        problems=(Slug.NOT_FOUND,),
    )
    yield Operation(
        "POST",
        "/v1/preview/schedule",
        "preview_schedule",
        "Preview a schedule's shifts",
        _preview,
        {200: ShiftList},
        description="Takes the body of a schedule and stores nothing.",
        costly=True,
        tag=_TAG,
        scope="config:read",
        parameters=(_FROM, _UNTIL),
        request=Schedule,
    )
    yield Operation(
        "GET",
        "/v1/escalation-policies/{id}/timeline",
        "get_timeline",
        "How an alert escalates",
        _timeline,
        {200: TimelineSteps},
        description="Who is paged, minute by minute, for an alert that opens at an instant "
        "and that nobody acknowledges.",
        costly=True,
        tag=_TAG,
        scope="config:read",
        parameters=(AT,),
        problems=(Slug.NOT_FOUND,),
    )


def _every_schedule(call: Call) -> Answer:
    at, limit = requested_instant(call), call.query["limit"]
    found = records.page(
        call.connection,
        call.workspace_id,
        KINDS["schedule"],
        after=after(call.query["cursor"]),
        limit=limit + 1,
    )
    kept = _kept(call, at)
    schedules, next_cursor = page(found, limit)
    known = [(r.id, roster) for r in schedules if (roster := kept.get(r.id))]
    with answerable("at"):
        items = [_on_call(id, roster, at) for id, roster in known]
    return answer({"items": items, "next_cursor": next_cursor})


def _one_schedule(call: Call) -> Answer:
    at = requested_instant(call)
    roster = _roster(call, at)
    with answerable("at"):
        return answer(_on_call(call.path["id"], roster, at))


def _shifts(call: Call) -> Answer:
    return _list_shifts(call, _roster(call, read_instant(call.query["from"])))


def _preview(call: Call) -> Answer:
    draft = read_draft(KINDS["schedule"], call.body)
    among = guards.check_among(call.connection, call.author, draft, None)
    mistakes = [*draft.mistakes, *among]
    if mistakes:
        raise invalid(mistakes)
    assert isinstance(draft.resource, Schedule)
    return _list_shifts(call, Roster(draft.resource, people=call.configuration.people))


def _timeline(call: Call) -> Answer:
    at = requested_instant(call)
    policy = call.configuration.policies.get(call.path["id"])
    if policy is None:
        raise not_found(f"escalation policy with the id {call.path['id']}")
    with answerable("at"):
        unfolded = timeline(policy, at, call.configuration.directory)
    return answer({"items": [step_shape(step) for step in unfolded.steps]})


def _kept(call: Call, at: Instant) -> Mapping[str, DutyTimeline]:
    """Who is on call on each schedule: as it is now or, for an instant in the past, as it was."""
    is_now = "at" in call.query and call.query["at"] is None
    is_past = not is_now and at < Instant.now()
    return call.configuration.histories if is_past else call.configuration.rosters


def _roster(call: Call, at: Instant) -> DutyTimeline:
    roster = _kept(call, at).get(call.path["id"])
    if roster is None:
        raise not_found(f"schedule with the id {call.path['id']}")
    return roster


def _list_shifts(call: Call, roster: DutyTimeline) -> Answer:
    start, end = read_instant(call.query["from"]), read_instant(call.query["until"])
    with answerable("until"):
        found = roster.shifts(start, end, at_most=MAX_SHIFTS)
        changes = roster.changes(start, end) if isinstance(roster, RosterHistory) else []
    return answer(
        {
            "items": [_shift(shift) for shift in found],
            "changes": [
                {"revision": revision, "at": write_instant(at)} for revision, at in changes
            ],
        }
    )


def _on_call(schedule_id: str, roster: DutyTimeline, at: Instant) -> dict[str, Any]:
    found = roster.on_call(at)
    return {
        "schedule_id": schedule_id,
        "at": write_instant(at),
        "user_ids": found.user_ids,
        "since": write_instant(found.since) if found.since else None,
        "until": write_instant(found.until) if found.until else None,
        "rotation": found.rotation,
        "override_id": found.override_id,
        "revision": roster.revision(at) if isinstance(roster, RosterHistory) else None,
    }


def _shift(shift: Shift) -> dict[str, Any]:
    return {
        "user_ids": shift.user_ids,
        "starts_at": write_instant(shift.starts_at),
        "ends_at": write_instant(shift.ends_at),
        "rotation": shift.rotation,
        "override_id": shift.override_id,
    }


def step_shape(step: Step) -> dict[str, Any]:
    """A step of an escalation, as it is shown."""
    return {
        "minute": step.minute,
        "repetition": step.repetition,
        "targets": [
            {
                "type": target.type,
                "id": target.id,
                "who": target.who,
                "user_ids": target.user_ids,
            }
            for target in step.targets
        ],
        "user_ids": step.user_ids,
    }
