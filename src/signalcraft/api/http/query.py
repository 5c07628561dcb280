"""Reading what a request's query and headers say, as its operation declares it."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from pydantic import ValidationError

from signalcraft.api.http.operation import Operation, Parameter
from signalcraft.model.problem import ParameterMistake, Problem, Slug
from signalcraft.model.validation_errors import mistake_of, own_errors

MAX_PARAMETERS = 1100
"""A page of a list has 1,000 entries at most: so many ids, and the other parameters."""


def read_query(operation: Operation, query: str) -> dict[str, Any]:
    """Every query parameter of the operation by name, with its default where it isn't given.

    Raises `malformed-request`, with all mistakes: what is wrong, unknown, missing or repeated.
    """
    known = operation.query_parameters
    given = _texts(query) if query else {}
    mistakes = [_unknown(name, known) for name in given.keys() - {p.name for p in known}]
    values: dict[str, Any] = {}
    for parameter in known:
        values[parameter.name] = _read(parameter, given.get(parameter.name, []), mistakes)
    _raise(mistakes)
    return values


def _texts(query: str) -> dict[str, list[str]]:
    if query.count("&") > MAX_PARAMETERS:
        raise Problem(
            Slug.MALFORMED_REQUEST,
            f"The query has more than {MAX_PARAMETERS:,} parameters. Send several requests.",
        )
    texts: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise Problem(
            Slug.MALFORMED_REQUEST, "The query is not valid percent-encoded UTF-8."
        ) from None
    for name, text in pairs:
        texts.setdefault(name, []).append(text)
    return texts


def check_headers(operation: Operation, headers: Mapping[str, str]) -> None:
    """Raises `malformed-request` for headers that aren't what the operation takes."""
    mistakes: list[ParameterMistake] = []
    for name, parameter in operation.header_parameters:
        if name in headers:
            _read(parameter, [headers[name]], mistakes)
    _raise(mistakes)


def _read(parameter: Parameter, texts: list[str], mistakes: list[ParameterMistake]) -> Any:
    if parameter.repeated:
        return [_value(parameter, text, mistakes) for text in texts]
    if len(texts) > 1:
        mistakes.append(ParameterMistake(parameter.name, "duplicate", "Give it once."))
    if texts:
        return _value(parameter, texts[0], mistakes)
    if parameter.required:
        mistakes.append(ParameterMistake(parameter.name, "required", parameter.description))
    return parameter.default


def _value(parameter: Parameter, text: str, mistakes: list[ParameterMistake]) -> Any:
    try:
        return parameter.adapter.validate_python(text)
    except ValidationError as error:
        mistakes += [
            ParameterMistake(parameter.name, mistake.code, mistake.detail)
            for mistake in map(mistake_of, own_errors(error))
        ]
        return None


def _unknown(name: str, known: Iterable[Parameter]) -> ParameterMistake:
    names = ", ".join(parameter.name for parameter in known) or "none"
    return ParameterMistake(name[:100], "unknown-field", f"Unknown parameter. Known ones: {names}.")


def _raise(mistakes: list[ParameterMistake]) -> None:
    if mistakes:
        names = ", ".join(sorted({mistake.parameter for mistake in mistakes}))
        raise Problem(
            Slug.MALFORMED_REQUEST, f"Invalid or missing parameters: {names}.", errors=mistakes
        )
