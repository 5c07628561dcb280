"""Pages of lists: how much fits in one, and cursors, which say where one ended in a form that means
nothing to clients.
"""

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar


class Identified(Protocol):
    """An entry of a list that is in order of id."""

    @property
    def id(self) -> str:
        """What the list is in order of."""


T = TypeVar("T", bound=Identified)

MAX_CHARACTERS = 4 * 1024 * 1024
"""A page is cut after this much text, since one entry may have a megabyte."""
CURSOR_PATTERN = "^([2-6][0-9a-f]|7[0-9a-e])+$"
"""The hexadecimal digits of printable ASCII, which is what ids are made of."""


def cursor(last_id: str) -> str:
    """The cursor of the page behind this id."""
    return last_id.encode().hex()


def after(cursor: str | None) -> str:
    """The id behind which the page begins, of a cursor that matches the pattern."""
    return bytes.fromhex(cursor or "").decode("ascii")


class Page(NamedTuple, Generic[T]):
    """A page of a list."""

    items: Sequence[T]
    next_cursor: str | None
    """Where the next page begins; None at the end."""


def page(found: Sequence[T], limit: int, length_of: Callable[[T], int] = lambda _: 0) -> Page[T]:
    """The page that begins with what was found, of which there is one more than `limit` where the
    list goes on: as many characters as fit, but always one entry, if there is any.
    """
    number = _as_many_as_fit([length_of(entry) for entry in found[:limit]])
    items = found[:number]
    return Page(items, cursor(items[-1].id) if len(found) > number else None)


def _as_many_as_fit(lengths: list[int]) -> int:
    if sum(lengths) <= MAX_CHARACTERS:
        return len(lengths)
    total = 0
    for number, length in enumerate(lengths):
        total += length
        if total > MAX_CHARACTERS:
            return max(1, number)
    return len(lengths)
