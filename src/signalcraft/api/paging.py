"""Cursors: where a page of a list ended, in a form that means nothing to clients."""

import base64

from signalcraft.model.problem import ParameterMistake, Problem, Slug


def cursor(last_id: str) -> str:
    """The cursor of the page behind this id."""
    return base64.urlsafe_b64encode(last_id.encode()).decode().rstrip("=")


def after(cursor: str | None) -> str:
    """The id behind which the page begins. Raises `malformed-request`."""
    if cursor is None:
        return ""
    last_id = _decoded(cursor)
    if not last_id.isprintable() or not last_id:
        mistake = ParameterMistake("cursor", "format", "Send the next_cursor of an earlier page.")
        raise Problem(Slug.MALFORMED_REQUEST, "The cursor can't be read.", errors=[mistake])
    return last_id


def _decoded(cursor: str) -> str:
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        return base64.b64decode(padded, altchars="-_", validate=True).decode("ascii")
    except ValueError:  # binascii.Error and UnicodeDecodeError are such.
        return ""
