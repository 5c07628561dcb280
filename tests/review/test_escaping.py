"""Names do nothing in Markdown but show."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from signalcraft.review.escaping import escaped

# Tables and strikethrough as GitHub has them.
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
TRICKY = st.text(st.sampled_from("*_`~[](){}<>!|#@:/\\&$%^ -+=.x1\n\"'"), max_size=40)


@given(st.text() | TRICKY)
def test_any_text_is_shown_as_it_is_and_nothing_else(text: str) -> None:
    inline = shown(f"- name {escaped(text)} end")
    assert {token.type for token in inline} <= {"text", "text_special"}
    said = "".join(token.content for token in inline)
    expected = " ".join(text.split())
    assert plain(said) == plain(f"name {expected} end")


@given(st.text() | TRICKY)
def test_any_text_stays_in_its_cell(text: str) -> None:
    tokens = MARKDOWN.parse(f"| a | b |\n|-|-|\n| x {escaped(text)} | y |")
    cells = [token for token in tokens if token.type == "td_open"]
    assert len(cells) == 2


@pytest.mark.parametrize(
    ("text", "active"),
    [
        ("@ops and (@ops)", r"@\w"),
        ("#12, example/repo#12, GH-12", r"#\d|GH-\d"),
        ("!12 %12 &12 $12 ~bug ^12", r"[!%&$~^]\w"),
        ("https://example.com www.example.com mailto:a@example.com", r"://|www\.|:\w+@"),
    ],
)
def test_nothing_is_mentioned_referred_to_or_linked(text: str, active: str) -> None:
    assert re.search(active, text)
    assert not re.search(active, escaped(text).replace("&amp;", "&"))


def test_an_address_stays_as_it_is() -> None:
    assert escaped("Ada <ada@example.com>") == "Ada &lt;ada@example.com&gt;"


def test_what_nobody_sees_is_shown() -> None:
    assert escaped("a\u202eb\x00c\u2028d") == "a\ufffdb\ufffdc d"


def shown(text: str) -> list[Token]:
    [inline] = [token for token in MARKDOWN.parse(text) if token.type == "inline"]
    assert inline.children is not None
    return inline.children


def plain(text: str) -> str:
    """The text without what is added, or replaced, on purpose."""
    return re.sub("[\u2060\ufffd]", "", "".join(c for c in text if c.isprintable()))
