"""What happens to an alert: where it is routed, and whom that reaches."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from whenever import Instant

from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.oncall.directory import Directory
from signalcraft.oncall.escalation import Step, Timeline, reaches_nobody, timeline
from signalcraft.routing.router import Decision, Router


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an alert goes in the end.

    `reached_nobody` are the ids of the chosen policies that reach nobody. If none of them reaches
    anyone, the alert goes to the workspace's default policy instead, and `decision` says so; the
    rules that chose them stay in `decision.rule_ids`.
    """

    decision: Decision
    reached_nobody: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Where an alert goes in the end, and how it escalates there: a timeline for each policy, by its
    id, in order; one without steps for a policy that is gone.
    """

    decision: Decision
    timelines: Mapping[str, Timeline]
    reached_nobody: tuple[str, ...]
    """As of `Destination`."""

    @property
    def steps(self) -> Iterator[Step]:
        """The steps of all timelines."""
        return (step for timeline in self.timelines.values() for step in timeline.steps)


def destination(
    decision: Decision,
    router: Router,
    opened_at: Instant,
    policies: Mapping[str, EscalationPolicy],
    directory: Directory,
) -> Destination:
    """Where an alert goes that opened at an instant and that the router decided on.

    Where none of its policies reaches anyone, that is the workspace's default policy. A policy that
    isn't in `policies` reaches nobody. Raises `TimeOutOfRange` outside the years 1970 to 2200.
    """
    chosen, default = decision.escalation_policy_ids, router.default_policy_id
    found = {id: policies.get(id) for id in chosen}
    unreached = tuple(
        id
        for id, policy in found.items()
        if policy is None or reaches_nobody(policy, opened_at, directory)
    )
    if not chosen or len(unreached) < len(chosen) or default is None or default in chosen:
        return Destination(decision, unreached)
    instead = replace(decision, by="workspace_default", escalation_policy_ids=(default,))
    return Destination(instead, unreached)


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
    chosen = {id: policies.get(id) for id in found.decision.escalation_policy_ids}
    timelines = {
        id: timeline(policy, opened_at, directory) if policy else Timeline(())
        for id, policy in chosen.items()
    }
    return Dispatch(found.decision, timelines, found.reached_nobody)
