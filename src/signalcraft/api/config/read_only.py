"""Read-only fields in a body: what they say is ignored, and not silently."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from signalcraft.api.config.reading import render
from signalcraft.model.draft import Draft
from signalcraft.model.mistake import Code, Mistake, pointer
from signalcraft.store.config.records import Record


def ignored(draft: Draft, *stored: Record | None) -> Iterator[Mistake]:
    """A warning for each read-only field of a body that none of `stored` agrees with.

    These are the resource before and after a write, as far as there is one, so that whoever reads a
    resource and writes it back is not warned. The last is the one that the warning quotes.
    """
    if not draft.read_only:
        return
    known = [json.loads(render(record)) for record in stored if record]
    for name, sent in draft.read_only.items():
        if not any(_same(sent, each[name]) for each in known if name in each):
            yield Mistake(pointer([name]), Code.READ_ONLY, _detail(name, known))


def _detail(name: str, known: list[dict[str, Any]]) -> str:
    detail = f"{name} is read-only, so the value sent is ignored"
    if not known:
        return f"{detail}: a new resource gets its own. Remove it."
    return f"{detail}. The stored value is {json.dumps(known[-1].get(name))}. Remove it."


def _same(sent: Any, stored: Any) -> bool:
    """Whether two values are equal; instants may be written with another offset."""
    if json.dumps(sent, sort_keys=True) == json.dumps(stored, sort_keys=True):
        return True
    try:
        return datetime.fromisoformat(sent) == datetime.fromisoformat(stored)
    except (TypeError, ValueError):
        return False
