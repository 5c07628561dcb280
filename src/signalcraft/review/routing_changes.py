"""Which alerts go elsewhere, or page other people, than before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from whenever import Instant

from signalcraft.model.alert import Alert
from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.model.service import Service
from signalcraft.model.workspace import Workspace
from signalcraft.review.projection import Projection
from signalcraft.review.samples import Sample
from signalcraft.review.verdict import Verdict, told
from signalcraft.routing.dispatch import Dispatch


@dataclass(frozen=True, slots=True)
class Rerouting:
    """Sample alerts to all of which the same happens, before and after."""

    samples: tuple[Sample, ...]
    before: Verdict
    after: Verdict

    @property
    def is_newly_unreached(self) -> bool:
        """Whether somebody was paged, and nobody will be, without a rule that suppresses it."""
        return bool(self.before.pages) and self.after.is_unreached


@dataclass(frozen=True, slots=True)
class Reroutings:
    """What becomes of sample alerts: those that change, how many don't, and those of which it
    can't be told before the apply.
    """

    changed: tuple[Rerouting, ...]
    unchanged: int
    unknown: tuple[Sample, ...]

    @property
    def newly_unreached(self) -> tuple[Rerouting, ...]:
        """Those that paged somebody, and will page nobody."""
        return tuple(each for each in self.changed if each.is_newly_unreached)


def reroutings(projection: Projection, samples: Sequence[Sample], at: Instant) -> Reroutings:
    """What becomes of alerts that open at an instant.

    Raises `TimeOutOfRange` outside the years 1970 to 2200.
    """
    doubts = _Doubts(projection)
    groups: dict[tuple[Verdict, Verdict], list[Sample]] = {}
    unknown = []
    unchanged = 0
    for sample in samples:
        before = told(projection.before, projection.before.route(sample.alert, at))
        dispatched = projection.after.route(sample.alert, at)
        after = told(projection.after, dispatched)
        if doubts.about(sample.alert, dispatched):
            unknown.append(sample)
        elif before.effect == after.effect:
            unchanged += 1
        else:
            groups.setdefault((before, after), []).append(sample)
    changed = [Rerouting(tuple(found), *verdicts) for verdicts, found in groups.items()]
    changed.sort(key=lambda each: not each.is_newly_unreached)  # The worst first.
    return Reroutings(tuple(changed), unchanged, tuple(unknown))


class _Doubts:
    """Whether what happens to an alert depends on what is known only after the apply."""

    def __init__(self, projection: Projection) -> None:
        self._after = projection.after
        unknown = [(id, self._after.resources.get(id)) for id in projection.unknown]
        self._ids = set(projection.unknown)
        self._rules = [rule for _, rule in unknown if isinstance(rule, RoutingRule)]
        self._services = {body.name for _, body in unknown if isinstance(body, Service)}
        self._settings = any(isinstance(body, Workspace) for _, body in unknown)
        # Of a resource that can't be made out at all it isn't known where it belongs.
        self._anything = any(body is None and id.startswith("rule_") for id, body in unknown)

    def about(self, alert: Alert, dispatched: Dispatch) -> bool:
        """Whether an alert may end up otherwise than it was dispatched."""
        if not self._ids:
            return False
        decision = dispatched.decision
        if self._anything or self._comes_first(decision.rule_id):
            return True
        if decision.by != "rule" and alert.service in self._services:
            return True
        if decision.by != "rule" and self._settings:
            return True
        policies = {decision.escalation_policy_id, dispatched.reached_nobody}
        if any(id in self._ids for policy in policies for id in self._behind(policy)):
            return True
        people = {id for step in dispatched.timeline.steps for id in step.user_ids}
        named = people | ({decision.team_id} if decision.team_id else set())
        return not named <= self._after.resources.keys()

    def _comes_first(self, rule_id: str | None) -> bool:
        """Whether an unknown rule is read before the one that decides, or is that one."""
        decided = self._after.all(RoutingRule).get(rule_id or "")
        if decided is None or decided.continue_:
            return bool(self._rules)
        place = decided.priority, decided.name
        return any((rule.priority, rule.name) <= place for rule in self._rules)

    def _behind(self, policy_id: str | None) -> Iterator[str]:
        """The policy, and all that it names."""
        policy = self._after.all(EscalationPolicy).get(policy_id or "")
        if policy_id:
            yield policy_id
        if policy:
            yield from (target.id for rule in policy.rules for target in rule.targets)
