"""What a change to a user or a team does to the schedules and policies that name them."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from whenever import Instant

from signalcraft.api.http.call import Call
from signalcraft.model.mistake import Mistake
from signalcraft.model.resource import Resource
from signalcraft.model.team import Team
from signalcraft.model.user import User
from signalcraft.oncall.directory import Directory
from signalcraft.oncall.people import People
from signalcraft.oncall.roster import Roster
from signalcraft.oncall.warnings import reaches_nobody_now, shift_warnings
from signalcraft.store.config import references
from signalcraft.store.config.compiled import Configuration
from signalcraft.store.config.records import Record
from signalcraft.store.oncall import overrides


def people_warnings(
    call: Call,
    before: Record,
    after: User | Team,
    planned: People,
    at: Instant,
    elsewhere: AbstractSet[str],
) -> list[Mistake]:
    """Who is on call right now instead of whom, which gaps open, and which policies cease to reach
    anybody, once a user or a team is otherwise. `planned` are the people of the same plan, and
    `elsewhere` the ids of schedules and policies of which the plan says more itself.
    """
    place = _place_of_a_difference(before.resource, after)
    if place is None:
        return []
    id, configuration = before.id, call.configuration
    was, will_be = _with(configuration.people, id, before.resource), _with(planned, id, after)
    named = [id, *references.referrers(call.connection, id, "team")]
    found: list[Mistake] = []
    for schedule_id in _schedules(call, named):
        if schedule_id not in elsewhere:
            earlier = _roster(configuration, schedule_id, was)
            later = _roster(configuration, schedule_id, will_be)
            found += shift_warnings(place, earlier, later, at, configuration.name_of)
    reached, reaches = (Directory(configuration.rosters, each) for each in (was, will_be))
    for policy_id in _referrers(call, named, "escalation_policy"):
        if policy_id not in elsewhere:
            policy = configuration.policies[policy_id]
            found += reaches_nobody_now(place, policy, reached, reaches, at)
    return found


def _place_of_a_difference(before: Resource, after: User | Team) -> str | None:
    """The pointer to what changes who is behind a user or a team; None where nothing does."""
    if isinstance(before, User) and isinstance(after, User):
        return "/active" if before.active != after.active else None
    if isinstance(before, Team) and isinstance(after, Team):
        return "/member_ids" if before.member_ids != after.member_ids else None
    return None


def _with(people: People, id: str, resource: Resource) -> People:
    if isinstance(resource, Team):
        return people.with_members({id: resource.member_ids})
    assert isinstance(resource, User)
    return people.with_active({id: resource.active})


def _referrers(call: Call, ids: Iterable[str], kind: str) -> list[str]:
    found = (each for id in ids for each in references.referrers(call.connection, id, kind))
    return sorted(set(found))


def _schedules(call: Call, ids: list[str]) -> list[str]:
    by_override = (
        schedule_id
        for id in ids
        for schedule_id in overrides.schedules_of(call.connection, call.workspace_id, id)
    )
    return sorted({*_referrers(call, ids, "schedule"), *by_override})


def _roster(configuration: Configuration, id: str, people: People) -> Roster:
    schedule = configuration.schedule(id)
    assert schedule is not None
    return Roster(schedule, configuration.overrides_of(id), people)
