"""Answers from an exported file, worked out here."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import click
from whenever import Instant, OffsetDateTime

from signalcraft.client import OnCall, RoutingResult, Shift
from signalcraft.client.questions import Step, TriedRule
from signalcraft.client.requests import kind_of
from signalcraft.client.stored import B
from signalcraft.model.alert import Alert
from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.export import Export, ExportedOverride, UnreadableExport, read_export
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.model.schedule import Schedule
from signalcraft.model.service import Service
from signalcraft.model.team import Team
from signalcraft.model.workspace import Workspace
from signalcraft.oncall.directory import Directory
from signalcraft.oncall.override import Override
from signalcraft.oncall.roster import Roster
from signalcraft.routing.dispatch import dispatch
from signalcraft.routing.router import Router

# As many as a server answers with.
_MAX_SHIFTS = 10_000


class FileSource:
    """A workspace in a file that `signalcraft export` made."""

    def __init__(self, export: Export) -> None:
        self._export = export

    @classmethod
    def read(cls, file: Path) -> Self:
        """The workspace in a file. Raises `click.ClickException` with all that is wrong with it."""
        try:
            return cls(read_export(file.read_bytes()))
        except UnreadableExport as error:
            raise click.ClickException(f"{file}: {error}") from None

    def all(self, kind: type[B]) -> Mapping[str, B]:
        """The resources of a kind, by id."""
        return {
            resource.id: resource.draft.resource
            for resource in self._export.of_kind(kind_of(kind).name)
            if isinstance(resource.draft.resource, kind)
        }

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

    def workspace_zone(self) -> str:
        """The IANA time zone of the workspace."""
        return self._workspace.time_zone

    def on_call(self, schedule_id: str, at: Instant) -> OnCall:
        """Who is on call on a schedule at an instant."""
        found = self._rosters[schedule_id].on_call(at)
        return OnCall(schedule_id=schedule_id, at=at, **found._asdict())

    def on_call_everywhere(self, at: Instant) -> Iterable[OnCall]:
        """Who is on call on each schedule at an instant."""
        return (self.on_call(schedule_id, at) for schedule_id in sorted(self._rosters))

    def shifts(self, schedule_id: str, start: Instant, end: Instant) -> Sequence[Shift]:
        """The shifts of a schedule between two instants."""
        found = self._rosters[schedule_id].shifts(start, end, at_most=_MAX_SHIFTS)
        return [Shift.model_validate(shift) for shift in found]

    def test_routing(self, alerts: Sequence[Alert], at: Instant) -> Sequence[RoutingResult]:
        """Where alerts go that open at an instant."""
        return [self._test_routing(alert, at) for alert in alerts]

    def _test_routing(self, alert: Alert, at: Instant) -> RoutingResult:
        explained = self._router.explain(alert)
        happens = dispatch(explained.decision, self._router, at, self._policies, self._directory)
        told: dict[str, Any] = asdict(happens.decision)
        return RoutingResult(
            **told,
            reached_nobody=happens.reached_nobody,
            timeline=tuple(Step.model_validate(step) for step in happens.timeline.steps),
            tried=tuple(TriedRule.model_validate(result) for result in explained.tried),
        )

    @cached_property
    def _workspace(self) -> Workspace:
        return next(iter(self.all(Workspace).values()))

    @cached_property
    def _policies(self) -> Mapping[str, EscalationPolicy]:
        return self.all(EscalationPolicy)

    @cached_property
    def _rosters(self) -> Mapping[str, Roster]:
        return {
            id: Roster(schedule, self._overrides_of(id))
            for id, schedule in self.all(Schedule).items()
        }

    @cached_property
    def _directory(self) -> Directory:
        teams = self.all(Team).items()
        return Directory(self._rosters, {id: team.member_ids for id, team in teams})

    @cached_property
    def _router(self) -> Router:
        return Router(
            self.all(RoutingRule),
            {
                service.name: service.escalation_policy_id
                for service in self.all(Service).values()
                if service.escalation_policy_id
            },
            self._workspace.default_escalation_policy_id,
        )

    def _overrides_of(self, schedule_id: str) -> Iterator[Override]:
        return (
            _override(override)
            for override in self._export.overrides
            if override.schedule_id == schedule_id
        )


def _override(exported: ExportedOverride) -> Override:
    return Override(
        exported.id,
        exported.user_id,
        _instant(exported.starts_at),
        _instant(exported.ends_at),
        _instant(exported.created_at),
    )


def _instant(text: str) -> Instant:
    return OffsetDateTime.parse_iso(text.replace("Z", "+00:00")).to_instant()
