"""What is likely a mistake in a configuration, although it is valid."""

from collections.abc import Iterator
from typing import NamedTuple

from whenever import Instant, TimeDelta

from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.kinds import KINDS
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.parts import references_in
from signalcraft.model.resource import Resource
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.model.schedule import Schedule
from signalcraft.model.service import Service
from signalcraft.model.team import Team
from signalcraft.model.user import User
from signalcraft.oncall.never_on_call import never_on_call
from signalcraft.oncall.warnings import policy_warnings
from signalcraft.review.names import in_a_row
from signalcraft.review.snapshot import Snapshot
from signalcraft.routing.lint import is_catch_all, rule_findings

HORIZON_DAYS = 90
CODES = (
    Code.NEVER_ON_CALL,
    Code.NOBODY_ON_CALL,
    Code.NEVER_MATCHES,
    Code.RULE_SHADOWED,
    Code.DUPLICATE_RULE,
    Code.EMPTY_TEAM,
    Code.REACHES_NOBODY,
    Code.FIRST_PAGE_LATE,
    Code.UNUSED_POLICY,
    Code.UNUSED_SCHEDULE,
    Code.NO_CATCH_ALL,
    Code.ON_CALL_WITHOUT_TEAM,
    Code.ON_CALL_THOUGH_DELETED,
)
"""All that there can be."""


class Finding(NamedTuple):
    """Something that is likely a mistake: in a resource of this kind and name (users: e-mail address),
    at a JSON pointer. `detail` says what to do about it.
    """

    kind: str
    about: str
    code: Code
    pointer: str
    detail: str
    subject: str = ""
    """What it is about inside the resource, where there can be several."""

    @property
    def identity(self) -> tuple[Code, str, str, str]:
        """What stays the same where only the words change."""
        return self.code, self.kind, self.about, self.subject


def findings(snapshot: Snapshot, at: Instant) -> list[Finding]:
    """What is likely a mistake in a configuration in the 90 days after an instant.

    Raises `TimeOutOfRange` outside the years 1970 to 2200.
    """
    end = at + TimeDelta(hours=24 * HORIZON_DAYS)
    return sorted(
        {
            *_rules(snapshot),
            *_schedules(snapshot, at, end),
            *_policies(snapshot, at),
            *_workspace(snapshot),
            *_people(snapshot, at, end),
        }
    )


def _rules(snapshot: Snapshot) -> Iterator[Finding]:
    rules = snapshot.all(RoutingRule)
    for found in rule_findings(rules):
        name = rules[found.rule_id].name
        detail = f'Rule "{name}" has no effect. {found.detail}'
        pointer = "/conditions" if found.code is Code.NEVER_MATCHES else ""
        yield Finding("routing_rule", name, found.code, pointer, detail)


def _schedules(snapshot: Snapshot, at: Instant, end: Instant) -> Iterator[Finding]:
    paged = _used(snapshot, EscalationPolicy)
    for id, schedule in snapshot.all(Schedule).items():
        roster, name = snapshot.rosters[id], schedule.name
        if id not in paged:
            detail = f'No escalation policy pages schedule "{name}". Make it a target of one, or delete it.'
            yield Finding("schedule", name, Code.UNUSED_SCHEDULE, "", detail)
        if not roster.shifts(at, end):
            detail = (
                f'Nobody is on call on schedule "{name}" in the next {HORIZON_DAYS} days. Add a '
                "rotation, or delete the schedule."
            )
            yield Finding("schedule", name, Code.NOBODY_ON_CALL, "/rotations", detail)
            continue
        for each in never_on_call(schedule, roster, snapshot.people, at):
            told = each.told(lambda user_id: snapshot.name(user_id) or user_id)
            people = " ".join(sorted(map(snapshot.email, each.user_ids)))
            yield _finding("schedule", name, told, f"{each.rotation}: {people}")


def _policies(snapshot: Snapshot, at: Instant) -> Iterator[Finding]:
    used = _used(snapshot, RoutingRule) | _used(snapshot, Service)
    used |= {snapshot.workspace.default_escalation_policy_id or ""}
    for id, policy in snapshot.all(EscalationPolicy).items():
        if id not in used:
            detail = (
                f'No routing rule and no service uses escalation policy "{policy.name}", and it isn\'t '
                "the workspace's default. Use it, or delete it."
            )
            yield Finding("escalation_policy", policy.name, Code.UNUSED_POLICY, "", detail)
        for warning in policy_warnings(policy, snapshot.directory, at):
            yield _finding("escalation_policy", policy.name, warning, warning.pointer)


def _workspace(snapshot: Snapshot) -> Iterator[Finding]:
    caught = any(map(is_catch_all, snapshot.all(RoutingRule).values()))
    if snapshot.workspace.default_escalation_policy_id is None and not caught:
        yield Finding(
            "workspace",
            snapshot.workspace.name,
            Code.NO_CATCH_ALL,
            "/default_escalation_policy_id",
            "The workspace has no default escalation policy: an alert that no rule and no service "
            "sends anywhere pages nobody. Set one.",
        )


def _people(snapshot: Snapshot, start: Instant, end: Instant) -> Iterator[Finding]:
    """People on call who are in no team, and so don't get what is sent to teams; and people who are
    to be deleted, which waits for as long as they are on a schedule.
    """
    members = {id for team in snapshot.all(Team).values() for id in team.member_ids}
    for id, names in _on_call(snapshot, start, end).items():
        user = snapshot.all(User).get(id)
        if user is None:
            continue
        where = in_a_row([f'"{name}"' for name in sorted(names)])
        if id not in members:
            detail = f"{user.name} is on call on {where} and is in no team. Add them to one."
            yield Finding("user", user.email, Code.ON_CALL_WITHOUT_TEAM, "", detail)
        if id in snapshot.leaving:
            detail = (
                f"{user.name} is deleted as soon as nothing refers to them, and is on call on {where} "
                "until then. Take them off it."
            )
            yield Finding("user", user.email, Code.ON_CALL_THOUGH_DELETED, "", detail)


def _finding(kind: str, name: str, mistake: Mistake, subject: str) -> Finding:
    title = KINDS[kind].title.capitalize()
    detail = f'{title} "{name}": {mistake.detail}'
    return Finding(kind, name, mistake.code, mistake.pointer, detail, subject)


def _used(snapshot: Snapshot, kind: type[Resource]) -> set[str]:
    """The ids that resources of a kind refer to."""
    return {
        reference.id
        for resource in snapshot.all(kind).values()
        for reference in references_in(kind, resource.model_dump(mode="json"))
    }


def _on_call(snapshot: Snapshot, start: Instant, end: Instant) -> dict[str, set[str]]:
    """Who is on call, by id, with the names of their schedules."""
    schedules: dict[str, set[str]] = {}
    for roster in snapshot.rosters.values():
        for shift in roster.shifts(start, end):
            for user_id in shift.user_ids:
                schedules.setdefault(user_id, set()).add(roster.name)
    return schedules
