"""What is answered when something fails: always a problem, which says whether anything changed."""

from typing import Any

import structlog
from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]  # Granian's own gap

from signalcraft.api.server.workers import Busy, ClientGone, TooLate
from signalcraft.model.problem import Problem, Slug
from signalcraft.store.db.failures import UnknownOutcome, UnusableDatabase

_UNCHANGED = "Nothing was changed. Try again."
_MAYBE: dict[str, Any] = {"may_be_applied": True}
_UNKNOWN = "The change may have been made: read before you send it again."

log = structlog.get_logger()


def problem_of(error: Exception, request_id: str, *, writes: bool) -> Problem:
    """The problem that a request ends in; `writes` says whether it was to change something.

    What an operator should know of is logged.
    """
    match error:
        case Problem():
            return error
        case ProtocolClosed() | ClientGone():
            return Problem(Slug.MALFORMED_REQUEST, "The body is cut off, or its chunks are wrong.")
        case Busy():
            return _unavailable("Too many requests are waiting. " + _UNCHANGED)
        case UnusableDatabase() if not isinstance(error, UnknownOutcome):
            log.warning("the database can't be used", request_id=request_id, reason=str(error))
            return _unavailable("The database can't be used. " + _UNCHANGED)
        case _:
            return _unfinished(error, request_id, writes=writes)


def _unfinished(error: Exception, request_id: str, *, writes: bool) -> Problem:
    """The problem of a request that was begun, so that what it has done is unknown."""
    extensions = _MAYBE if writes else {}
    advice = _UNKNOWN if writes else "Ask for less, or try again."
    if isinstance(error, TooLate):
        log.warning("a request took too long", request_id=request_id)
        return _unavailable("It took too long. " + advice, **extensions)
    if isinstance(error, UnknownOutcome):
        log.warning("a commit was lost", request_id=request_id, reason=str(error))
        return _unavailable("The database failed during the commit. " + advice, **extensions)
    log.error("a request failed", request_id=request_id, exc_info=error)
    return Problem(Slug.INTERNAL, advice if writes else "Try again.", **extensions)


def _unavailable(detail: str, **extensions: Any) -> Problem:
    return Problem(Slug.UNAVAILABLE, detail, headers={"Retry-After": "1"}, **extensions)
