"""Which alerts go elsewhere, or page other people, than before."""

from collections.abc import Sequence
from dataclasses import dataclass

from signalcraft.review.doubts import Doubts
from signalcraft.review.projection import Projection
from signalcraft.review.samples import Sample
from signalcraft.review.verdict import Verdict, told


@dataclass(frozen=True, slots=True)
class Rerouting:
    """Sample alerts to all of which the same happens, before and after."""

    samples: tuple[Sample, ...]
    before: Verdict
    after: Verdict

    @property
    def is_newly_unreached(self) -> bool:
        """Whether somebody was paged, and nobody will be, without a rule that suppresses it."""
        return bool(self.before.pages) and self.after.is_unreached


@dataclass(frozen=True, slots=True)
class Reroutings:
    """What becomes of sample alerts: those that change, how many don't, and those of which it
    can't be told before the apply.
    """

    changed: tuple[Rerouting, ...]
    unchanged: int
    unknown: tuple[Sample, ...]

    @property
    def newly_unreached(self) -> tuple[Rerouting, ...]:
        """Those that paged somebody, and will page nobody."""
        return tuple(each for each in self.changed if each.is_newly_unreached)


@dataclass(frozen=True, slots=True)
class SampleOutcome:
    """What happens to a sample alert before and after; `after` is None where that can't be told
    before the apply.
    """

    sample: Sample
    before: Verdict
    after: Verdict | None


def sample_outcomes(projection: Projection, samples: Sequence[Sample]) -> list[SampleOutcome]:
    """What happens to alerts.

    Raises `TimeOutOfRange` outside the years 1970 to 2200.
    """
    doubts = Doubts(projection)
    found = []
    for sample in samples:
        before = told(projection.before, projection.before.route(sample.alert, sample.at))
        dispatched = projection.after.route(sample.alert, sample.at)
        doubtful = doubts.about(sample.alert, dispatched)
        after = None if doubtful else told(projection.after, dispatched)
        found.append(SampleOutcome(sample, before, after))
    return found


def reroutings(outcomes: Sequence[SampleOutcome]) -> Reroutings:
    """What changes about sample alerts: those to which the same happens are put together."""
    groups: dict[tuple[Verdict, Verdict], list[Sample]] = {}
    unknown = []
    unchanged = 0
    for sample, before, after in ((o.sample, o.before, o.after) for o in outcomes):
        if after is None:
            unknown.append(sample)
        elif before.effect == after.effect:
            unchanged += 1
        else:
            groups.setdefault((before, after), []).append(sample)
    changed = [Rerouting(tuple(found), *verdicts) for verdicts, found in groups.items()]
    changed.sort(key=lambda each: not each.is_newly_unreached)  # The worst first.
    return Reroutings(tuple(changed), unchanged, tuple(unknown))
