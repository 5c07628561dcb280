"""What the questions about time have in common: the instant asked about, and what is too much."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from pydantic import BeforeValidator
from whenever import Instant

from signalcraft.api.http.call import Call
from signalcraft.api.http.operation import Parameter
from signalcraft.model.fields import refuse
from signalcraft.model.instants import Instant as InstantText
from signalcraft.model.mistake import Code
from signalcraft.model.problem import ParameterMistake, Problem, Slug
from signalcraft.oncall.budget import TooMuchWork
from signalcraft.oncall.errors import Unanswerable
from signalcraft.oncall.instants import read_instant


def _no_space(text: str) -> str:
    if _SPACE_FOR_PLUS.search(text):
        raise refuse(Code.FORMAT, "In a URL, + means a space. Write it as %2B.")
    return text


_SPACE_FOR_PLUS = re.compile(r"T[0-9:.]+ [0-9:]+$")
QueryInstant = Annotated[InstantText, BeforeValidator(_no_space)]
"""An instant in a query, whose offset is easily sent without its sign."""

AT = Parameter("at", QueryInstant, "The instant asked about, with an offset; now if left out.")


def requested_instant(call: Call) -> Instant:
    """The instant that a call asks about."""
    text = call.query["at"]
    return read_instant(text) if text else Instant.now().round("second", mode="floor")


@contextmanager
def answerable(parameter: str) -> Iterator[None]:
    """RotationTimeline the core's word that a question asks too much into `malformed-request`."""
    try:
        yield
    except TooMuchWork:  # It is the question as a whole, not this parameter.
        raise
    except Unanswerable as too_much:
        mistake = ParameterMistake(parameter, "too-large", str(too_much))
        raise Problem(Slug.MALFORMED_REQUEST, str(too_much), errors=[mistake]) from None
