"""What came of tests of a configuration."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from signalcraft.cli.render.people import People
from signalcraft.cli.sources.source import Source
from signalcraft.cli.testing.cases import Case, WrongTests
from signalcraft.cli.testing.resolved import Names
from signalcraft.client import RoutingResult
from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.team import Team
from signalcraft.routing.expectation import Expectation, Mismatch, mismatches
from signalcraft.routing.router import Decision


@dataclass(frozen=True)
class TestResult:
    """A test, and everything that came out otherwise than it expects; nothing if it passed."""

    case: Case
    failures: Sequence[str]
    """`minute 0: expected Ada Lovelace, got nobody`."""


def evaluate(source: Source, cases: Sequence[Case]) -> list[TestResult]:
    """Runs tests. Raises `WrongTests` for names in them that mean nothing."""
    names = Names(source)
    expectations = [names.expectation(case) for case in cases]
    if names.mistakes:
        raise WrongTests("\n".join(names.mistakes))
    found = [
        (case, list(_differences(source, case, expected)))
        for case, expected in zip(cases, expectations, strict=True)
    ]
    called = _names(source, [difference for _, of_case in found for _, difference in of_case])
    return [
        TestResult(case, [_told(case, *difference, called) for difference in of_case])
        for case, of_case in found
    ]


def _differences(
    source: Source, case: Case, expected: Expectation
) -> Iterator[tuple[int, Mismatch]]:
    """The mismatches, each with the number of its alert."""
    for i, result in enumerate(source.test_routing(case.alerts, case.at)):
        for difference in mismatches(expected, _decision(result), _paged(result)):
            yield i, difference


def _decision(result: RoutingResult) -> Decision:
    return Decision(
        result.outcome,
        result.by,
        result.rule_ids,
        result.severity,
        result.team_id,
        result.escalation_policy_ids,
    )


def _paged(result: RoutingResult) -> Mapping[int, frozenset[str]]:
    paged: dict[int, frozenset[str]] = {}
    for step in result.steps:
        paged[step.minute] = paged.get(step.minute, frozenset()).union(step.user_ids)
    return paged


def _names(source: Source, found: Sequence[Mismatch]) -> Mapping[str, str]:
    """What everything is called that mismatches are about, by id."""
    ids = {id for difference in found for id in (*difference.expected, *difference.got)}
    people = People.of(source, (id for id in ids if id.startswith("user_")))
    teams = source.some(Team, [id for id in ids if id.startswith("team_")])
    policies = source.some(EscalationPolicy, [id for id in ids if id.startswith("esc_")])
    named = {id: body.name for id, body in [*teams.items(), *policies.items()]}
    return named | {id: people.name(id) for id in ids if id.startswith("user_")}


def _told(case: Case, alert: int, difference: Mismatch, called: Mapping[str, str]) -> str:
    nothing = "nobody" if difference.what.startswith("minute") else "none"
    expected, got = (
        ", ".join(sorted(called.get(id, id) for id in ids)) or nothing
        for ids in (difference.expected, difference.got)
    )
    which = f"alert {alert + 1}, " if len(case.alerts) > 1 else ""
    return f"{which}{difference.what}: expected {expected}, got {got}"
