"""What can be wrong with a body, or surprising about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """The closed set of reasons that `errors[].code` and a warning's `code` can give."""

    REQUIRED = "required"
    UNKNOWN_FIELD = "unknown-field"
    TYPE = "type"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    TOO_SMALL = "too-small"
    TOO_LARGE = "too-large"
    NOT_ALLOWED = "not-allowed"
    FORMAT = "format"
    DUPLICATE = "duplicate"
    ORDER = "order"
    CONFLICT = "conflict"
    UNKNOWN_REFERENCE = "unknown-reference"
    BEING_DELETED = "being-deleted"
    NAME_TAKEN = "name-taken"
    LAST_OWNER = "last-owner"
    MANAGED_ELSEWHERE = "managed-elsewhere"
    DOMAIN_NOT_ALLOWED = "domain-not-allowed"
    FIRST_PAGE_LATE = "first-page-late"
    UNCOVERED_TIME = "uncovered-time"
    ON_CALL_CHANGES = "on-call-changes"
    REACHES_NOBODY = "reaches-nobody"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong with, or surprising about, a part of a body.

    `pointer` is a JSON pointer (RFC 6901) into the body; `detail` is a sentence that says what to
    do about it.
    """

    pointer: str
    code: Code
    detail: str

    def under(self, prefix: str) -> "Mistake":
        """The same mistake, seen from a body in which this one stands at `prefix`."""
        return Mistake(prefix + self.pointer, self.code, self.detail)


def pointer(path: Iterable[str | int]) -> str:
    """The JSON pointer (RFC 6901) of a path of keys and indexes: `["a/b", 0]` → `/a~1b/0`."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
