"""What a plan changes for people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from whenever import Instant, TimeDelta

from signalcraft.model.kinds import KINDS
from signalcraft.model.schedule import Schedule
from signalcraft.review.digest import Digest
from signalcraft.review.findings import Finding, findings
from signalcraft.review.names import Names, in_a_row
from signalcraft.review.plan import Plan, ResourceChange
from signalcraft.review.planned_ids import Unknown, resource_id
from signalcraft.review.projection import Projection, project, read_body
from signalcraft.review.promise import Promise, promise
from signalcraft.review.resource_changes import (
    Action,
    ResourceDescription,
    describe,
    gathered,
)
from signalcraft.review.routing_changes import Reroutings, reroutings, sample_outcomes
from signalcraft.review.samples import Sample, samples
from signalcraft.review.sensitive import Sensitive, marked_fields
from signalcraft.review.shift_changes import (
    MovedShift,
    ScheduleChange,
    moved_shifts,
    schedule_changes,
)
from signalcraft.review.snapshot import Snapshot

HORIZON_DAYS = 14


@dataclass(frozen=True, slots=True)
class Basis:
    """What a review was computed for: a configuration, as of a revision if that is known, and the
    time from `start` until before `end`.
    """

    revision: int | None
    start: Instant
    end: Instant
    time_zone: str
    """The zone of all local times: that of the schedules whose shifts move, if it is one, or else the
    workspace's."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many resources of SignalCraft's a plan changes and leaves; `others` counts the changes of
    other providers.
    """

    created: int
    updated: int
    replaced: int
    deleted: int
    unchanged: int
    others: int


@dataclass(frozen=True, slots=True)
class Review:
    """Everything to know about a plan before it is approved. Sensitive values are masked."""

    basis: Basis
    counts: Counts
    changes: tuple[ResourceDescription, ...]
    drift: tuple[ResourceDescription, ...]
    """What was changed outside of Terraform since the last apply."""
    routing: Reroutings
    schedules: tuple[ScheduleChange, ...]
    schedules_unchanged: int
    moved: tuple[MovedShift, ...]
    newly_on_call: tuple[str, ...]
    """E-mail addresses of the people who had no place on any schedule."""
    no_longer_on_call: tuple[str, ...]
    findings: tuple[Finding, ...]
    """What is likely a mistake, and was not there before."""
    findings_before: int
    """How many other findings there were before, and still are."""
    unknown: tuple[str, ...]
    """What can't be told before the apply, in sentences."""
    people: Mapping[str, str]
    """What people are called, by e-mail address."""
    promise: Promise
    """What the server will answer after the apply."""
    digest: Digest | None
    """The plan's digest, if it was asked for."""
    tree: str | None
    """The tree of the commit that was planned, if it was given."""


def review(
    plan: Plan,
    before: Snapshot,
    *,
    at: Instant,
    given: Sequence[Sample] = (),
    digest: Digest | None = None,
    tree: str | None = None,
) -> Review:
    """What a plan changes for people, from an instant on.

    `given` are alerts to try beside those that are made up from the rules. `digest` and
    `tree` are shown as they are. Raises `TimeOutOfRange` outside the years 1970 to 2200.
    """
    projection = project(plan, before)
    after = projection.after
    end = at + TimeDelta(hours=24 * HORIZON_DAYS)
    names = Names(before, after)
    in_doubt = frozenset(id for id in projection.unknown if id in after.all(Schedule))
    schedules = schedule_changes(before, after, at, end, in_doubt)
    known = {finding.identity for finding in findings(before, at)}
    found = findings(after, at)
    new = tuple(finding for finding in found if finding.identity not in known)
    outcomes = sample_outcomes(projection, samples(before, after, at, given))
    known_outcomes = [(o.sample, o.after) for o in outcomes if o.after]
    sensitive = Sensitive(plan)
    was_on, is_on = on_a_schedule(before, at), on_a_schedule(after, at)
    made = Review(
        basis=Basis(before.revision, at, end, _zone(before, schedules)),
        counts=_counts(plan),
        changes=tuple(gathered(list(_changes(plan, projection, names)))),
        drift=tuple(gathered(list(_drift(plan, names)))),
        routing=reroutings(outcomes),
        schedules=tuple(schedules),
        schedules_unchanged=len(after.rosters) - sum(s.change != "deleted" for s in schedules),
        moved=tuple(moved_shifts(before, after, at, end, in_doubt)),
        newly_on_call=tuple(sorted(is_on - was_on)),
        no_longer_on_call=tuple(sorted(was_on - is_on)),
        findings=new,
        findings_before=len(found) - len(new),
        unknown=tuple(_unknown(projection, names)),
        people=names.people,
        promise=promise(
            after,
            known_outcomes,
            in_doubt,
            at,
            end,
            sensitive,
            left_out=len(outcomes) - len(known_outcomes),
        ),
        digest=None,
        tree=tree,
    )
    # No hexadecimal digits of a digest are a sensitive value, though one may look like them.
    return replace(sensitive.masked(made), digest=digest)


