"""Characters that nobody sees, or that turn around the order of those that one sees.

With them, a name could look like another's, and it is by names that people read who gets paged.
The joiners U+200C and U+200D stay: names in Persian or Hindi have them, and so have emoji, as well
as the variation selectors.
"""

import re

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb"
)
"""Those of the basic plane, to stand in a class of a regex. They stand there themselves, since no
escape for them means the same to ECMA-262, RE2 and Rust's regex crate."""

SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""Spaces beyond ASCII, likewise: `\\s` means something else to each of the three."""

# The others are in no pattern: outside the basic plane, ECMA-262 reads a class in two ways.
_BEYOND = re.compile("[\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]")
_TO_ESCAPE = re.compile(f"[{INVISIBLE}{SPACES}]")


def has_other_invisible(text: str) -> bool:
    """Whether one stands in the text that `INVISIBLE` doesn't name: musical marks, tags."""
    return not text.isascii() and _BEYOND.search(text) is not None


def escaped(text: str) -> str:
    """The text with these characters as JSON's escapes, so that whoever reads it sees them."""
    return _TO_ESCAPE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
