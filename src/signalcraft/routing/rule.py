"""Whether a routing rule matches an alert, and because of what."""

from dataclasses import dataclass

from signalcraft.model.routing_rule import RoutingRule
from signalcraft.oncall.budget import spend
from signalcraft.routing.conditions import CannotEvaluate, Texts, compile_condition


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What came of trying a rule.

    `condition` is the index of the condition that decided: the first that doesn't hold of a rule
    that needs `all`, the first that holds of one that needs `any`; None where all of them did,
    or none. `diagnostic` says of the first condition that could not be evaluated why not: it
    counts as one that doesn't hold.
    """

    rule_id: str
    matched: bool
    condition: int | None
    diagnostic: str | None


class CompiledRule:
    """A routing rule, ready to be tried."""

    __slots__ = ("_deciding", "_tests", "action", "goes_on", "id")

    def __init__(self, rule_id: str, rule: RoutingRule) -> None:
        self.id = rule_id
        self.action = rule.action
        self.goes_on = rule.continue_
        self._tests = [compile_condition(condition) for condition in rule.conditions]
        # A rule that needs any is decided by a condition that holds; one that needs all, by one
        # that doesn't. One without conditions matches every alert.
        self._deciding = rule.match == "any" and bool(rule.conditions)

    def evaluate(self, texts: Texts) -> RuleResult:
        """Whether the rule matches an alert that says this."""
        diagnostic = None
        spend(2 + len(self._tests))
        for i, test in enumerate(self._tests):
            try:
                holds = test(texts)
            except CannotEvaluate as error:
                holds = False
                diagnostic = diagnostic or f"Condition {i + 1}: {error}"
            if holds is self._deciding:
                return RuleResult(self.id, self._deciding, i, diagnostic)
        return RuleResult(self.id, not self._deciding, None, diagnostic)
