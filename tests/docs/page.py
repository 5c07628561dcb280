"""What stands in the documentation, for tests that do what it says."""

import re

from tools.stand_in import ROOT

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")


def blocks(page: str, language: str) -> list[str]:
    """The page's blocks of code in a language, from top to bottom."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [code for found, code in _BLOCK.findall(text) if found == language]


def links(page: str) -> list[str]:
    """Where the page's links lead, without their fragments."""
    return _LINK.findall((ROOT / page).read_text(encoding="utf-8"))
