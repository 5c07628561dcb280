"""JSON as RFC 8259 means it: no duplicate keys, no NaN, no lone surrogates, bounded depth."""

import codecs
import json
from collections.abc import Hashable, Iterable
from typing import Any, NoReturn

MAX_DEPTH = 64


class MalformedJson(ValueError):
    """The text is not JSON, or is JSON that readers disagree about; the message says where."""


def decode(text: bytes) -> Any:
    """The value that a JSON text stands for. Raises `MalformedJson`."""
    if not text.strip():
        raise MalformedJson("The body is empty; it must be JSON.")
    if text.startswith(codecs.BOM_UTF8):
        raise MalformedJson("The body must not start with a byte order mark.")
    try:
        value = _DECODER.decode(text.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MalformedJson(f"The body is not valid UTF-8 (byte {error.start}).") from None
    except RecursionError:
        raise MalformedJson(_TOO_DEEP) from None
    except json.JSONDecodeError as error:
        raise MalformedJson(
            f"The body is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from None
    except MalformedJson:
        raise
    except ValueError:  # Python refuses to read integers of more than 4,300 digits.
        raise MalformedJson("The body contains a number with thousands of digits.") from None
    if text.count(b"{") + text.count(b"[") > MAX_DEPTH:
        _check_depth(value, MAX_DEPTH)
    if b"\\u" in text:  # Only an escape can bring one in: UTF-8 has none.
        _refuse_lone_surrogates(value)
    return value


_TOO_DEEP = f"The body is nested more than {MAX_DEPTH} levels deep."


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        repeated = first_repeated(key for key, _ in pairs)
        raise MalformedJson(f"The key {str(repeated)[:100]!r} is duplicated in one object.")
    return members


def first_repeated(items: Iterable[Hashable]) -> Hashable:
    """The first item that equals one before it, in one pass; None if there is none."""
    seen: set[Hashable] = set()
    for item in items:
        if item in seen:
            return item
        seen.add(item)
    return None


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedJson(f"{name} is not valid JSON.")


def _check_depth(value: Any, allowed: int) -> None:
    if not isinstance(value, dict | list):
        return
    if not allowed:
        raise MalformedJson(_TOO_DEEP)
    for item in value.values() if isinstance(value, dict) else value:
        _check_depth(item, allowed - 1)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant)


def _refuse_lone_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise MalformedJson("The body contains a lone surrogate (\\ud800…\\udfff).") from None
