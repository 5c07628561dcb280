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


MISTAKES: dict[Code, str] = {
    Code.REQUIRED: "Something is missing that has to be there.",
    Code.UNKNOWN_FIELD: "There is no such field. Its spelling may be wrong.",
    Code.TYPE: "It is of another type than the field: a text where a number belongs, say.",
    Code.TOO_SHORT: "The text has too few characters, or the list too few entries.",
    Code.TOO_LONG: "The text has too many characters, or the list too many entries.",
    Code.TOO_SMALL: "The number is below the smallest that is allowed.",
    Code.TOO_LARGE: "The number is above the largest that is allowed.",
    Code.NOT_ALLOWED: "It is none of the values that can stand here.",
    Code.FORMAT: "The text is not written as it has to be: a time zone, a local time, an id.",
    Code.DUPLICATE: "It stands in the list twice.",
    Code.ORDER: "It has to be greater, or later, than something else.",
    Code.CONFLICT: "It excludes something else that is written.",
    Code.UNKNOWN_REFERENCE: "Nothing in the workspace has this id.",
    Code.BEING_DELETED: "What has this id is about to be deleted: nothing new may refer to it.",
    Code.NAME_TAKEN: "Another resource has this name, or e-mail address.",
    Code.LAST_OWNER: "The workspace would be left without an owner.",
    Code.MANAGED_ELSEWHERE: "Another tool manages the resource, and will put it back.",
    Code.DOMAIN_NOT_ALLOWED: "The workspace takes no e-mail addresses at this domain.",
    Code.FIRST_PAGE_LATE: "An alert pages nobody at first, since no rule has a delay of 0.",
    Code.UNCOVERED_TIME: "There is time in the next 30 days at which nobody is on call.",
    Code.ON_CALL_CHANGES: "The edit changes who is on call right now.",
    Code.REACHES_NOBODY: "Nobody is behind any target of the policy in the next 30 days.",
}
"""What each code means."""


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
