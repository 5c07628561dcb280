"""What a test expects, with ids in place of the names that its file has."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache

import click

from signalcraft.cli.render.people import look_up_person
from signalcraft.cli.sources.source import Source, look_up
from signalcraft.cli.testing.cases import Case
from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.team import Team
from signalcraft.routing.expectation import Expectation

Find = Callable[[str], str]
"""The id of what a name means. Raises `click.ClickException`."""


class Names:
    """Finds what the names in test files mean, and notes those that mean nothing."""

    def __init__(self, source: Source) -> None:
        self.mistakes: list[str] = []
        """`payments.test.yaml:12: There is no team called 'Paymets'. Did you mean 'Payments'?`"""
        # Tests name the same few things again and again.
        self._team: Find = cache(lambda called: look_up(source, Team, "team", called)[0])
        self._policy: Find = cache(
            lambda called: look_up(source, EscalationPolicy, "escalation policy", called)[0]
        )
        self._person: Find = cache(lambda called: look_up_person(source, called)[0])

    def expectation(self, case: Case) -> Expectation:
        """What a test expects, without what could not be found."""
        expected = case.expected
        return Expectation(
            outcome=expected.outcome,
            severity=expected.severity,
            escalation_policy_ids=self._policies(case, expected.policy),
            team_id=self._found(case, ("team",), self._team, expected.team),
            people={
                minute: frozenset(self._people(case, minute, called))
                for minute, called in expected.people.items()
            },
        )

    def _policies(self, case: Case, called: str | Sequence[str] | None) -> frozenset[str] | None:
        if called is None:
            return None
        named = (
            [((), called)] if isinstance(called, str) else [((i,), n) for i, n in enumerate(called)]
        )
        found = (self._found(case, ("policy", *at), self._policy, name) for at, name in named)
        return frozenset(id for id in found if id is not None)

    def _people(self, case: Case, minute: int, called: Sequence[str]) -> Iterator[str]:
        for i, person in enumerate(called):
            found = self._found(case, ("people", str(minute), i), self._person, person)
            if found is not None:
                yield found

    def _found(
        self, case: Case, path: tuple[str | int, ...], find: Find, called: str | None
    ) -> str | None:
        if called is None:
            return None
        try:
            return find(called)
        except click.ClickException as error:
            self.mistakes.append(f"{case.place('expect', *path)}: {error.message}")
            return None
