"""What changed between two JSON values."""

from collections.abc import Iterator
from typing import Any

from signalcraft.model.mistake import pointer

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
