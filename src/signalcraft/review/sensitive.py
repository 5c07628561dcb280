"""Values that a plan marks as sensitive, which no review shows."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from signalcraft.model.alert import Alert
from signalcraft.review.plan import Change, Plan

T = TypeVar("T")

MASK = "(sensitive value)"
# A shorter text is in too many others by chance: it is masked where it is quoted, or alone.
_SHORTEST_WITHIN = 3


class Sensitive:
    """Masks the texts that a plan marks as sensitive wherever a review would show them."""

    def __init__(self, plan: Plan) -> None:
        changes = [r.change for r in (*plan.resource_changes, *plan.resource_drift)]
        self._texts = frozenset(_texts([*changes, *plan.output_changes.values()]))
        parts = sorted(self._texts, key=len, reverse=True)
        patterns = [
            re.escape(text if len(text) >= _SHORTEST_WITHIN else f'"{text}"') for text in parts
        ]
        self._pattern = re.compile("|".join(patterns)) if patterns else None

    def masked(self, value: T) -> T:
        """The same value with a mask in place of each sensitive text in it: texts, tuples,
        mappings and dataclasses are looked through.
        """
        return value if self._pattern is None else cast("T", self._masked(value))

    def _masked(self, value: Any) -> Any:
        masked = value
        match value:
            case str():
                masked = self._masked_text(value)
            case dict():
                masked = {self._masked(name): self._masked(item) for name, item in value.items()}
            case tuple() if hasattr(value, "_fields"):
                masked = type(value)(*(self._masked(item) for item in value))
            case tuple():
                masked = tuple(self._masked(item) for item in value)
            case Alert():
                masked = self._masked_alert(value)
            case _ if is_dataclass(value) and not isinstance(value, type):
                inside = {f.name: self._masked(getattr(value, f.name)) for f in fields(value)}
                masked = replace(value, **inside)
            case _:
                pass
        return masked

    def _masked_alert(self, alert: Alert) -> Alert:
        """Its severity is one of four words, which are no secret."""
        return alert.model_copy(
            update={
                name: self._masked(value)
                for name, value in alert
                if name != "severity" and value is not None
            }
        )

    def _masked_text(self, text: str) -> str:
        if text in self._texts:
            return MASK
        assert self._pattern is not None
        return self._pattern.sub(MASK, text)


def marked_fields(change: Change) -> frozenset[str]:
    """The names of a resource's fields that hold a sensitive number or flag: their texts can't be
    told from others.
    """
    found = set()
    for value, marks in (
        (change.before, change.before_sensitive),
        (change.after, change.after_sensitive),
    ):
        if isinstance(value, dict) and isinstance(marks, dict):
            found |= {
                name
                for name, inside in marks.items()
                if any(not isinstance(leaf, str) for leaf in _leaves(value.get(name), inside))
            }
    return frozenset(found)


def _texts(changes: Iterable[Change]) -> Iterator[str]:
    for change in changes:
        for value, marks in (
            (change.before, change.before_sensitive),
            (change.after, change.after_sensitive),
        ):
            for leaf in _leaves(value, marks):
                if isinstance(leaf, str) and leaf:
                    yield leaf


def _leaves(value: Any, marks: Any) -> Iterator[Any]:
    """The values that are marked, each by itself."""
    if marks is True:
        yield from _everything(value)
    elif isinstance(marks, dict) and isinstance(value, dict):
        for name, inside in marks.items():
            yield from _leaves(value.get(name), inside)
    elif isinstance(marks, list) and isinstance(value, list):
        for item, inside in zip(value, marks, strict=False):
            yield from _leaves(item, inside)


def _everything(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for inside in value.values():
            yield from _everything(inside)
    elif isinstance(value, list):
        for item in value:
            yield from _everything(item)
    elif value is not None:
        yield value
