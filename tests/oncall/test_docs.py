"""Every example of docs/on-call.md does what the page says."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from whenever import Instant, OffsetDateTime

from signalcraft.model.alert import Alert
from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.model.schedule import Schedule
from signalcraft.oncall.directory import Directory
from signalcraft.oncall.escalation import timeline
from signalcraft.oncall.override import Override
from signalcraft.oncall.roster import Roster
from signalcraft.routing.router import Router
from tests.oncall.people import an_id, at, names, participant, team, teams, tell

PAGE = Path(__file__).parents[2] / "docs" / "on-call.md"
FENCE = re.compile(r"^```(\w+) (\w+)(?: ([^\n]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DIRECTORY = Directory({}, teams(empty="", crew="ben eve"))
DEFAULT = "catch all"
T = TypeVar("T", Schedule, EscalationPolicy, RoutingRule)


@dataclass
class Reader:
    """Reads the page from top to bottom: what stands above an answer is what it is about."""

    schedule: Schedule | None = None
    overrides: list[Override] = field(default_factory=list)
    policy: EscalationPolicy | None = None
    router: Router | None = None
    alert: Alert | None = None
    policies: dict[str, str] = field(default_factory=dict)

    def read(self, what: str, text: str) -> None:
        written = json.loads(text)
        match what:
            case "schedule":
                for rotation in written["rotations"]:
                    rotation["participants"] = list(map(named, rotation["participants"]))
                self.schedule, self.overrides = parse(Schedule, written), []
            case "override":
                self.overrides.append(
                    Override(
                        an_id("ovr", "x"),
                        named(written["participant"]),
                        OffsetDateTime.parse_iso(written["starts_at"]).to_instant(),
                        OffsetDateTime.parse_iso(written["ends_at"]).to_instant(),
                        len(self.overrides),
                    )
                )
            case "escalation_policy":
                for rule in written["rules"]:
                    for target in rule["targets"]:
                        target["id"] = an_id(target["type"], target["id"])
                self.policy = parse(EscalationPolicy, written)
            case "routing_rules":
                self.router = Router(
                    {rule["name"]: parse(RoutingRule, self.named(rule)) for rule in written},
                    {},
                    DEFAULT,
                    "Europe/Berlin",
                )
            case _:
                self.alert = Alert(**written)

    def named(self, rule: dict[str, Any]) -> dict[str, Any]:
        if called := rule["action"].get("escalate_to"):
            policy_id = rule["action"]["escalate_to"] = an_id("esc", called)
            self.policies[policy_id] = called
        return rule

    def answers(self, question: str, when: str) -> list[str]:
        match question:
            case "shifts":
                assert self.schedule
                start, end = re.findall(r"\S+ \S+", when)
                return list(
                    tell(Roster(self.schedule, self.overrides, DIRECTORY.people), start, end)
                )
            case "timeline":
                assert self.policy
                return [
                    f"minute {step.minute}: " + (names(step.user_ids) or "nobody")
                    for step in timeline(self.policy, at(when), DIRECTORY).steps
                ]
            case _:
                return list(self.explanation(at(when or "2026-01-05 12:00Z")))

    def explanation(self, opens: Instant) -> Iterator[str]:
        assert self.router
        assert self.alert
        explained = self.router.explain(self.alert, opens)
        for result in explained.tried:
            why = "" if result.condition is None else f", condition {result.condition + 1}"
            if result.outside_windows:
                why = ", outside its windows"
            if result.diagnostic:
                why = f", {result.diagnostic[0].lower()}{result.diagnostic[1:]}"
            yield f"{result.rule_id}: {'yes' if result.matched else 'no'}{why}"
        decision = explained.decision
        called = [self.policies.get(id, DEFAULT) for id in decision.escalation_policy_ids]
        to = f" to {' and '.join(called)}" if called else ""
        yield f"{decision.outcome} by {decision.by}{to}, {decision.severity}"


def named(called: str) -> str:
    """The id of a participant; the page's only teams are those of `DIRECTORY`."""
    is_team = team(called) in DIRECTORY.people.members
    return team(called) if is_team else participant(called)


def parse(kind: type[T], written: Any) -> T:
    return kind.model_validate_json(json.dumps(written))


def test_every_example_of_the_page_is_true() -> None:
    reader = Reader()
    answered = 0
    for language, what, when, text in FENCE.findall(PAGE.read_text()):
        if language == "json":
            reader.read(what, text)
        else:
            assert reader.answers(what, when) == text.splitlines()
            answered += 1
    assert answered == 14
