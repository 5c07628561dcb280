"""What happens to an alert: where it is routed, and whom that reaches."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from whenever import Instant

from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.oncall.directory import Directory
from signalcraft.oncall.escalation import Timeline, timeline
from signalcraft.routing.router import Decision, Router


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Where an alert goes in the end, and how it escalates there; no steps where nobody is paged.

    `reached_nobody` is the id of the policy that it would have gone to, had that reached anyone:
    the alert goes to the workspace's default policy instead, and `decision` says so. The rule
    that chose that policy stays in `decision.rule_id`.
    """

    decision: Decision
    timeline: Timeline
    reached_nobody: str | None


def dispatch(
    decision: Decision,
    router: Router,
    opened_at: Instant,
    policies: Mapping[str, EscalationPolicy],
    directory: Directory,
) -> Dispatch:
    """What happens to an alert that opened at an instant and that the router decided on.

    A policy that reaches nobody hands the alert to the workspace's default policy. A policy that
    isn't in `policies` reaches nobody. Raises `TimeOutOfRange` outside the years 1970 to 2200.
    """

    def unfold(policy_id: str | None) -> Timeline:
        policy = policies.get(policy_id) if policy_id else None
        return timeline(policy, opened_at, directory) if policy else Timeline(())

    chosen, default = decision.escalation_policy_id, router.default_policy_id
    unfolded = unfold(chosen)
    if chosen is None or default in {None, chosen} or not unfolded.reaches_nobody:
        return Dispatch(decision, unfolded, None)
    instead = replace(decision, by="workspace_default", escalation_policy_id=default)
    return Dispatch(instead, unfold(default), chosen)
