"""What happens to an alert, as a person would tell it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from whenever import Instant

from signalcraft.cli.render.instants import tell_instant
from signalcraft.cli.render.people import People
from signalcraft.cli.render.terminal import console, plain_table
from signalcraft.cli.sources.source import Source
from signalcraft.client import RoutingResult
from signalcraft.client.questions import ReachedTarget, Step, TriedRule
from signalcraft.model.alert import Alert
from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.model.schedule import Schedule
from signalcraft.model.team import Team
from signalcraft.review.names import in_a_row
from signalcraft.routing.words import hours_in_words, in_words, what_it_is

# Of rules that don't match, so many are told about: those before the decision are the likeliest.
_TRIED_AT_MOST = 20


@dataclass(frozen=True)
class Told:
    """What happens to an alert, and what all that it is about is called."""

    alert: Alert
    result: RoutingResult
    rules: Mapping[str, RoutingRule]
    names: Mapping[str, str]
    """Of policies, teams and schedules, by id."""
    people: People

    @classmethod
    def of(cls, source: Source, alert: Alert, result: RoutingResult) -> "Told":
        """Looks up what a result is about."""
        targets = [target for step in result.steps for target in step.targets]
        people = {id for step in result.steps for id in step.user_ids}
        people |= {target.id for target in targets if target.type == "user"}
        policies = {*result.escalation_policy_ids, *result.reached_nobody}
        teams = {result.team_id, *(t.id for t in targets if t.type == "team")} - {None}
        schedules = {target.id for target in targets if target.type == "schedule"}
        named = {
            **source.some(EscalationPolicy, policies),
            **source.some(Team, [id for id in teams if id]),
            **source.some(Schedule, schedules),
        }
        return cls(
            alert,
            result,
            source.some(RoutingRule, [tried.rule_id for tried in result.tried]),
            {id: body.name for id, body in named.items()},
            People.of(source, people),
        )

    def name(self, id: str | None) -> str:
        """The name of a policy, team or schedule; its id if it is gone."""
        return self.names.get(id or "", id or "")

    def rule(self, id: str | None) -> str:
        """A rule's name; its id if it is gone."""
        rule = self.rules.get(id or "")
        return rule.name if rule else id or ""

    def for_scripts(self) -> dict[str, Any]:
        """The result with the names beside the ids."""
        result = self.result
        return {
            **result.model_dump(exclude={"timelines", "tried"}),
            "rule_names": [self.rule(id) for id in result.rule_ids],
            "team_name": self.name(result.team_id) or None,
            "escalation_policy_names": [self.name(id) for id in result.escalation_policy_ids],
            "timelines": [
                {
                    "escalation_policy_id": timeline.escalation_policy_id,
                    "escalation_policy_name": self.name(timeline.escalation_policy_id),
                    "steps": [self._step(step) for step in timeline.steps],
                }
                for timeline in result.timelines
            ],
            "tried": [
                tried.model_dump() | {"rule_name": self.rule(tried.rule_id)}
                for tried in result.tried
            ],
        }

    def _step(self, step: Step) -> dict[str, Any]:
        return step.model_dump() | {"users": self.people.shown(step.user_ids)}


def show(told: Told, opened: Instant, zone: str) -> None:
    """Prints the decision, who is paged when, and what was tried."""
    out = console()
    out.print(_headline(told))
    for line in _consequences(told):
        out.print(Padding(line, (0, 0, 0, 2)))
    if told.result.outcome == "escalated":
        out.print(
            "",
            Text(
                f"Paged if it opens {tell_instant(opened, zone)} and nobody acknowledges it:",
                "bold",
            ),
            sep="\n",
        )
        _show_timelines(out, told)
    out.print("", Text("Rules tried, in order:", "bold"), sep="\n")
    _show_tried(out, told)


def _headline(told: Told) -> Text:
    result = told.result
    match result.outcome:
        case "escalated":
            policies = Text(", ").join(
                Text(told.name(id), "bold green") for id in result.escalation_policy_ids
            )
            return Text.assemble("Escalated to ", policies)
        case "suppressed":
            return Text.assemble(("Suppressed", "bold yellow"), ": nobody is paged")
        case "unrouted":
            return Text.assemble(("Unrouted", "bold red"), ": nobody is paged")


