"""What changed between two JSON values, and back."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from signalcraft.model.mistake import parse_pointer, pointer

Path = tuple[str | int, ...]


def diff(before: Any, after: Any) -> list[dict[str, Any]]:
    """Each smallest place where two JSON values differ: `{pointer, before, after}`.

    Lists are compared place by place. What is absent on one side is null there.
    """
    return [
        {"pointer": pointer(path), "before": old, "after": new}
        for path, old, new in _differences(before, after, ())
    ]


def _differences(before: Any, after: Any, path: Path) -> Iterator[tuple[Path, Any, Any]]:
    if before == after:  # Python compares whole trees in a moment.
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before | after:
            yield from _differences(before.get(key), after.get(key), (*path, key))
    elif isinstance(before, list) and isinstance(after, list):
        for i in range(max(len(before), len(after))):
            old = before[i] if i < len(before) else None
            new = after[i] if i < len(after) else None
            yield from _differences(old, new, (*path, i))
    else:
        yield path, before, after


def undone(after: Any, changes: Sequence[dict[str, Any]]) -> Any:
    """What a JSON value was before changes that `diff` found.

    What was null there is absent: of a resource, that says the same.
    """
    value = json.loads(json.dumps(after))
    # What grows again does so from its first new entry on, and what shrinks from its last.
    for change in changes:
        if change["before"] is not None:
            _set(value, parse_pointer(change["pointer"]), change["before"])
    for change in reversed(changes):
        if change["before"] is None:
            _remove(value, parse_pointer(change["pointer"]))
    return value


def _set(value: Any, path: list[str], part: Any) -> None:
    holder, last = _holder(value, path)
    if isinstance(holder, dict):
        holder[last] = part
    elif int(last) < len(holder):
        holder[int(last)] = part
    else:
        holder.append(part)


def _remove(value: Any, path: list[str]) -> None:
    holder, last = _holder(value, path)
    if isinstance(holder, dict):
        holder.pop(last, None)
    else:
        del holder[int(last)]


def _holder(value: Any, path: list[str]) -> tuple[Any, str]:
    """What directly holds the place at the end of a path, and the path's last step."""
    for step in path[:-1]:
        value = value[step] if isinstance(value, dict) else value[int(step)]
    return value, path[-1]
