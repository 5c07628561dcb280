"""Cursors: where a page of a list ended, in a form that means nothing to clients."""

CURSOR_PATTERN = "^([2-6][0-9a-f]|7[0-9a-e])+$"
"""The hexadecimal digits of printable ASCII, which is what ids are made of."""


def cursor(last_id: str) -> str:
    """The cursor of the page behind this id."""
    return last_id.encode().hex()


def after(cursor: str | None) -> str:
    """The id behind which the page begins, of a cursor that matches the pattern."""
    return bytes.fromhex(cursor or "").decode("ascii")
