"""Everything that the API can answer other than what was asked for (RFC 9457)."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from signalcraft.model.mistake import Mistake

MAX_ERRORS = 100
"""How many mistakes are listed."""

TYPE_PREFIX = "https://signalcraft.io/problems/"


class Slug(StrEnum):
    """The closed set of problem types; a problem's `type` ends in its slug."""

    MALFORMED_REQUEST = "malformed-request"
    UNAUTHENTICATED = "unauthenticated"
    TOKEN_REFUSED = "token-refused"  # noqa: S105 — a slug, not a secret
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    NAME_TAKEN = "name-taken"
    AMBIGUOUS_NAME = "ambiguous-name"
    REFERENCED = "referenced"
    MANAGED_ELSEWHERE = "managed-elsewhere"
    LAST_OWNER = "last-owner"
    REQUEST_TIMEOUT = "request-timeout"
    STATE_LOCKED = "state-locked"
    STATE_CONFLICT = "state-conflict"
    STATE_UNSAVED = "state-unsaved"
    STORED_KEY_REFUSED = "stored-key-refused"
    GONE = "gone"
    VERSION_MISMATCH = "version-mismatch"
    PAYLOAD_TOO_LARGE = "payload-too-large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type"
    VALIDATION = "validation"
    IDEMPOTENCY_KEY_REUSED = "idempotency-key-reused"
    RATE_LIMITED = "rate-limited"
    INTERNAL = "internal"
    NOT_CONFIGURED = "not-configured"
    UNAVAILABLE = "unavailable"
    ISSUER_UNAVAILABLE = "issuer-unavailable"


class ProblemType(NamedTuple):
    """What is the same for every problem of a type."""

    status: int
    title: str
    meaning: str
    """What happened and what to do, for the page that the problem's `type` names."""


PROBLEM_TYPES: dict[Slug, ProblemType] = {
    Slug.MALFORMED_REQUEST: ProblemType(
        400,
        "The request can't be read",
        "The body is not valid, unambiguous JSON (a syntax error, a duplicate key, `NaN`, a lone "
        "surrogate, nesting that is too deep), or the query or a header is invalid. `errors` names "
        "each parameter at fault. Correct the request; retrying it unchanged can't succeed.",
    ),
    Slug.TOKEN_REFUSED: ProblemType(
        400,
        "The token can't be exchanged",
        "Its signature, issuer, audience, times or claims are not what the trust expects, or it was "
        "exchanged before. `detail` names what didn't match and what was expected. Correct the job "
        "that requests the token, or the trust. `error` has OAuth's code for it.",
    ),
    Slug.UNAUTHENTICATED: ProblemType(
        401,
        "No valid API key",
        "Send `Authorization: Bearer sck_…` with a key that exists, has neither expired nor been "
        "revoked, and belongs to a service account that isn't disabled. A mistyped key is "
        "recognised by its check digits, and the error says so.",
    ),
    Slug.FORBIDDEN: ProblemType(
        403,
        "The key lacks a scope",
        "The key's service account lacks the scope that `scope` names. Add it to the account's "
        "`scopes`, or use another account's key.",
    ),
    Slug.NOT_FOUND: ProblemType(
        404,
        "Not found",
        "The path is not part of the API, or its id doesn't exist in the key's workspace. Ids of "
        "other workspaces are not found either.",
    ),
    Slug.METHOD_NOT_ALLOWED: ProblemType(
        405, "Method not allowed", "The `Allow` header lists the methods."
    ),
    Slug.REQUEST_TIMEOUT: ProblemType(
        408,
        "The body took too long to arrive",
        "The connection is too slow, or the client stopped sending. Nothing was changed; send the "
        "request again.",
    ),
    Slug.NAME_TAKEN: ProblemType(
        409,
        "Another resource has this name",
        "A new resource needs a name that no other of its kind has (users: an e-mail address). "
        "`existing_id` is the resource that has the name: use another name, write to that "
        "resource, or import it.",
    ),
    Slug.AMBIGUOUS_NAME: ProblemType(
        409,
        "Several resources have this name",
        "An update by id may give a resource the name of another for a while, so that names can be "
        "swapped. Until then the name doesn't say which of them is meant: `ids` lists them. Use an "
        "id, or rename all but one.",
    ),
    Slug.REFERENCED: ProblemType(
        409,
        "Other resources still refer to it",
        "`blockers` lists every resource that refers to what you would delete, and where. Remove "
        "those references first, or send the delete with `?when_unreferenced=true`: the resource "
        "is then deleted with its last reference.",
    ),
    Slug.MANAGED_ELSEWHERE: ProblemType(
        409,
        "Another tool manages it",
        "The resource was last written by the manager that `managed_by` names, which would undo "
        "this change. Change it there, or take it over with `?force=true`. Only a request whose "
        "`SignalCraft-Manager` names another one is refused; one without the header "
        "gets a warning in `SignalCraft-Warnings`.",
    ),
    Slug.LAST_OWNER: ProblemType(
        409,
        "A workspace needs an owner",
        "This user is the workspace's last owner. Make another user an owner first; or send the "
        "delete with `?when_unreferenced=true`, and it happens when another user is an owner.",
    ),
    Slug.STATE_LOCKED: ProblemType(
        409,
        "Another run holds the state's lock",
        "The Terraform state is locked by the run that `detail` names. Wait until it has finished. "
        "If it has died, release its lock with `signalcraft state unlock`.",
    ),
    Slug.STATE_CONFLICT: ProblemType(
        409,
        "The write doesn't follow the stored state",
        "The Terraform state that was sent has another lineage than the stored one, an older "
        "serial, or the same serial and other content. `signalcraft state why` says who wrote what "
        "is stored, and what to do.",
    ),
    Slug.STATE_UNSAVED: ProblemType(
        409,
        "An earlier apply could not save the state",
        "Objects may exist that the Terraform state lacks, and another apply could create them a "
        "second time. `signalcraft state why` prints the way out.",
    ),
    Slug.STORED_KEY_REFUSED: ProblemType(
        409,
        "No stored key can be made here",
        "The service account is `keyless_only`, or the key that was to be rotated was exchanged for a "
        "token. Exchange a token for a key (`POST /v1/token`), or let the account have stored keys.",
    ),
    Slug.GONE: ProblemType(
        410,
        "The feed doesn't reach back that far",
        "`after` is older than the oldest change that is kept, or newer than the newest: the "
        "database may have been restored. Read everything again, then follow the feed from there.",
    ),
    Slug.VERSION_MISMATCH: ProblemType(
        412,
        "The resource has changed",
        "The resource is no longer at the version in `If-Match` (`current_version` is the current "
        "one), or `If-None-Match: *` was sent and it exists. Re-read it and try again.",
    ),
    Slug.PAYLOAD_TOO_LARGE: ProblemType(413, "The body is too large", "The limit is 1 MiB."),
    Slug.UNSUPPORTED_MEDIA_TYPE: ProblemType(
        415,
        "The body must be JSON",
        "Send `Content-Type: application/json`, in UTF-8, uncompressed.",
    ),
    Slug.VALIDATION: ProblemType(
        422,
        "The body is not valid",
        "`errors` lists every error, each with a JSON pointer into the body, a code, and what to do.",
    ),
    Slug.IDEMPOTENCY_KEY_REUSED: ProblemType(
        422,
        "The idempotency key was used for another request",
        "A different request was sent with this `Idempotency-Key` in the last 24 hours. Use a new "
        "key for a new request.",
    ),
    Slug.RATE_LIMITED: ProblemType(
        429, "Too many requests", "Wait for the seconds in `Retry-After`, then retry."
    ),
    Slug.INTERNAL: ProblemType(
        500,
        "Internal server error",
        "Where `may_be_applied` is true, the change may have been made: read before you send it "
        "again. If it keeps failing, give the administrator the `request_id`, which the server's "
        "log has too.",
    ),
    Slug.NOT_CONFIGURED: ProblemType(
        501,
        "The server is not set up for this",
        "`detail` names the setting that is missing. It is the administrator's to make.",
    ),
    Slug.UNAVAILABLE: ProblemType(
        503,
        "The server can't answer at the moment",
        "The database can't be used, or too many requests are waiting. Nothing was changed, unless "
        "`may_be_applied` is true: the answer to a commit was lost, so read before you send it "
        "again. Wait as many seconds as `Retry-After` says.",
    ),
    Slug.ISSUER_UNAVAILABLE: ProblemType(
        503,
        "The token's issuer can't be asked for its keys",
        "Nothing was changed. Wait for the seconds in `Retry-After`, then retry. If it "
        "stays, the server's log says why the issuer can't be reached; a trust can name its keys "
        "itself (`jwks`).",
    ),
}


