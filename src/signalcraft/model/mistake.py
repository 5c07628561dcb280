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
    READ_ONLY = "read-only"
    UNKNOWN_REFERENCE = "unknown-reference"
    BEING_DELETED = "being-deleted"
    NAME_TAKEN = "name-taken"
    NAME_SHARED = "name-shared"
    LAST_OWNER = "last-owner"
    MANAGED_ELSEWHERE = "managed-elsewhere"
    DOMAIN_NOT_ALLOWED = "domain-not-allowed"
    FIRST_PAGE_LATE = "first-page-late"
    UNCOVERED_TIME = "uncovered-time"
    ON_CALL_CHANGES = "on-call-changes"
    REACHES_NOBODY = "reaches-nobody"
    CATCH_ALL_REMOVED = "catch-all-removed"
    NO_CATCH_ALL = "no-catch-all"
    NEVER_MATCHES = "never-matches"
    RULE_SHADOWED = "rule-shadowed"
    DUPLICATE_RULE = "duplicate-rule"
    NEVER_ON_CALL = "never-on-call"
    NOBODY_ON_CALL = "nobody-on-call"
    ON_CALL_WITHOUT_TEAM = "on-call-without-team"
    ON_CALL_THOUGH_DELETED = "on-call-though-deleted"
    EMPTY_TEAM = "empty-team"
    UNUSED_POLICY = "unused-policy"
    UNUSED_SCHEDULE = "unused-schedule"
    OWN_ACCESS_REMOVED = "own-access-removed"
    ANY_BRANCH = "any-branch"
    INVALID_EXPORT = "invalid-export"


MISTAKES: dict[Code, str] = {
    Code.REQUIRED: "A required value is missing.",
    Code.UNKNOWN_FIELD: "The field doesn't exist. Check its spelling.",
    Code.TYPE: "The value has the wrong type: a string where a number is expected, for example.",
    Code.TOO_SHORT: "The string has too few characters, or the list too few items.",
    Code.TOO_LONG: "The string has too many characters, or the list too many items.",
    Code.TOO_SMALL: "The number is below the minimum.",
    Code.TOO_LARGE: "The number is above the maximum.",
    Code.NOT_ALLOWED: "The value is not one of those allowed here.",
    Code.FORMAT: "The string has the wrong format: a time zone, a local time or an id, for example.",
    Code.DUPLICATE: "The list contains a duplicate.",
    Code.ORDER: "The value must be greater or later than another one.",
    Code.CONFLICT: "The value conflicts with another one in the body.",
    Code.READ_ONLY: "A read-only field has another value than the stored one, and is ignored.",
    Code.UNKNOWN_REFERENCE: "No resource in the workspace has this id.",
    Code.BEING_DELETED: "The resource is marked for deletion: nothing new can refer to it.",
    Code.NAME_TAKEN: "Another resource has this name, or e-mail address.",
    Code.NAME_SHARED: "Another resource has the same name until one of them is renamed or deleted.",
    Code.LAST_OWNER: "No other user is an owner, so this user keeps an owner's rights.",
    Code.MANAGED_ELSEWHERE: "Another tool manages the resource and will revert the change.",
    Code.DOMAIN_NOT_ALLOWED: "The workspace doesn't allow e-mail addresses at this domain.",
    Code.FIRST_PAGE_LATE: "An alert pages nobody at first: no rule has a delay of 0.",
    Code.UNCOVERED_TIME: "At some time in the next 30 days nobody is on call.",
    Code.ON_CALL_CHANGES: "The change affects who is on call, now or soon.",
    Code.REACHES_NOBODY: "No target of the policy reaches anyone in the next 30 days.",
    Code.CATCH_ALL_REMOVED: "Alerts that no rule and no service routes will page nobody.",
    Code.NO_CATCH_ALL: "Alerts that no rule and no service routes page nobody.",
    Code.NEVER_MATCHES: "No alert can fulfil the rule's conditions.",
    Code.RULE_SHADOWED: "An earlier rule takes every alert that the rule matches.",
    Code.DUPLICATE_RULE: "An earlier rule does the same to the same alerts.",
    Code.NEVER_ON_CALL: "Somebody takes turns on a rotation but is never on call.",
    Code.NOBODY_ON_CALL: "Nobody is on call on the schedule in the next 90 days.",
    Code.ON_CALL_WITHOUT_TEAM: "Somebody on call is in no team.",
    Code.ON_CALL_THOUGH_DELETED: "Somebody on call is marked for deletion.",
    Code.EMPTY_TEAM: "A target of the policy is a team without members.",
    Code.UNUSED_POLICY: "No rule and no service uses the policy, and it isn't the default.",
    Code.UNUSED_SCHEDULE: "No escalation policy pages the schedule.",
    Code.OWN_ACCESS_REMOVED: "The account that makes the change loses access by it.",
    Code.ANY_BRANCH: "A job of any branch is trusted by an account that may write.",
    Code.INVALID_EXPORT: "A part of the exported configuration can't be imported here.",
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


def parse_pointer(text: str) -> list[str]:
    """The steps of a JSON pointer (RFC 6901): `/a~1b/0` → `["a/b", "0"]`."""
    steps = text.split("/")[1:]
    return [step.replace("~1", "/").replace("~0", "~") for step in steps]


def pointer(path: Iterable[str | int]) -> str:
    """The JSON pointer (RFC 6901) of a path of keys and indexes: `["a/b", 0]` → `/a~1b/0`."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
