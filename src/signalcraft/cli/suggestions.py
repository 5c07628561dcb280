"""What somebody may have meant who wrote a name that there isn't."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

_MOST = 3
# One wrong letter in five, or two that changed places.
_CUTOFF = 0.75
# Shorter than this, a word is part of too many names.
_SHORTEST_PART = 3


def did_you_mean(written: str, names: Iterable[str]) -> str:
    """A sentence that names up to three, behind a space; empty if none is like what was written.

    First those that differ only in case or punctuation, then those with a typo, then those of which
    it is a part.
    """
    by_letters: dict[str, list[str]] = {}
    for name in sorted(set(names)):
        by_letters.setdefault(_letters(name), []).append(name)
    wanted = _letters(written)
    close = by_letters.get(wanted) or [
        name
        for letters in get_close_matches(wanted, by_letters, _MOST, _CUTOFF)
        for name in by_letters[letters]
    ]
    if not close and len(wanted) >= _SHORTEST_PART:
        close = [n for letters, alike in by_letters.items() if wanted in letters for n in alike]
    return f" Did you mean {' or '.join(map(repr, close[:_MOST]))}?" if close else ""


def _letters(name: str) -> str:
    """A name without what people write differently: case, spaces and punctuation."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name).casefold())
