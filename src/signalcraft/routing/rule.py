"""Whether a routing rule matches an alert, and because of what."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from signalcraft.model.routing_rule import RoutingRule
from signalcraft.model.weekly_window import WeeklyWindow
from signalcraft.oncall.budget import spend
from signalcraft.oncall.local_time import END, UtcNanos, clock
from signalcraft.oncall.weekly_windows import WeeklyWindows, weekly_windows
from signalcraft.routing.conditions import CannotEvaluate, Texts, compile_condition


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What came of trying a rule.

    `condition` is the index of the condition that decided: the first that doesn't hold
    of a rule that needs `all`, the first that holds of one that needs `any`; None where all of them
    did, or none. `diagnostic` says of the first condition that could not be evaluated why not: it
    counts as one that doesn't hold. `outside_windows` says that the rule doesn't apply when the
    alert opens, so no condition was evaluated.
    """

    rule_id: str
    matched: bool
    condition: int | None
    diagnostic: str | None
    outside_windows: bool = False


class CompiledRule:
    """A routing rule, ready to be tried. `time_zone` is that of windows without one of their own."""

    __slots__ = ("_clock", "_deciding", "_tests", "_windows", "action", "goes_on", "id")

    def __init__(self, rule_id: str, rule: RoutingRule, time_zone: str) -> None:
        self.id = rule_id
        self.action = rule.action
        self.goes_on = rule.continue_
        self._tests = [compile_condition(condition) for condition in rule.conditions]
        # A rule that needs any is decided by a condition that holds; one that needs all, by one
        # that doesn't. One without conditions matches every alert.
        self._deciding = rule.match == "any" and bool(rule.conditions)
        self._windows = _compiled(rule.windows)
        self._clock = clock(rule.time_zone or time_zone)

    def evaluate(self, texts: Texts, at: UtcNanos) -> RuleResult:
        """Whether the rule matches an alert that says this and opens at an instant."""
        spend(2 + len(self._tests))
        if not self.applies(at):
            return RuleResult(
                self.id, matched=False, condition=None, diagnostic=None, outside_windows=True
            )
        diagnostic = None
        for i, test in enumerate(self._tests):
            try:
                holds = test(texts)
            except CannotEvaluate as error:
                holds = False
                diagnostic = diagnostic or f"Condition {i + 1}: {error}"
            if holds is self._deciding:
                return RuleResult(self.id, self._deciding, i, diagnostic)
        return RuleResult(self.id, not self._deciding, None, diagnostic)

    def applies(self, at: UtcNanos) -> bool:
        """Whether an instant is within the rule's windows; always if it has none."""
        return self._windows is None or self._windows.covers(self._clock, at)

    def applies_from(self, at: UtcNanos) -> UtcNanos:
        """The first instant, from one on, at which the rule applies."""
        # A window that the clocks skip is empty: then it is one after that.
        while not self.applies(at):
            at = self.next_change(at)
        return at

    def next_change(self, at: UtcNanos) -> UtcNanos:
        """When, after an instant, a window of the rule next starts or ends."""
        if self._windows is None:
            return END
        _, until, _ = self._windows.interval(self._clock, at)
        return until


@lru_cache(maxsize=4096)  # Many rules apply in the same office hours.
def _compiled(windows: Sequence[WeeklyWindow]) -> WeeklyWindows | None:
    return weekly_windows(windows)
