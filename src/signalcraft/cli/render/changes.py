"""Entries of the change feed, as people read them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from signalcraft.client import Change

_LONGEST_VALUE = 60


def changes_in_words(changes: Iterable[Change]) -> str:
    """A paragraph for each change: when, who, what, and the fields that changed."""
    return "\n".join(line for change in changes for line in _lines(change))


def fields_in_words(diff: Iterable[Mapping[str, Any]]) -> str:
    """A line for each field that changed: where, what it was, and what it is."""
    return "\n".join(
        f"    {each['pointer']}: {_value(each['before'])} → {_value(each['after'])}"
        for each in diff
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


def _value(value: Any) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
