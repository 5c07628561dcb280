"""Instants as clients write them."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from signalcraft.model.fields import Pattern, refuse
from signalcraft.model.mistake import Code


def _real(text: str) -> str:
    try:
        year = datetime.fromisoformat(text).year
    except ValueError:
        raise refuse(Code.FORMAT, f"{text} is no time that a calendar and a clock show.") from None
    if not 1970 <= year <= 2200:
        raise refuse(Code.FORMAT, "Write a year from 1970 to 2200.")
    return text


Instant = Annotated[
    str,
    Field(examples=["2026-01-05T09:00:00+01:00"], json_schema_extra={"format": "date-time"}),
    Pattern(
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
        r"(Z|[+-][0-9]{2}:[0-9]{2})$",
        "Write an instant with its offset, such as 2026-01-05T09:00:00+01:00 or "
        "2026-01-05T08:00:00Z.",
    ),
    AfterValidator(_real),
]
