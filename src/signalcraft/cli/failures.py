"""What a person is told of what went wrong."""

from signalcraft.api.server.serve import AddressUnavailable
from signalcraft.client import ApiProblem, ClientError
from signalcraft.model.problem import Problem, Slug
from signalcraft.oncall.errors import Unanswerable
from signalcraft.store.db.failures import UnusableDatabase
from signalcraft.store.tfstate.keyring import UnusableKeys


def sentence(error: Exception) -> str | None:
    """What to say of an error; None if it is no failure of which we know, but a mistake of ours."""
    match error:
        case Problem(errors=[_, *_]):  # Its own sentence speaks of a body, which nobody has seen.
            return "\n".join(str(mistake.detail) for mistake in error.errors)
        case Problem():
            return error.detail
        case ApiProblem(slug=Slug.UNAUTHENTICATED):
            return f"{error.detail} Set SIGNALCRAFT_API_KEY to another key."
        case ApiProblem(slug=Slug.MALFORMED_REQUEST, errors=[_, *_]):
            # A question that is too large: the request as such is ours.
            return " ".join(mistake.detail for mistake in error.errors)
        case (
            ClientError()
            | UnusableDatabase()
            | UnusableKeys()
            | AddressUnavailable()
            | Unanswerable()
        ):
            return str(error)
        case _:
            return None
