"""A workspace's whole configuration as documents, now or at an earlier instant, from a server."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import click

from signalcraft.client import ApiProblem, Change, Client, feed
from signalcraft.client.importing import override_documents
from signalcraft.model.diff import undone
from signalcraft.model.export import write_export
from signalcraft.model.kinds import KINDS
from signalcraft.model.problem import Slug
from signalcraft.model.schedule import Schedule

# So often the configuration is read at most, where it changes meanwhile.
_READINGS = 5
_PAGE = 1000
_OVERRIDE = "schedule_override"
BESIDE_FIELDS = frozenset({"/deletion_requested_at", "/managed_by", "/managed_by/manager"})
"""What the feed says of a resource beside its fields."""


@dataclass
class Documents:
    """A workspace's resources and overrides, as JSON documents."""

    resources: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    """Each resource's kind and fields, by id."""
    overrides: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By id, each with its `revision`."""
    revision: int | None = None
    """The workspace's revision; None if the API key may not know."""

    def export(self) -> str:
        """The text of an export of these."""
        overrides = sorted(self.overrides.values(), key=lambda o: (o["revision"], o["id"]))
        return write_export(
            ((KINDS[kind], id, fields) for id, (kind, fields) in self.resources.items()),
            ({k: v for k, v in override.items() if k != "revision"} for override in overrides),
        )

    def names(self) -> dict[str, str]:
        """What each resource is called, by id."""
        return {
            id: str(fields.get("name") or fields[KINDS[kind].natural_key])
            for id, (kind, fields) in self.resources.items()
        }

    def rewind(self, changes: Iterable[Change]) -> None:
        """Undoes changes, which are the latest ones, the newest first."""
        for change in changes:
            if change.kind == _OVERRIDE:
                self._rewind_override(change)
            elif change.kind in KINDS:
                self._rewind_resource(change)

    def _rewind_resource(self, change: Change) -> None:
        if change.action == "created":
            self.resources.pop(change.id, None)
            return
        _, fields = self.resources.get(change.id, ("", {}))
        own = [each.model_dump() for each in change.diff if each.pointer not in BESIDE_FIELDS]
        self.resources[change.id] = (change.kind, undone(fields, own))

    def _rewind_override(self, change: Change) -> None:
        if change.action == "created":
            self.overrides.pop(change.id, None)
            return
        was = self.overrides.get(change.id, {})
        own = [each.model_dump() for each in change.diff]
        self.overrides[change.id] = {"id": change.id} | undone(was, own)


def read_documents(client: Client) -> Documents:
    """The configuration as it is now, as of one revision if the API key may read the feed."""
    for _ in range(_READINGS):
        revision = _revision(client)
        documents = _read(client)
        if revision == _revision(client):
            documents.revision = revision
            return documents
    raise click.ClickException(
        "The configuration keeps changing while it is read. Try again in a moment."
    )


def changes_of(client: Client, after: int = 0, *, id: str | None = None) -> Iterator[Change]:
    """All changes after a revision, or those of one resource, the oldest first."""
    page = client.send(feed.changes(after, limit=_PAGE, id=id))
    while page.items:
        yield from page.items
        page = client.send(feed.changes(page.revision, limit=_PAGE, id=id))


def revision_at(client: Client, instant: datetime) -> int:
    """The revision that was in force at an instant: of the last change that was made by then."""
    first, last = 0, client.changes(limit=1).head
    while first < last:
        middle = (first + last) // 2
        [change] = client.changes(middle, limit=1).items
        if change.at <= instant:
            first = change.revision
        else:
            last = middle
    return first


def _revision(client: Client) -> int | None:
    try:
        return client.changes(limit=1).head
    except ApiProblem as problem:
        if problem.slug is Slug.FORBIDDEN:
            return None
        raise


def _read(client: Client) -> Documents:
    documents = Documents()
    for name, kind in KINDS.items():
        found = [client.get(kind.body)] if kind.singleton else client.iterate(kind.body)
        for stored in found:
            documents.resources[stored.id] = name, json.loads(stored.body.model_dump_json())
            if isinstance(stored.body, Schedule):
                documents.overrides |= {o["id"]: o for o in _overrides(client, stored.id)}
    return documents


def _overrides(client: Client, schedule_id: str) -> Iterator[dict[str, Any]]:
    page = client.send(override_documents(schedule_id))
    yield from page.items
    while page.next_cursor is not None:
        page = client.send(override_documents(schedule_id, cursor=page.next_cursor))
        yield from page.items
