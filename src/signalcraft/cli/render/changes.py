"""Entries of the change feed, as people read them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from signalcraft.client import Change
from signalcraft.client.importing import ImportedChange

_LONGEST_VALUE = 60
_NO_NAMES: Mapping[str, str] = {}
_ACTIONS = (
    ("created", "Created", "Would be created"),
    ("updated", "Changed", "Would be changed"),
    ("deleted", "Deleted", "Would be deleted"),
)


def changes_in_words(changes: Iterable[Change]) -> str:
    """A paragraph for each change: when, who, what, and the fields that changed."""
    return "\n".join(line for change in changes for line in _lines(change))


def fields_in_words(diff: Iterable[Mapping[str, Any]], names: Mapping[str, str] = _NO_NAMES) -> str:
    """A line for each field that changed: where, what it was, and what it is. `names` says what to
    call what has an id.
    """
    return "\n".join(_field(each, names) for each in diff)


def import_in_words(
    changes: Iterable[ImportedChange], names: Mapping[str, str] = _NO_NAMES, *, dry_run: bool
) -> str:
    """What an import did, or would do, gathered by action; empty if it is nothing."""
    found = list(changes)
    return "\n".join(
        line
        for action, done, planned in _ACTIONS
        if (those := [change for change in found if change.action == action])
        for line in (f"{planned if dry_run else done}:", *_entries(those, names))
    )


def _lines(change: Change) -> Iterator[str]:
    kind = change.kind.replace("_", " ")
    yield (
        f"{change.at:%Y-%m-%d %H:%M} UTC  revision {change.revision}  {change.actor.name} "
        f"{change.action} {kind} {change.name!r}{_managed(change)}"
    )
    if change.action == "updated":
        yield fields_in_words([field.model_dump() for field in change.diff])


def _managed(change: Change) -> str:
    if change.managed_by is None:
        return ""
    source = f", {change.managed_by.source}" if change.managed_by.source else ""
    return f" ({change.managed_by.manager}{source})"


def _entries(changes: Iterable[ImportedChange], names: Mapping[str, str]) -> Iterator[str]:
    for change in changes:
        yield f"  {change.kind.replace('_', ' ')} {change.name!r}"
        if change.diff:
            yield fields_in_words([field.model_dump() for field in change.diff], names)


def _field(change: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if change["pointer"] == "/deletion_requested_at":
        return "    marked for deletion" if change["after"] else "    no longer marked for deletion"
    before, after = (_value(change[side], names) for side in ("before", "after"))
    return f"    {change['pointer']}: {before} → {after}"


def _value(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, str) and value in names:
        return names[value]
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
