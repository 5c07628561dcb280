"""Where an alert goes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from whenever import Instant

from signalcraft.model.alert import Alert
from signalcraft.model.conditions import Severity
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.oncall.local_time import UtcNanos, nanos
from signalcraft.routing.conditions import Texts
from signalcraft.routing.rule import CompiledRule, RuleResult
from signalcraft.routing.rule_index import RuleIndex

Outcome = Literal["escalated", "suppressed", "unrouted"]
DecidedBy = Literal["rule", "service", "workspace_default"]


@dataclass(frozen=True, slots=True)
class Decision:
    """Where an alert goes, who decided that, and what it becomes.

    `rule_ids` are the rules that escalate or suppress it, in order; of several that escalate to
    one policy, the first. `severity` is the alert's own unless a rule sets one.
    `escalation_policy_ids` are the policies that it goes to, each once, in order.
    """

    outcome: Outcome
    by: DecidedBy | None
    rule_ids: tuple[str, ...]
    severity: Severity | None
    team_id: str | None
    escalation_policy_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision, and what came of every rule that was tried, in order."""

    decision: Decision
    tried: tuple[RuleResult, ...]


class Router:
    """A workspace's routing, ready to be asked; it never changes, so keep it while the rules stay.

    `rules` are the routing rules by id, `service_policies` the escalation policies' ids by the
    name of their service (only of those that have one), `default_policy_id` the workspace's, and
    `time_zone` the zone of rules' windows without one of their own.
    """

    __slots__ = ("_index", "_rules", "_service_policies", "default_policy_id")

    def __init__(
        self,
        rules: Mapping[str, RoutingRule],
        service_policies: Mapping[str, str],
        default_policy_id: str | None,
        time_zone: str,
    ) -> None:
        enabled = [(rule_id, rule) for rule_id, rule in rules.items() if rule.enabled]
        enabled.sort(key=lambda item: (item[1].priority, item[1].name))
        self._rules = tuple(CompiledRule(rule_id, rule, time_zone) for rule_id, rule in enabled)
        self._index = RuleIndex([rule for _, rule in enabled])
        self._service_policies = dict(service_policies)
        self.default_policy_id = default_policy_id

    def route(self, alert: Alert, at: Instant) -> Decision:
        """Where an alert goes that opens at an instant.

        Only rules that the index doesn't rule out are tried, so that ten thousand cost little more
        than ten. The decision is the same as `explain`'s.
        """
        texts = alert.texts()
        candidates = (self._rules[position] for position in self._index.candidates(texts))
        return self._decide(alert, _tried(candidates, texts, nanos(at)))

    def explain(self, alert: Alert, at: Instant) -> Explanation:
        """Where an alert goes that opens at an instant, and why: every rule is tried, until one ends the reading."""
        tried = list(_tried(self._rules, alert.texts(), nanos(at)))
        return Explanation(self._decide(alert, tried), tuple(result for _, result in tried))

    def _decide(self, alert: Alert, tried: Iterable[tuple[CompiledRule, RuleResult]]) -> Decision:
        """Puts together what the matching rules do.

        Of teams and severities the first wins, and the policies add up, each once. Whatever is
        decided first, to escalate or to suppress, no later rule takes back.
        """
        severity: Severity | None = None
        team_id: str | None = None
        suppressing: str | None = None
        escalating: dict[str, str] = {}  # The first rule for each policy.
        for rule in (rule for rule, result in tried if result.matched):
            severity = severity or rule.action.set_severity
            team_id = team_id or rule.action.assign_to
            if suppressing is not None:
                continue
            if rule.action.escalate_to:
                escalating.setdefault(rule.action.escalate_to, rule.id)
            elif rule.action.suppress and not escalating:
                suppressing = rule.id
        severity = severity or alert.severity
        if suppressing is not None:
            return Decision("suppressed", "rule", (suppressing,), severity, team_id, ())
        if escalating:
            rules, policies = tuple(escalating.values()), tuple(escalating)
            return Decision("escalated", "rule", rules, severity, team_id, policies)
        service_policy = self._service_policies.get(alert.service) if alert.service else None
        if service_policy is not None:
            return Decision("escalated", "service", (), severity, team_id, (service_policy,))
        if self.default_policy_id is not None:
            default = (self.default_policy_id,)
            return Decision("escalated", "workspace_default", (), severity, team_id, default)
        return Decision("unrouted", None, (), severity, team_id, ())


def _tried(
    rules: Iterable[CompiledRule], texts: Texts, at: UtcNanos
) -> Iterator[tuple[CompiledRule, RuleResult]]:
    """The rules and what comes of each, up to the first that matches and doesn't say `continue`.

    Each sees the alert as it came.
    """
    for rule in rules:
        result = rule.evaluate(texts, at)
        yield rule, result
        if result.matched and not rule.goes_on:
            return
