"""Answers that are worked out here, from an exported file for one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

import click
from whenever import Instant

from signalcraft.client import OnCall, RoutingResult, Shift
from signalcraft.client.questions import PolicyTimeline, Step, TriedRule
from signalcraft.client.requests import kind_of
from signalcraft.client.stored import B
from signalcraft.model.alert import Alert
from signalcraft.model.export import Export, ExportedOverride, UnreadableExport, read_export
from signalcraft.model.resource import Resource
from signalcraft.oncall.instants import read_instant
from signalcraft.oncall.override import Override
from signalcraft.review.snapshot import Snapshot

# As many as a server answers with.
_MAX_SHIFTS = 10_000


class SnapshotSource:
    """A workspace whose whole configuration is at hand."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def snapshot(self) -> Snapshot:
        """All of the configuration."""
        return self._snapshot

    def changes_since(self, revision: int) -> None:  # noqa: ARG002 — as in every source
        """A configuration at hand has no feed."""
        return

    def digest_key(self) -> None:
        """Only a server has a key."""
        return

    def all(self, kind: type[B]) -> Mapping[str, B]:
        """The resources of a kind, by id."""
        return self._snapshot.all(kind)

    def some(self, kind: type[B], ids: Collection[str]) -> Mapping[str, B]:
        """Those of the resources with these ids that there are, by id."""
        return {id: body for id, body in self.all(kind).items() if id in ids}

    def find(self, kind: type[B], key: str) -> tuple[str, B] | None:
        """The resource with this name (users: e-mail address), with its id."""
        fold = kind_of(kind).fold
        return next(
            (
                (id, body)
                for id, body in self.all(kind).items()
                if fold(str(getattr(body, kind.NATURAL_KEY))) == fold(key)
            ),
            None,
        )

    def leaving(self, kind: type[Resource], ids: Collection[str]) -> frozenset[str]:  # noqa: ARG002 — as in every source
        """Those of these resources that are marked for deletion, which an export doesn't say."""
        return self._snapshot.leaving.intersection(ids)

    def workspace_zone(self) -> str:
        """The IANA time zone of the workspace."""
        return self._snapshot.workspace.time_zone

    def on_call(self, schedule_id: str, at: Instant) -> OnCall:
        """Who is on call on a schedule at an instant."""
        found = self._snapshot.rosters[schedule_id].on_call(at)
        return OnCall(schedule_id=schedule_id, at=at, **found._asdict())

    def on_call_everywhere(self, at: Instant) -> Iterable[OnCall]:
        """Who is on call on each schedule at an instant."""
        return (self.on_call(schedule_id, at) for schedule_id in sorted(self._snapshot.rosters))

    def shifts(self, schedule_id: str, start: Instant, end: Instant) -> Sequence[Shift]:
        """The shifts of a schedule between two instants."""
        found = self._snapshot.rosters[schedule_id].shifts(start, end, at_most=_MAX_SHIFTS)
        return [Shift.model_validate(shift) for shift in found]

    def schedule_changes(self, schedule_id: str, start: Instant, end: Instant) -> tuple[()]:  # noqa: ARG002 — as in every source
        """A configuration at hand has no past."""
        return ()

    def test_routing(
        self, alerts: Sequence[Alert], at: Instant, *, explain: bool = False
    ) -> Sequence[RoutingResult]:
        """Where alerts go that open at an instant, and whom that pages; with `explain`, also every
        rule that was tried.
        """
        return [self._test_routing(alert, at, explain=explain) for alert in alerts]

    def _test_routing(self, alert: Alert, at: Instant, *, explain: bool) -> RoutingResult:
        explained, happens = self._snapshot.explain(alert, at)
        tried = explained.tried if explain else ()
        told: dict[str, Any] = asdict(happens.decision)
        return RoutingResult(
            **told,
            reached_nobody=happens.reached_nobody,
            timelines=tuple(
                PolicyTimeline(
                    escalation_policy_id=id,
                    steps=tuple(Step.model_validate(step) for step in timeline.steps),
                )
                for id, timeline in happens.timelines.items()
            ),
            tried=tuple(TriedRule.model_validate(result) for result in tried),
        )


class FileSource(SnapshotSource):
    """A workspace in a file that `signalcraft export` made."""

    @classmethod
    def read(cls, file: Path) -> Self:
        """The workspace in a file. Raises `click.ClickException` with all that is wrong with it."""
        try:
            return cls(_snapshot(read_export(file.read_bytes())))
        except UnreadableExport as error:
            raise click.ClickException(f"{file}: {error}") from None


def _snapshot(export: Export) -> Snapshot:
    overrides: dict[str, list[Override]] = {}
    for order, exported in enumerate(export.overrides):
        overrides.setdefault(exported.schedule_id, []).append(_override(exported, order))
    bodies = {resource.id: resource.draft.resource for resource in export.resources}
    return Snapshot({id: body for id, body in bodies.items() if body is not None}, overrides)


def _override(exported: ExportedOverride, order: int) -> Override:
    return Override(
        exported.id,
        exported.participant,
        read_instant(exported.starts_at),
        read_instant(exported.ends_at),
        order,
    )
