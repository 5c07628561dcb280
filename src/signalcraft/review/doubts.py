"""Which alerts depend on what is known only after the apply."""

from collections.abc import Iterator, Sequence

from signalcraft.model.alert import Alert
from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.model.service import Service
from signalcraft.model.workspace import Workspace
from signalcraft.review.projection import Projection
from signalcraft.routing.dispatch import Dispatch


class Doubts:
    """Whether what happens to an alert depends on what is known only after the apply."""

    def __init__(self, projection: Projection) -> None:
        self._after = projection.after
        unknown = [(id, self._after.resources.get(id)) for id in projection.unknown]
        self._ids = set(projection.unknown)
        self._rules = [rule for _, rule in unknown if isinstance(rule, RoutingRule)]
        self._services = {body.name for _, body in unknown if isinstance(body, Service)}
        self._settings = any(isinstance(body, Workspace) for _, body in unknown)
        rules = self._after.all(RoutingRule).values()
        self._follows_the_clock = any(rule.windows and rule.time_zone is None for rule in rules)
        # Of a resource that can't be made out at all it isn't known where it belongs.
        self._anything = any(body is None and id.startswith("rule_") for id, body in unknown)

    def about(self, alert: Alert, dispatched: Dispatch) -> bool:
        """Whether an alert may end up otherwise than it was dispatched."""
        if not self._ids:
            return False
        decision = dispatched.decision
        if self._anything or self._comes_first(decision.rule_ids):
            return True
        if decision.by != "rule" and alert.service in self._services:
            return True
        if self._settings and (decision.by != "rule" or self._follows_the_clock):
            return True
        policies = {*decision.escalation_policy_ids, *dispatched.reached_nobody}
        if any(id in self._ids for policy in policies for id in self._behind(policy)):
            return True
        people = {id for step in dispatched.steps for id in step.user_ids}
        named = people | ({decision.team_id} if decision.team_id else set())
        return not named <= self._after.resources.keys()

    def _comes_first(self, rule_ids: Sequence[str]) -> bool:
        """Whether an unknown rule is read before the last one that decides, or is that one."""
        decided = self._after.all(RoutingRule).get(rule_ids[-1]) if rule_ids else None
        if decided is None or decided.continue_:
            return bool(self._rules)
        place = decided.priority, decided.name
        return any((rule.priority, rule.name) <= place for rule in self._rules)

    def _behind(self, policy_id: str) -> Iterator[str]:
        """The policy, and all that it names."""
        policy = self._after.all(EscalationPolicy).get(policy_id)
        yield policy_id
        if policy:
            yield from (target.id for rule in policy.rules for target in rule.targets)