def _consequences(told: Told) -> Iterator[str]:
    result = told.result
    yield f"because {_because(told)}"
    if result.reached_nobody and not _is_replaced(told):
        yield f"but {_unreached(told)}"
    if result.team_id:
        yield f"assigned to the team {told.name(result.team_id)}"
    if result.severity and result.severity != told.alert.severity:
        was = f", was {told.alert.severity}" if told.alert.severity else ""
        yield f"severity {result.severity}{was}"


def _is_replaced(told: Told) -> bool:
    """Whether the default policy handles the alert because none of those chosen reaches anyone."""
    result = told.result
    return bool(result.reached_nobody) and not set(result.reached_nobody) & set(
        result.escalation_policy_ids
    )


def _unreached(told: Told) -> str:
    policies = in_a_row([repr(told.name(id)) for id in told.result.reached_nobody])
    return f"{policies} {'reaches' if len(told.result.reached_nobody) == 1 else 'reach'} nobody"


def _because(told: Told) -> str:
    match told.result.by:
        case "rule":
            rules = in_a_row([repr(told.rule(id)) for id in told.result.rule_ids])
            several = len(told.result.rule_ids) > 1
            return f"the rules {rules} match" if several else f"the rule {rules} matches"
        case "service":
            return f"the service {told.alert.service!r} has this policy, and no rule overrides that"
        case "workspace_default" if _is_replaced(told):
            return f"{_unreached(told)}, and this is the workspace's default policy"
        case "workspace_default":
            return "it is the workspace's default policy, and nothing overrides it"
        case None:
            return "no rule or service matches, and the workspace has no default policy"


def _show_timelines(out: Console, told: Told) -> None:
    several = len(told.result.timelines) > 1
    for timeline in told.result.timelines:
        if several:
            out.print(Text(f"  {told.name(timeline.escalation_policy_id)}", "bold"))
        out.print(Padding(_steps(told, timeline.steps), (0, 0, 0, 4 if several else 2)))


def _steps(told: Told, steps: Sequence[Step]) -> Table | str:
    if not steps:
        return "nobody"
    table = plain_table("", "", "")
    table.show_header = False
    table.columns[0].no_wrap = True
    for step in steps:
        when = "at once" if step.minute == 0 else f"after {step.minute:,} min"
        names = [told.people.name(id) for id in step.user_ids]
        who = Text(", ".join(names), "bold") if names else Text("nobody", "red")
        table.add_row(when, who, Text(_targets(told, step), "dim"))
    return table


def _targets(told: Told, step: Step) -> str:
    return ", ".join(_target(told, target) for target in step.targets)


def _target(told: Told, target: ReachedTarget) -> str:
    if target.type == "user":
        return f"user {told.people.name(target.id)}" if not target.user_ids else "named directly"
    which = "" if target.who == "current" else f"{target.who} on "
    return f"{which}{target.type} {told.name(target.id)}"


def _show_tried(out: Console, told: Told) -> None:
    tried = told.result.tried
    if not tried:
        out.print("  none")
        return
    left_out = len(tried) - _TRIED_AT_MOST
    if left_out > 0:
        out.print(f"  … {left_out:,} earlier rules")
    table = plain_table("", "", "")
    table.show_header = False
    for result in tried[-_TRIED_AT_MOST:]:
        mark = Text("yes", "green") if result.matched else Text("no", "dim")
        table.add_row(mark, told.rule(result.rule_id), _why(told, result))
    out.print(Padding(table, (0, 0, 0, 2)))


def _why(told: Told, result: TriedRule) -> Text:
    rule = told.rules.get(result.rule_id)
    if rule is None:
        return Text("")
    if result.outside_windows:
        zone = f" ({rule.time_zone})" if rule.time_zone else ""
        why = Text(f"applies only {hours_in_words(rule.windows)}{zone}")
    elif result.diagnostic:
        why = Text(result.diagnostic, "yellow")
    elif result.condition is not None:
        condition = rule.conditions[result.condition]
        said = in_words(condition)
        needed = f"requires that {said}; {what_it_is(condition, told.alert)}"
        why = Text(said if result.matched else needed)
    elif result.matched:
        said = " and ".join(map(in_words, rule.conditions))
        anything = (
            "matches every alert within its windows" if rule.windows else "matches every alert"
        )
        why = Text(said or anything)
    else:
        why = Text("none of its conditions hold")
    if result.matched and rule.continue_:
        why.append("; evaluation continues", "dim")
    return why