@dataclass(frozen=True, slots=True)
class ParameterMistake:
    """What is wrong with a query parameter or a header."""

    parameter: str
    code: str
    detail: str


class Problem(Exception):
    """An answer other than the one that was asked for: raised anywhere, rendered by the API."""

    def __init__(
        self,
        slug: Slug,
        detail: str,
        *,
        errors: Iterable[Mistake | ParameterMistake] = (),
        headers: dict[str, str] | None = None,
        **extensions: Any,
    ) -> None:
        super().__init__(detail)
        self.slug = slug
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = headers or {}
        self.extensions = extensions

    @property
    def type(self) -> ProblemType:
        """What is the same for every problem of this one's slug."""
        return PROBLEM_TYPES[self.slug]

    def document(self, request_id: str) -> dict[str, Any]:
        """The problem as its `application/problem+json` says it."""
        document: dict[str, Any] = {
            "type": TYPE_PREFIX + self.slug,
            "title": self.type.title,
            "status": self.type.status,
            "detail": self.detail,
            "request_id": request_id,
        }
        if self.errors:
            document["errors"] = [asdict(error) for error in self.errors[:MAX_ERRORS]]
        if len(self.errors) > MAX_ERRORS:
            document["errors_left_out"] = len(self.errors) - MAX_ERRORS
        return document | self.extensions


def not_found(what: str) -> Problem:
    """`not-found`, for a resource."""
    return Problem(Slug.NOT_FOUND, f"No {what[:200]} in this workspace.")


def invalid(mistakes: Iterable[Mistake | ParameterMistake]) -> Problem:
    """`validation`, with everything that is wrong with a body."""
    mistakes = tuple(mistakes)
    count = "1 error" if len(mistakes) == 1 else f"{len(mistakes):,} errors"
    listed = "" if len(mistakes) <= MAX_ERRORS else f" for the first {MAX_ERRORS}"
    return Problem(Slug.VALIDATION, f"The body has {count}; see `errors`{listed}.", errors=mistakes)