def on_a_schedule(snapshot: Snapshot, at: Instant) -> set[str]:
    """E-mail addresses of the people who have a place on some schedule, themselves or as members of a
    team, in a rotation or by an override that hasn't ended at an instant.
    """
    participants = {
        participant
        for schedule in snapshot.all(Schedule).values()
        for rotation in schedule.rotations
        for participant in rotation.participants
    }
    for overrides in snapshot.overrides.values():
        participants |= {o.participant for o in overrides if o.ends_at > at}
    ids = {id for participant in participants for id in snapshot.people.behind(participant)}
    return {snapshot.email(id) for id in ids if id in snapshot.resources}


def _zone(before: Snapshot, schedules: Sequence[ScheduleChange]) -> str:
    zones = {schedule.time_zone for schedule in schedules}
    return zones.pop() if len(zones) == 1 else before.workspace.time_zone


def _counts(plan: Plan) -> Counts:
    actions = [_action(resource) for _, resource in plan.managed()]
    others = [r for r in plan.resource_changes if r.changes and r.kind is None]
    return Counts(
        created=actions.count("created"),
        updated=actions.count("updated"),
        replaced=actions.count("replaced"),
        deleted=actions.count("deleted"),
        unchanged=actions.count(None),
        others=len(others),
    )


def _action(resource: ResourceChange) -> Action | None:
    actions = set(resource.change.actions)
    if {"create", "delete"} <= actions:
        return "replaced"
    for name, action in _ACTIONS.items():
        if name in actions:
            return action
    return "imported" if resource.change.importing else None


_ACTIONS: Mapping[str, Action] = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "forget": "forgotten",
}


def _changes(plan: Plan, projection: Projection, names: Names) -> Iterator[ResourceDescription]:
    for kind, resource in plan.managed():
        action = _action(resource)
        if action is None:
            continue
        if kind.singleton:
            old_id = new_id = next(iter(projection.before.all(kind.body)))
            action = "updated" if action == "created" else action
        else:
            old_id = str((resource.change.before or {}).get("id", ""))
            new_id = resource_id(kind, resource)
        before = projection.before.resources.get(old_id)
        after = None if action == "deleted" else projection.after.resources.get(new_id)
        if before or after:
            yield describe(action, before, after, names, marked_fields(resource.change))


def _drift(plan: Plan, names: Names) -> Iterator[ResourceDescription]:
    for resource in plan.resource_drift:
        kind, change = resource.kind, resource.change
        if kind is None:
            continue
        before, after = read_body(kind, change.before), read_body(kind, change.after)
        action: Action = "updated" if after else "deleted"
        if before or after:
            yield describe(action, before, after, names, marked_fields(change))


def _unknown(projection: Projection, names: Names) -> Iterator[str]:
    for id, values in projection.unknown.items():
        yield f"{_called(names, id)}: {_known_after(values)}"
    for id in projection.ordered:
        yield (
            f"{_called(names, id)}: several new ids were matched by the order in which "
            "the configuration mentions them."
        )
    for id in projection.stale:
        yield (
            f"{_called(names, id)} has changed since the plan was made. Plan again to "
            "see what the apply will do."
        )
    for waiting in projection.waiting:
        blockers = in_a_row([f'"{names.name(blocker)}"' for blocker in waiting.blockers])
        refer = "refers" if len(waiting.blockers) == 1 else "refer"
        yield (
            f"{_called(names, waiting.id)} can't be deleted while {blockers} "
            f"{refer} to it, and stays until then."
        )
    in_kubernetes = [
        id
        for id, manager in projection.before.managers.items()
        if manager.startswith("kubernetes/")
    ]
    if in_kubernetes:
        yield (
            f"{len(in_kubernetes):,} of the workspace's resources are managed in Kubernetes and may "
            "change at any time."
        )


def _called(names: Names, id: str) -> str:
    title = next(kind.title for kind in KINDS.values() if kind.has_id(id)).capitalize()
    return f'{title} "{names.name(id)}"'


def _known_after(values: Sequence[Unknown]) -> str:
    places = in_a_row([value.pointer.removeprefix("/").replace("/", ".") for value in values])
    candidates = sorted({address for value in values for address in value.candidates})
    which = f" (one of {', '.join(candidates)})" if candidates else ""
    return f"{places} will be known only after the apply{which}."
