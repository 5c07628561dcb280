"""A workspace's whole configuration as one JSON file.

    {
      "signalcraft_export": 1,
      "workspace": {"id": "ws_…", "name": "Example", …},
      "users": [{"id": "user_…", "email": "ada@example.com", …}],
      …
      "schedule_overrides": [{"id": "ovr_…", "schedule_id": "sched_…", …}]
    }

Lists are in order of the natural key, so that two files of the same configuration are the same and
a diff shows what changed. Secrets and read-only fields, but for the ids, are not in it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import ValidationError

from signalcraft.model import strict_json
from signalcraft.model.draft import Draft, read_draft
from signalcraft.model.fields import Participant, ReferenceTo
from signalcraft.model.instants import Instant
from signalcraft.model.kinds import KINDS, Kind
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.parts import Reference, references_in
from signalcraft.model.resource import Part
from signalcraft.model.validation_errors import mistake_of, own_errors

_FORMAT = "signalcraft_export"
_VERSION = 1
_OVERRIDES = "schedule_overrides"
_HEADINGS = {kind.path.replace("-", "_"): kind for kind in KINDS.values()}


class UnreadableExport(ValueError):
    """The file is not an export, or is invalid; `mistakes` lists everything that is wrong."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class ExportedOverride(Part):
    """Who is on call instead of the rotations."""

    id: str
    schedule_id: Annotated[str, ReferenceTo("schedule", "sched")]
    participant: Participant
    starts_at: Instant
    ends_at: Instant
    created_at: Instant

    @property
    def references(self) -> list[Reference]:
        """The schedule, and the user or team."""
        return references_in(ExportedOverride, self.model_dump())


@dataclass(frozen=True)
class Exported:
    """A resource in an export: its id there, and what it says, in which nothing is wrong."""

    id: str
    draft: Draft
    place: str
    """Where it stands, for messages: `users[0] (ada@example.com)`."""


@dataclass
class Export:
    """A workspace's configuration: its resources in an order in which they can be created, but for
    the workspace's own reference to its default policy.
    """

    resources: list[Exported] = field(default_factory=list)
    overrides: list[ExportedOverride] = field(default_factory=list)

    def of_kind(self, kind: str) -> Iterator[Exported]:
        """The resources of a kind."""
        return (resource for resource in self.resources if resource.draft.kind.name == kind)


def write_export(
    resources: Iterable[tuple[Kind, str, Mapping[str, Any]]],
    overrides: Iterable[Mapping[str, Any]],
) -> str:
    """The text of an export of these: each resource's kind, id and document, and the overrides in
    the order in which they were created.
    """
    written: dict[str, Any] = {_FORMAT: _VERSION}
    lists: dict[str, list[dict[str, Any]]] = {heading: [] for heading in _HEADINGS}
    for kind, id, document in resources:
        lists[kind.path.replace("-", "_")].append({"id": id, **document})
    for heading, kind in _HEADINGS.items():
        entries = sorted(lists[heading], key=lambda entry: kind.fold(entry[kind.natural_key]))
        written[heading] = entries[0] if kind.singleton else entries
    written[_OVERRIDES] = list(map(dict, overrides))
    return json.dumps(written, indent=2, ensure_ascii=False) + "\n"


def read_export(text: bytes) -> Export:
    """The configuration in a file. Raises `UnreadableExport`, with all mistakes at once."""
    try:
        written = strict_json.decode(text)
    except strict_json.MalformedJson as error:
        raise UnreadableExport([str(error).replace("The body", "The file")]) from None
    if not isinstance(written, dict) or written.get(_FORMAT) != _VERSION:
        raise UnreadableExport(
            [f'The file is not an export, which begins with "{_FORMAT}": {_VERSION}.']
        )
    reading = _Reading(written)
    if reading.mistakes:
        raise UnreadableExport(reading.mistakes)
    return reading.export


class _Reading:
    """Reads an export, and notes everything that is wrong with it."""

    def __init__(self, written: Mapping[str, Any]) -> None:
        self.export = Export()
        self.mistakes: list[str] = []
        self._kinds: dict[str, str] = {}
        for heading in written.keys() - {_FORMAT, _OVERRIDES, *_HEADINGS}:
            self.mistakes.append(f"{heading}: Unknown kind.")
        if not isinstance(written.get("workspace"), dict):
            self.mistakes.append("workspace: Must be an object.")
        for heading, kind in _HEADINGS.items():
            entries = written.get(heading, [])
            for place, entry in self._entries(heading, [entries] if kind.singleton else entries):
                self._read_resource(kind, place, entry)
        for place, entry in self._entries(_OVERRIDES, written.get(_OVERRIDES, [])):
            self._read_override(place, entry)
        self._check_references()

    def _entries(self, heading: str, entries: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        if not isinstance(entries, list):
            self.mistakes.append(f"{heading}: Must be a list.")
            return
        for i, entry in enumerate(entries):
            if isinstance(entry, dict):
                yield f"{heading}[{i}]", entry
            else:
                self.mistakes.append(f"{heading}[{i}]: Must be an object.")

    def _read_resource(self, kind: Kind, place: str, entry: dict[str, Any]) -> None:
        draft = read_draft(kind, json.dumps(entry).encode())
        if isinstance(draft.natural_key, str):
            place = f"{place} ({draft.natural_key})"
        self._note(place, draft.mistakes)
        id = entry.get("id")
        if not isinstance(id, str) or not kind.has_id(id):
            self.mistakes.append(
                f"{place} /id: Must be an id that begins with '{kind.id_prefix}_'."
            )
        elif id in self._kinds:
            self.mistakes.append(f"{place} /id: {id} is duplicated in the file.")
        else:
            self._kinds[id] = kind.name
            self.export.resources.append(Exported(id, draft, place))

    def _read_override(self, place: str, entry: dict[str, Any]) -> None:
        try:
            override = ExportedOverride.model_validate_json(json.dumps(entry))
        except ValidationError as error:
            self._note(place, map(mistake_of, own_errors(error)))
        else:
            if datetime.fromisoformat(override.ends_at) <= datetime.fromisoformat(
                override.starts_at
            ):
                detail = f"Must be after starts_at, {override.starts_at}."
                self._note(place, [Mistake("/ends_at", Code.ORDER, detail)])
            self.export.overrides.append(override)

    def _check_references(self) -> None:
        references = [
            (r.place, found) for r in self.export.resources for found in r.draft.references
        ]
        for i, override in enumerate(self.export.overrides):
            references += [(f"{_OVERRIDES}[{i}]", found) for found in override.references]
        for place, reference in references:
            if self._kinds.get(reference.id) != reference.kind:
                title = reference.kind.replace("_", " ")
                self.mistakes.append(
                    f"{place} {reference.pointer}: No {title} in the file has the id "
                    f"{reference.id}."
                )

    def _note(self, place: str, mistakes: Iterable[Mistake]) -> None:
        self.mistakes += [f"{place} {mistake.pointer}: {mistake.detail}" for mistake in mistakes]
