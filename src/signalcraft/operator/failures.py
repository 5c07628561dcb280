"""What an error of the API means for an object."""

from signalcraft.client import ApiProblem, ClientError
from signalcraft.model.problem import Slug
from signalcraft.operator.link import sentence
from signalcraft.operator.reasons import Reason
from signalcraft.operator.status import Outcome

_REASONS = {
    Slug.VALIDATION: Reason.REJECTED,
    Slug.PAYLOAD_TOO_LARGE: Reason.REJECTED,
    Slug.NAME_TAKEN: Reason.CONFLICT,
    Slug.MANAGED_ELSEWHERE: Reason.CONFLICT,
    Slug.FORBIDDEN: Reason.FORBIDDEN,
    Slug.UNAUTHENTICATED: Reason.UNAUTHORIZED,
    Slug.REFERENCED: Reason.DELETION_BLOCKED,
}


def outcome_of(error: ClientError) -> Outcome:
    """What is to be said of an object whose request failed."""
    if not isinstance(error, ApiProblem) or error.slug not in _REASONS:
        return Outcome(Reason.UNREACHABLE, sentence(error))
    reason = _REASONS[error.slug]
    if reason is not Reason.REJECTED or not error.errors:
        return Outcome(reason, error.detail)
    return Outcome(reason, "; ".join(_field(str(each)) for each in error.errors))


def _field(text: str) -> str:
    return f"spec{text}" if text.startswith("/") else text
