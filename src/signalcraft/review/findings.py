"""What is wrong with a configuration although it is valid."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from whenever import Instant

from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.model.team import Team
from signalcraft.model.user import User
from signalcraft.review.names import in_a_row
from signalcraft.review.snapshot import Snapshot
from signalcraft.routing.lint import dead_rules

FindingCode = Literal[
    "rule-never-decides",
    "schedule-without-anybody",
    "policy-reaches-nobody",
    "no-default-policy",
    "on-call-without-team",
    "on-call-though-deleted",
]


class Finding(NamedTuple):
    """Something that is likely a mistake; `about` is the name (users: e-mail address) of the
    resource that has it, empty for the workspace.
    """

    code: FindingCode
    about: str
    detail: str

    @property
    def identity(self) -> tuple[FindingCode, str]:
        """What stays the same where only the words change."""
        return self.code, self.about


def findings(snapshot: Snapshot, start: Instant, end: Instant) -> list[Finding]:
    """What is likely a mistake in a configuration, looked at between two instants.

    Raises as `Roster.shifts` does.
    """
    return sorted(
        {
            *_rules(snapshot),
            *_schedules(snapshot, start, end),
            *_policies(snapshot, start, end),
            *_workspace(snapshot),
            *_people(snapshot, start, end),
        }
    )


def _rules(snapshot: Snapshot) -> Iterator[Finding]:
    rules = snapshot.all(RoutingRule)
    for dead in dead_rules(rules):
        name = rules[dead.rule_id].name
        yield Finding("rule-never-decides", name, f'Rule "{name}" has no effect. {dead.reason}')


def _schedules(snapshot: Snapshot, start: Instant, end: Instant) -> Iterator[Finding]:
    for roster in snapshot.rosters.values():
        if not roster.shifts(start, end):
            yield Finding(
                "schedule-without-anybody",
                roster.name,
                f'Nobody is ever on call on schedule "{roster.name}" in this time.',
            )


def _policies(snapshot: Snapshot, start: Instant, end: Instant) -> Iterator[Finding]:
    for policy in snapshot.all(EscalationPolicy).values():
        targets = (target for rule in policy.rules for target in rule.targets)
        if not any(snapshot.directory.ever_reaches(target, start, end) for target in targets):
            yield Finding(
                "policy-reaches-nobody",
                policy.name,
                f'Escalation policy "{policy.name}" reaches nobody in this time. Its alerts go to '
                "the workspace's default policy.",
            )


def _workspace(snapshot: Snapshot) -> Iterator[Finding]:
    if snapshot.workspace.default_escalation_policy_id is None:
        yield Finding(
            "no-default-policy",
            "",
            "The workspace has no default escalation policy: an alert that no rule and no service "
            "sends anywhere pages nobody.",
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
            detail = f"{user.name} is on call on {where} and is in no team."
            yield Finding("on-call-without-team", user.email, detail)
        if id in snapshot.leaving:
            yield Finding(
                "on-call-though-deleted",
                user.email,
                f"{user.name} is deleted as soon as nothing refers to them, and is on call on {where} "
                "until then.",
            )


def _on_call(snapshot: Snapshot, start: Instant, end: Instant) -> dict[str, set[str]]:
    """Who is on call, by id, with the names of their schedules."""
    schedules: dict[str, set[str]] = {}
    for roster in snapshot.rosters.values():
        for shift in roster.shifts(start, end):
            for user_id in shift.user_ids:
                schedules.setdefault(user_id, set()).add(roster.name)
    return schedules
