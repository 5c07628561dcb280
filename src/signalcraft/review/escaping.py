"""Texts that others wrote, made safe to stand in Markdown."""

import re
import unicodedata

# A character that nobody sees, and that keeps what surrounds it from being read together.
_JOINER = "\N{WORD JOINER}"
_ESCAPED = re.compile(r"[\\`*_\[\]|~$]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# What GitHub and GitLab turn into mentions, references to other issues, or links. Nothing that a
# plan names may notify anybody, or leave a mark on another issue.
_ACTIVE = (
    (re.compile(r"(?<!\w)@(?=\w)"), f"@{_JOINER}"),
    (re.compile(r"([#!%^~$])(?=[\w\"])"), rf"\1{_JOINER}"),
    (re.compile(r"(&)(?=\d)"), rf"\1{_JOINER}"),
    (re.compile(r"\b(GH-)(?=\d)", re.IGNORECASE), rf"\1{_JOINER}"),
    (re.compile(r":(?=//)|:(?=\w+@)"), f":{_JOINER}"),
    (re.compile(r"\b(www)\.", re.IGNORECASE), rf"\1{_JOINER}."),
)
# The joiners that names in Persian and Hindi, and emoji, are written with.
_KEPT = frozenset("\u200c\u200d")
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def escaped(text: str) -> str:
    """The text as Markdown that shows it, on one line, and does nothing else.

    Control characters, and those that change the order of what is read, are replaced. It must not
    be the first thing on a line.
    """
    line = " ".join(text.split())
    seen = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in _UNSEEN and c not in _KEPT else c
        for c in line
    )
    shown = _ESCAPED.sub(r"\\\g<0>", seen)
    for pattern, replacement in _ACTIVE:
        shown = pattern.sub(replacement, shown)
    return re.sub("[&<>]", lambda found: _ENTITIES[found[0]], shown)
