"""Instants as clients write them."""

from typing import Annotated

from pydantic import AfterValidator, Field

from signalcraft.model.fields import Pattern, real_time

Instant = Annotated[
    str,
    Field(examples=["2026-01-05T09:00:00+01:00"], json_schema_extra={"format": "date-time"}),
    Pattern(
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
        r"(Z|[+-][0-9]{2}:[0-9]{2})$",
        "Must be an instant with its offset, such as 2026-01-05T09:00:00+01:00 or "
        "2026-01-05T08:00:00Z.",
    ),
    AfterValidator(real_time),
]
