"""Pydantic's errors, in our codes and words."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from signalcraft.model.mistake import Code, Mistake, pointer

Path = tuple[str | int, ...]

_Sentence = Callable[[Mapping[str, Any]], str]


def _type(what: str) -> tuple[Code, _Sentence]:
    return Code.TYPE, lambda _: f"Must be {what}."


_MEANINGS: Mapping[str, tuple[Code, _Sentence]] = {
    "missing": (Code.REQUIRED, lambda _: "This field is required."),
    "extra_forbidden": (
        Code.UNKNOWN_FIELD,
        lambda _: "Unknown field. Remove it, or correct its spelling.",
    ),
    "string_type": _type("a string"),
    "int_type": _type("a whole number"),
    "int_from_float": _type("a whole number"),
    "int_parsing": _type("a whole number"),
    "float_type": _type("a number"),
    "finite_number": _type("a finite number"),
    "bool_type": _type("true or false"),
    "tuple_type": _type("a list"),
    "dict_type": _type("an object"),
    "model_type": _type("an object"),
    "literal_error": (Code.NOT_ALLOWED, lambda context: f"Must be {context['expected']}."),
    "string_pattern_mismatch": (
        Code.FORMAT,
        lambda context: f"Must match {context['pattern']}.",
    ),
    "string_too_short": (
        Code.TOO_SHORT,
        lambda context: f"Must have at least {_count(context['min_length'], 'character')}.",
    ),
    "string_too_long": (
        Code.TOO_LONG,
        lambda context: f"Must have at most {_count(context['max_length'], 'character')}.",
    ),
    "too_short": (
        Code.TOO_SHORT,
        lambda context: (
            f"Must have at least {_count(context['min_length'], 'item')}; this has "
            f"{context['actual_length'] or 'none'}."
        ),
    ),
    "too_long": (
        Code.TOO_LONG,
        lambda context: f"Must have at most {_count(context['max_length'], 'item')}.",
    ),
    "greater_than_equal": (
        Code.TOO_SMALL,
        lambda context: f"Must be at least {context['ge']:,.0f}.",
    ),
    "less_than_equal": (Code.TOO_LARGE, lambda context: f"Must be at most {context['le']:,.0f}."),
    "int_parsing_size": (Code.TOO_LARGE, lambda _: "The number is too large."),
}


def own_errors(error: ValidationError) -> list[ErrorDetails]:
    """The errors, without those that only follow from others.

    Pydantic counts just the valid entries of a list, so a wrong one makes it "too short" as well.
    """
    errors = error.errors(include_url=False)
    wrong = {e["loc"][:depth] for e in errors for depth in range(len(e["loc"]))}
    return [e for e in errors if e["type"] != "too_short" or e["loc"] not in wrong]


def path_of(error: ErrorDetails) -> Path:
    """Where in the body the error is."""
    # Pydantic marks a mistake in the key of a map, rather than in its value, with "[key]".
    return tuple(step for step in error["loc"] if step != "[key]")


def mistake_of(error: ErrorDetails) -> Mistake:
    """The error in our words."""
    context = error.get("ctx", {})
    if error["type"] in _MEANINGS:
        code, sentence = _MEANINGS[error["type"]]
        return Mistake(pointer(path_of(error)), code, sentence(context))
    # All others are our own, raised with `fields.refuse`: a type that isn't in the enum is a
    # mistake of ours, and fails here.
    return Mistake(pointer(path_of(error)), Code(error["type"]), context["detail"])


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
