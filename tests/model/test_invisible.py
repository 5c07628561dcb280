"""Characters that nobody sees, in names: which are refused, and by whom."""

import json
import re
import sys
import unicodedata
from collections.abc import Callable

import pytest
import re2
from pydantic import TypeAdapter, ValidationError

from signalcraft.api.reference.openapi import openapi
from signalcraft.model.fields import Name
from signalcraft.model.user import Email

NAME = TypeAdapter[str](Name)
EMAIL = TypeAdapter[str](Email)
PROPERTIES = json.loads(openapi())["components"]["schemas"]["User"]["properties"]
CHARACTERS = [chr(c) for c in range(sys.maxunicode + 1) if not 0xD800 <= c <= 0xDFFF]
BASIC = [c for c in CHARACTERS if c <= "\uffff"]
TURNS_TEXT = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
MARKS = {"\u200e", "\u200f", "\u061c"}


def takes(adapter: TypeAdapter[str], text: str) -> bool:
    try:
        adapter.validate_json(json.dumps(text))
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "refused",
    [
        lambda c: unicodedata.category(c) in {"Cc", "Zl", "Zp"},
        lambda c: unicodedata.bidirectional(c) in TURNS_TEXT or c in MARKS,
        lambda c: "\U000e0000" <= c <= "\U000e007f",
    ],
    ids=["line breaks and other control characters", "what turns text around", "tags"],
)
def test_no_name_holds_such_a_character(refused: Callable[[str], bool]) -> None:
    such = [c for c in CHARACTERS if refused(c)]
    assert such
    assert not [hex(ord(c)) for c in such if takes(NAME, f"a{c}b")]


@pytest.mark.parametrize(
    "name",
    [
        "می\u200cخواهم",
        "क्\u200dष",
        "👩🏽\u200d🚒 fire",
        "❤\ufe0f team",
        "葛\U000e0100城",
        "ada@example.com (on call)",
        "עברית and العربية",
        "Zoë Ångström-Nuñez",
    ],
)
def test_names_of_people_and_emoji_are_taken_as_they_are(name: str) -> None:
    assert takes(NAME, name)


@pytest.mark.parametrize(
    ("field", "adapter", "text"), [("name", NAME, "a{}b"), ("email", EMAIL, "a{}b@c")]
)
def test_every_engine_reads_the_pattern_alike(
    field: str, adapter: TypeAdapter[str], text: str
) -> None:
    pattern = PROPERTIES[field]["pattern"]
    python, google = re.compile(pattern, re.ASCII), re2.compile(pattern)
    for character in BASIC:
        written = text.format(character)
        read = (python.search(written) is not None, google.search(written) is not None)
        assert read == (takes(adapter, written),) * 2, hex(ord(character))


def test_the_document_shows_what_it_names() -> None:
    assert not [c for c in openapi() if not c.isprintable() and c != "\n"]
