"""What will surprise people about routing: rules that never match, and catch-alls taken away."""

from signalcraft.api.http.call import Call
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.model.workspace import Workspace
from signalcraft.routing.lint import contradiction, is_catch_all
from signalcraft.store.config.records import Record


def default_policy_removed(call: Call, before: Record, after: Workspace) -> list[Mistake]:
    """That the workspace loses its default policy, and nothing replaces it."""
    if after.default_escalation_policy_id or not before.fields["default_escalation_policy_id"]:
        return []
    if any(map(is_catch_all, call.configuration.rules().values())):
        return []
    return [
        Mistake(
            "/default_escalation_policy_id",
            Code.CATCH_ALL_REMOVED,
            "This removes the default escalation policy. Alerts that no rule and no service routes "
            "will page nobody.",
        )
    ]


def rule_warnings(call: Call, rule: RoutingRule, before: Record | None) -> list[Mistake]:
    """What is surprising about a rule that is written. What it has to do with other rules is left to
    `signalcraft lint` and to reviews, which see all of them as they will be.
    """
    found = catch_all_removed(call, before) if before and not is_catch_all(rule) else []
    reason = contradiction(rule) if rule.enabled else None
    if reason is not None:
        found.append(
            Mistake("/conditions", Code.NEVER_MATCHES, f"This rule never matches. {reason}")
        )
    return found


def catch_all_removed(call: Call, before: Record) -> list[Mistake]:
    """That a rule decided about every alert, and nothing else does."""
    was, configuration = before.resource, call.configuration
    if not isinstance(was, RoutingRule) or not is_catch_all(was):
        return []
    others = (rule for id, rule in configuration.rules().items() if id != before.id)
    if configuration.router.default_policy_id or any(map(is_catch_all, others)):
        return []
    return [
        Mistake(
            "",
            Code.CATCH_ALL_REMOVED,
            "This takes away the rule for all other alerts. Alerts that no rule and no service "
            "routes will page nobody: set the workspace's default_escalation_policy_id.",
        )
    ]
