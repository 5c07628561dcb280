"""Answers from a server."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Self

import click
from whenever import Instant

from signalcraft.cli.sources.connection import connect
from signalcraft.client import ApiProblem, Change, Client, OnCall, RoutingResult, Shift, questions
from signalcraft.client.overrides import ScheduleOverride
from signalcraft.client.questions import ScheduleChange
from signalcraft.client.requests import kind_of
from signalcraft.client.stored import B, Stored
from signalcraft.model.alert import Alert
from signalcraft.model.kinds import KINDS, Kind
from signalcraft.model.problem import Slug
from signalcraft.model.resource import Resource
from signalcraft.model.schedule import Schedule
from signalcraft.model.workspace import Workspace
from signalcraft.oncall.override import Override
from signalcraft.review.snapshot import Snapshot

# So many ids make a URL that every proxy takes.
_IDS_AT_ONCE = 100
# So often it is read at most, where it changes meanwhile.
_READINGS = 5
_NO_FEED = frozenset({Slug.FORBIDDEN, Slug.GONE})
# As many alerts as the API takes in one request.
_ALERTS_AT_ONCE = 1000


class ServerSource:
    """A workspace on a server: that of the API key."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @classmethod
    def connect(cls, endpoint: str | None) -> Self:
        """The workspace that the key or the token in the environment is for."""
        advice = "Choose a server with --endpoint or SIGNALCRAFT_ENDPOINT, or a file with --file."
        return cls(connect(endpoint, advice))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.close()

    def snapshot(self) -> Snapshot:
        """All of the configuration, as of one revision if the API key may read the feed."""
        for _ in range(_READINGS):
            revision = self._revision()
            snapshot = self._read(revision)
            if revision == self._revision():
                return snapshot
        raise click.ClickException(
            "The configuration keeps changing while it is read. Try again in a moment."
        )

    def changes_since(self, revision: int) -> Sequence[Change] | None:
        """What changed after a revision, the oldest first; None if the API key may not know, or if
        it is too long ago.
        """
        found: list[Change] = []
        try:
            page = self._client.changes(revision)
            while page.items:
                found += page.items
                page = self._client.changes(page.revision)
        except ApiProblem as problem:
            if problem.slug in _NO_FEED:
                return None
            raise
        return found

    def digest_key(self) -> bytes | None:
        """The key for the digests of sensitive values; None if there is none, or none to know."""
        return None

    def all(self, kind: type[B]) -> Mapping[str, B]:
        """The resources of a kind, by id."""
        return {stored.id: stored.body for stored in self._client.iterate(kind)}

    def some(self, kind: type[B], ids: Collection[str]) -> Mapping[str, B]:
        """Those of the resources with these ids that there are, by id."""
        can_be = kind_of(kind).has_id  # The server refuses to be asked for what can be no id.
        wanted = [id for id in dict.fromkeys(ids) if can_be(id)]
        return {
            stored.id: stored.body
            for start in range(0, len(wanted), _IDS_AT_ONCE)
            for stored in self._client.list(kind, ids=wanted[start : start + _IDS_AT_ONCE]).items
        }

    def find(self, kind: type[B], key: str) -> tuple[str, B] | None:
        """The resource with this name (users: e-mail address), with its id."""
        stored = self._client.find(kind, key)
        return (stored.id, stored.body) if stored else None

    def leaving(self, kind: type[Resource], ids: Collection[str]) -> frozenset[str]:
        """Those of these resources that are marked for deletion."""
        wanted = list(ids)
        return frozenset(
            stored.id
            for start in range(0, len(wanted), _IDS_AT_ONCE)
            for stored in self._client.list(kind, ids=wanted[start : start + _IDS_AT_ONCE]).items
            if stored.deletion_requested_at
        )

    def workspace_zone(self) -> str:
        """The IANA time zone of the workspace."""
        return self._client.get(Workspace).body.time_zone

    def on_call(self, schedule_id: str, at: Instant) -> OnCall:
        """Who is on call on a schedule at an instant."""
        return self._client.on_call(schedule_id, at)

    def on_call_everywhere(self, at: Instant) -> Iterable[OnCall]:
        """Who is on call on each schedule at an instant."""
        return self._client.on_call_everywhere(at)

    def shifts(self, schedule_id: str, start: Instant, end: Instant) -> Sequence[Shift]:
        """The shifts of a schedule between two instants."""
        return self._client.shifts(schedule_id, start, end)

    def schedule_changes(
        self, schedule_id: str, start: Instant, end: Instant
    ) -> Sequence[ScheduleChange]:
        """When a schedule or its overrides changed between two instants."""
        return self._client.send(questions.shifts(schedule_id, start, end)).changes

    def test_routing(
        self, alerts: Sequence[Alert], at: Instant, *, explain: bool = False
    ) -> Sequence[RoutingResult]:
        """Where alerts go that open at an instant, and whom that pages; with `explain`, also every
        rule that was tried.
        """
        return [
            result
            for start in range(0, len(alerts), _ALERTS_AT_ONCE)
            for result in self._client.test_routing(
                alerts[start : start + _ALERTS_AT_ONCE],
                at,
                ("people", "tried") if explain else ("people",),
            )
        ]

    def _revision(self) -> int | None:
        try:
            return self._client.changes(limit=1).head
        except ApiProblem as problem:
            if problem.slug in _NO_FEED:
                return None
            raise

    def _read(self, revision: int | None) -> Snapshot:
        found = [stored for kind in KINDS.values() for stored in self._each(kind)]
        schedules = [stored.id for stored in found if isinstance(stored.body, Schedule)]
        return Snapshot(
            {stored.id: stored.body for stored in found},
            {id: [_override(o) for o in self._client.overrides(id)] for id in schedules},
            {stored.id: stored.managed_by.manager for stored in found if stored.managed_by},
            frozenset(stored.id for stored in found if stored.deletion_requested_at),
            revision,
            frozenset(stored.id for stored in found if stored.deletion_requested_at),
        )

    def _each(self, kind: Kind) -> Iterable[Stored[Resource]]:
        return [self._client.get(kind.body)] if kind.singleton else self._client.iterate(kind.body)


def _override(override: ScheduleOverride) -> Override:
    return Override(
        override.id,
        override.participant,
        override.starts_at,
        override.ends_at,
        override.revision,
    )
