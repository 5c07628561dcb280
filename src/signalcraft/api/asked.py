"""What the questions about time have in common: the instant asked about, and what is too much."""

from collections.abc import Iterator
from contextlib import contextmanager

from whenever import Instant

from signalcraft.api.call import Call
from signalcraft.api.instants import read_instant
from signalcraft.api.operation import Parameter
from signalcraft.model.instants import Instant as InstantText
from signalcraft.model.problem import ParameterMistake, Problem, Slug
from signalcraft.oncall.unanswerable import Unanswerable

AT = Parameter("at", InstantText, "The instant asked about, with an offset; now if left out.")


def asked_instant(call: Call) -> Instant:
    """The instant that a call asks about."""
    text = call.query["at"]
    return read_instant(text) if text else Instant.now().round("second", mode="floor")


@contextmanager
def answerable(parameter: str) -> Iterator[None]:
    """Turns the core's word that a question asks too much into `malformed-request`."""
    try:
        yield
    except Unanswerable as too_much:
        mistake = ParameterMistake(parameter, "too-large", str(too_much))
        raise Problem(Slug.MALFORMED_REQUEST, str(too_much), errors=[mistake]) from None
