"""Whether a connection can be used."""

from dataclasses import dataclass
from enum import Enum

from signalcraft.client import ApiProblem
from signalcraft.operator.reasons import Reason


class State(Enum):
    """What a connection can be used for."""

    NEW = "new"
    """Not known yet."""
    READY = "ready"
    UNREACHABLE = "unreachable"
    """Not at the moment."""
    REFUSED = "refused"
    """Not before somebody changes something."""


@dataclass(frozen=True)
class Health:
    """The state of a connection, and why."""

    state: State
    reason: Reason
    message: str


def sentence(error: Exception) -> str:
    """What went wrong, without the request's id: the same each time."""
    return error.detail if isinstance(error, ApiProblem) else str(error)
