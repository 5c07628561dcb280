"""What is no JSON that every reader reads alike."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalcraft.model.strict_json import MAX_DEPTH, MalformedJson, decode


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b"{", "not JSON", id="cut off"),
        pytest.param(b"{} {}", "not JSON", id="two values"),
        pytest.param(b"{'a': 1}", "not JSON", id="single quotes"),
        pytest.param(b'{"a": 1,}', "not JSON", id="a trailing comma"),
        pytest.param(b'"a\nb"', "not JSON", id="a line break in a text"),
        pytest.param(b"01", "not JSON", id="a leading zero"),
        pytest.param(b"\xef\xbb\xbf{}", "byte order mark", id="a byte order mark"),
        pytest.param(b'"\xff"', "UTF-8", id="a byte that is not UTF-8"),
        pytest.param(b'"\xed\xa0\x80"', "UTF-8", id="a surrogate as UTF-8"),
        pytest.param('"é"'.encode("utf-16"), "UTF-8", id="UTF-16"),
        pytest.param(b'{"a": 1, "a": 1}', "'a' is duplicated", id="a key twice"),
        pytest.param(b'[{"b": {"a": 1, "\\u0061": 2}}]', "'a' is duplicated", id="an escaped key"),
        pytest.param(b"NaN", "NaN", id="NaN"),
        pytest.param(b"[Infinity]", "Infinity", id="Infinity"),
        pytest.param(b"[-Infinity]", "-Infinity", id="-Infinity"),
        pytest.param(b"9" * 5000, "thousands of digits", id="a number of 5,000 digits"),
        pytest.param(b'"\\ud800"', "surrogate", id="half a pair"),
        pytest.param(b'{"\\udc00": 1}', "surrogate", id="half a pair in a key"),
        pytest.param(b'"\\udc00\\ud800"', "surrogate", id="a pair in the wrong order"),
        pytest.param(b"[" * 65 + b"]" * 65, "64 levels", id="65 levels of lists"),
        pytest.param(b'{"a":' * 65 + b"1" + b"}" * 65, "64 levels", id="65 levels of objects"),
        pytest.param(b"[" * 500_000, "levels|not JSON", id="half a million levels"),
        pytest.param(b"[" * 500_000 + b"]" * 500_000, "64 levels", id="as many, closed"),
    ],
)
def test_what_readers_disagree_about_is_refused(text: bytes, says: str) -> None:
    with pytest.raises(MalformedJson, match=says):
        decode(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param(b'"\\ud83d\\ude00"', "\U0001f600", id="a whole surrogate pair"),
        pytest.param(b'"\\u0000"', "\0", id="U+0000, which fields refuse themselves"),
        pytest.param(b'[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}], id="a key in two objects"),
        pytest.param(b" \t\r\n1 ", 1, id="space around it"),
    ],
)
def test_what_only_looks_wrong_is_read(text: bytes, value: object) -> None:
    assert decode(text) == value


def test_as_many_levels_as_are_allowed_are_read() -> None:
    depth = 0
    value = decode(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    while value:
        [value] = value
        depth += 1
    assert depth == MAX_DEPTH - 1


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    # Texts of JSON hold no lone surrogates.
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


@given(VALUES, st.booleans())
def test_all_json_is_read_as_it_is(value: object, escaped: bool) -> None:  # noqa: FBT001
    assert decode(json.dumps(value, ensure_ascii=escaped).encode()) == value


@given(st.binary())
def test_no_bytes_do_any_harm(text: bytes) -> None:
    with suppress(MalformedJson):
        decode(text)
