"""What happens to an alert: where it is routed, and whom that reaches."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from whenever import Instant

from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.oncall.directory import Directory
from signalcraft.oncall.escalation import Timeline, reaches_nobody, timeline
from signalcraft.routing.router import Decision, Router


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an alert goes in the end.

    `reached_nobody` is the id of the policy that it would have gone to, had that reached anyone:
    the alert goes to the workspace's default policy instead, and `decision` says so. The rule
    that chose that policy stays in `decision.rule_id`.
    """

    decision: Decision
    reached_nobody: str | None


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Where an alert goes in the end, and how it escalates there; no steps where nobody is paged."""

    decision: Decision
    timeline: Timeline
    reached_nobody: str | None
    """As of `Destination`."""


def destination(
    decision: Decision,
    router: Router,
    opened_at: Instant,
    policies: Mapping[str, EscalationPolicy],
    directory: Directory,
) -> Destination:
    """Where an alert goes that opened at an instant and that the router decided on.

    A policy that reaches nobody hands the alert to the workspace's default policy. A policy that
    isn't in `policies` reaches nobody. Raises `TimeOutOfRange` outside the years 1970 to 2200.
    """
    chosen, default = decision.escalation_policy_id, router.default_policy_id
    if chosen is None or default in {None, chosen}:
        return Destination(decision, None)
    policy = policies.get(chosen)
    if policy is not None and not reaches_nobody(policy, opened_at, directory):
        return Destination(decision, None)
    instead = replace(decision, by="workspace_default", escalation_policy_id=default)
    return Destination(instead, chosen)


def dispatch(
    decision: Decision,
    router: Router,
    opened_at: Instant,
    policies: Mapping[str, EscalationPolicy],
    directory: Directory,
) -> Dispatch:
    """What happens to an alert that opened at an instant and that the router decided on.

    Raises as `destination` does.
    """
    found = destination(decision, router, opened_at, policies, directory)
    policy_id = found.decision.escalation_policy_id
    policy = policies.get(policy_id) if policy_id else None
    unfolded = timeline(policy, opened_at, directory) if policy else Timeline(())
    return Dispatch(found.decision, unfolded, found.reached_nobody)
