"""How an escalation unfolds: who is paged, and when."""

from collections.abc import Iterator
from dataclasses import dataclass

from whenever import Instant, TimeDelta

from signalcraft.model.escalation_policy import EscalationPolicy, EscalationRule, TargetType, Who
from signalcraft.oncall.budget import spend
from signalcraft.oncall.directory import Directory


@dataclass(frozen=True, slots=True)
class ReachedTarget:
    """A target of a step, and the users whom it reaches at that minute."""

    type: TargetType
    id: str
    who: Who
    user_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What happens at a minute after the alert opened, unless somebody acknowledges it before.

    `rule` is the index of the policy's rule, and `repetition` counts from 0. `user_ids` are the
    people paged, each once, in the order of the targets; empty for a gap.
    """

    minute: int
    repetition: int
    rule: int
    targets: tuple[ReachedTarget, ...]
    user_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps of an escalation policy for one alert, in order of time."""

    steps: tuple[Step, ...]

    @property
    def reaches_nobody(self) -> bool:
        """Whether no step pages anyone."""
        return not any(step.user_ids for step in self.steps)


def timeline(policy: EscalationPolicy, opened_at: Instant, directory: Directory) -> Timeline:
    """How a policy escalates an alert that opened at an instant and that nobody acknowledges.

    Every rule is one step of each repetition: at its delay after the repetition's start, or sooner,
    since a step that reaches nobody brings the next one of its repetition that reaches someone
    forward to its minute. Each step pages whom its targets reach at the minute that it happens.
    Raises `TimeOutOfRange` outside the years 1970 to 2200.
    """
    return Timeline(tuple(_steps(policy, opened_at, directory)))


def reaches_nobody(policy: EscalationPolicy, opened_at: Instant, directory: Directory) -> bool:
    """Whether no step of the policy's timeline pages anyone, at the cost of the first that does."""
    return not any(step.user_ids for step in _steps(policy, opened_at, directory))


def _steps(policy: EscalationPolicy, opened_at: Instant, directory: Directory) -> Iterator[Step]:
    for repetition in range(policy.repeat_times + 1):
        start = repetition * (policy.repeat_after_minutes or 0)
        yield from _Repetition(policy.rules, repetition, start, opened_at, directory).steps()


@dataclass(frozen=True, slots=True)
class _Repetition:
    rules: tuple[EscalationRule, ...]
    number: int
    start: int
    opened_at: Instant
    directory: Directory

    def steps(self) -> Iterator[Step]:
        brought_forward: set[int] = set()
        for rule, written in enumerate(self.rules):
            if rule in brought_forward:
                continue
            step = self._step(rule, self.start + written.delay_minutes)
            yield step
            if not step.user_ids:
                instead = self._next_that_reaches_someone(step)
                # One that was brought forward before has paged someone already.
                if instead is not None and instead.rule not in brought_forward:
                    brought_forward.add(instead.rule)
                    yield instead

    def _next_that_reaches_someone(self, gap: Step) -> Step | None:
        later = range(gap.rule + 1, len(self.rules))
        steps = (self._step(rule, gap.minute) for rule in later)
        return next((step for step in steps if step.user_ids), None)

    def _step(self, rule: int, minute: int) -> Step:
        at = self.opened_at + TimeDelta(minutes=minute)
        targets = tuple(
            ReachedTarget(target.type, target.id, target.who, self.directory.reached(target, at))
            for target in self.rules[rule].targets
        )
        # Each is listed twice: with the target, and with the step.
        spend(len(targets) + 2 * sum(len(target.user_ids) for target in targets))
        people = dict.fromkeys(user for target in targets for user in target.user_ids)
        return Step(minute, self.number, rule, targets, tuple(people))
