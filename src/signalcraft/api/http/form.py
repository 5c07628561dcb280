"""Bodies that are written like a query (`application/x-www-form-urlencoded`), as OAuth has them."""

from typing import TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError

from signalcraft.model.problem import ParameterMistake, Problem, Slug
from signalcraft.model.validation_errors import mistake_of, own_errors

MEDIA_TYPE = "application/x-www-form-urlencoded"
_MAX_FIELDS = 100

M = TypeVar("M", bound=BaseModel)


def read_form(shape: type[M], body: bytes) -> M:
    """A form in this shape. Unknown fields are passed over and repeated ones refused, as RFC 6749,
    section 3.2 wants it. Raises `malformed-request`, with every mistake.
    """
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError:  # Not UTF-8, or too many fields.
        raise _malformed([], "The form can't be read.") from None
    known = [(name, text) for name, text in pairs if name in shape.model_fields]
    fields = dict(known)
    mistakes = [
        ParameterMistake(name, "duplicate", "Send it once.")
        for name in fields
        if sum(other == name for other, _ in known) > 1
    ]
    try:
        form = shape.model_validate(fields)
    except ValidationError as error:
        mistakes += [
            ParameterMistake(mistake.pointer[1:], mistake.code, mistake.detail)
            for mistake in map(mistake_of, own_errors(error))
        ]
        names = ", ".join(sorted({mistake.parameter for mistake in mistakes}))
        raise _malformed(mistakes, f"Wrong or missing fields: {names}.") from None
    if mistakes:
        raise _malformed(mistakes, f"Repeated fields: {', '.join(m.parameter for m in mistakes)}.")
    return form


def _malformed(mistakes: list[ParameterMistake], detail: str) -> Problem:
    return Problem(Slug.MALFORMED_REQUEST, detail, errors=mistakes, error="invalid_request")
