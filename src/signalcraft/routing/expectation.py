"""What a test of a configuration expects of an alert, and where that differs from what happens."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from signalcraft.model.conditions import Severity
from signalcraft.routing.router import Decision, Outcome


@dataclass(frozen=True, slots=True)
class Expectation:
    """Where an alert should go. What is None, or not in `people`, is not asked about.

    `escalation_policy_ids` are all of the policies that it should go to.

    `people` are the ids of the users who should be paged at a minute after the alert opened:
    all of them, and nobody else at that minute.
    """

    outcome: Outcome | None = None
    severity: Severity | None = None
    team_id: str | None = None
    escalation_policy_ids: AbstractSet[str] | None = None
    people: Mapping[int, AbstractSet[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something that came out otherwise: `severity`, say, or `minute 15`.

    What was expected, and got, are texts or ids; of people, in the order of their ids.
    """

    what: str
    expected: Sequence[str]
    got: Sequence[str]


def mismatches(
    expected: Expectation, decision: Decision, paged: Mapping[int, AbstractSet[str]]
) -> Iterator[Mismatch]:
    """Where what happens to an alert differs from what is expected; nothing if the test passes.

    `paged` are the ids of the users who are paged, by minute after the alert opened.
    """
    parts = (
        ("outcome", expected.outcome, decision.outcome),
        ("severity", expected.severity, decision.severity),
        ("team", expected.team_id, decision.team_id),
    )
    for what, wanted, got in parts:
        if wanted is not None and wanted != got:
            yield Mismatch(what, (wanted,), () if got is None else (got,))
    policies, got_policies = expected.escalation_policy_ids, decision.escalation_policy_ids
    if policies is not None and policies != set(got_policies):
        yield Mismatch("policy", sorted(policies), got_policies)
    for minute, people in sorted(expected.people.items()):
        got_people = paged.get(minute, set())
        if got_people != people:
            yield Mismatch(f"minute {minute}", sorted(people), sorted(got_people))
