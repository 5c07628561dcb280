"""Asking a server, or a file, what a review promised."""

from collections.abc import Sequence
from dataclasses import replace

from whenever import Instant

from signalcraft.cli.sources.source import Source
from signalcraft.client import RoutingResult
from signalcraft.review.projection import Projection
from signalcraft.review.promise import (
    Difference,
    Promise,
    PromisedAlert,
    PromisedShift,
    clipped,
    differences,
    joined,
    promised_shifts,
)
from signalcraft.review.snapshot import Snapshot
from signalcraft.review.verdict import Verdict, pages, verdict


def broken(promise: Promise, source: Source, now: Instant) -> list[Difference]:
    """Where the answers of a source differ from what was promised.

    Who was on call before now is what was in force then: shifts are compared from now on.
    """
    snapshot = source.snapshot()
    answers = _answers(promise.alerts, source)
    verdicts = [_verdict(answer, snapshot) for answer in answers]
    start = min(max(promise.start, now), promise.end)
    shifts = {
        roster.name: joined(
            PromisedShift(snapshot.emails(shift.user_ids), shift.starts_at, shift.ends_at)
            for shift in source.shifts(id, start, promise.end)
        )
        for id, roster in snapshot.rosters.items()
    }
    schedules = tuple(clipped(schedule, start) for schedule in promise.schedules)
    return list(differences(replace(promise, schedules=schedules), verdicts, shifts))


def moved(promise: Promise, projection: Projection) -> list[Difference]:
    """Where what is promised now differs from what was promised before."""
    after, start, end = projection.after, promise.start, promise.end
    verdicts = [verdict(after, promised.alert, promised.at) for promised in promise.alerts]
    shifts = {
        roster.name: promised_shifts(after, id, start, end) for id, roster in after.rosters.items()
    }
    return list(differences(promise, verdicts, shifts))


def _answers(alerts: Sequence[PromisedAlert], source: Source) -> list[RoutingResult]:
    """What a source says of alerts, in order; those that open at the same time are one question."""
    by_opening: dict[Instant, list[int]] = {}
    for i, promised in enumerate(alerts):
        by_opening.setdefault(promised.at, []).append(i)
    found: dict[int, RoutingResult] = {}
    for at, places in by_opening.items():
        asked = [alerts[i].alert for i in places]
        found |= zip(places, source.test_routing(asked, at), strict=True)
    return [found[i] for i in range(len(alerts))]


def _verdict(answer: RoutingResult, snapshot: Snapshot) -> Verdict:
    return Verdict(
        outcome=answer.outcome,
        severity=answer.severity,
        team=snapshot.name(answer.team_id),
        policies=snapshot.names(answer.escalation_policy_ids),
        pages=pages(snapshot, answer.steps),
        by=answer.by,
        rules=snapshot.names(answer.rule_ids),
        reached_nobody=snapshot.names(answer.reached_nobody),
    )
