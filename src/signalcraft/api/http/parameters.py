"""The query parameters and headers that several operations share."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from signalcraft.api.http.operation import Parameter
from signalcraft.api.http.paging import CURSOR_PATTERN
from signalcraft.api.http.preconditions import IF_MATCH_PATTERN
from signalcraft.model.fields import NO_NUL, Pattern, ReferenceTo, refuse
from signalcraft.model.kinds import Kind
from signalcraft.model.mistake import Code

Flag = Annotated[
    Literal["true", "false"],
    AfterValidator(lambda text: text == "true"),
    WithJsonSchema({"type": "boolean"}),
]
_DIGITS = re.compile("-?[0-9]+")
ShortText = Annotated[str, Field(max_length=400), NO_NUL]


def _in_digits(text: str) -> str:
    if not _DIGITS.fullmatch(text):
        raise refuse(Code.TYPE, "Must be a whole number, in digits.")
    return text


IN_DIGITS = BeforeValidator(_in_digits)
"""Makes a whole number one that is written in digits: Python reads 1_000 and 5.0 as one, too."""

LIMIT = Parameter(
    "limit",
    Annotated[int, Field(ge=1, le=1000), IN_DIGITS],
    "Maximum number of items.",
    default=100,
)
CURSOR = Parameter(
    "cursor",
    Annotated[
        str,
        Field(max_length=400),
        Pattern(CURSOR_PATTERN, "Must be the next_cursor of an earlier page."),
    ],
    "`next_cursor` of the previous page.",
)
VALIDATE_ONLY = Parameter(
    "validate_only",
    Flag,
    "Write nothing, and answer as the write would, but without `ETag`. The `id` of a resource that "
    "would be new is all zeros.",
    default=False,
)
FORCE = Parameter(
    "force",
    Flag,
    "Write the resource even if another tool manages it, and take it over.",
    default=False,
)
WHEN_UNREFERENCED = Parameter(
    "when_unreferenced",
    Flag,
    "If the resource is still referenced, delete it as soon as it no longer is.",
    default=False,
)
IF_MATCH = Parameter(
    "If-Match",
    Annotated[
        str,
        Field(examples=['"team_01h455vb4pex5vsknk084sn02q.3"']),
        Pattern(
            IF_MATCH_PATTERN, "Must be the ETag of an earlier response, with its quotes, or *."
        ),
    ],
    "Write only if the resource is still at this version, the `ETag` of an earlier response.",
    place="header",
)
IF_NONE_MATCH = Parameter(
    "If-None-Match", Literal["*"], "`*`: create only, replace nothing.", place="header"
)
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    Annotated[
        str,
        Field(min_length=1, max_length=255),
        Pattern(
            r"^[!-~]([ -~]*[!-~])?$", "Must be printable ASCII, without a space at either end."
        ),
    ],
    "A string of your choice that makes it safe to retry the request: for 24 hours the same "
    "request gets the first answer.",
    place="header",
)
MANAGER = Parameter(
    "SignalCraft-Manager",
    Annotated[
        str,
        Field(max_length=700, examples=["terraform"]),
        Pattern(
            r"^(terraform|kubernetes/[!-~]+/[!-~]+/[!-~]+)$",
            "Write terraform, or kubernetes/<cluster>/<namespace>/<name>.",
        ),
    ],
    "The tool that manages the resource: `terraform`, or "
    "`kubernetes/<cluster>/<namespace>/<name>`. Kept as `managed_by.manager`.",
    place="header",
)
SOURCE = Parameter(
    "SignalCraft-Source",
    Annotated[
        str,
        Field(max_length=2000),
        Pattern(r"^[!-~]+$", "Write a URL: printable ASCII, without spaces."),
    ],
    "URL of the manager's source code, kept as `managed_by.source`.",
    place="header",
)


def ids(kind: Kind) -> Parameter:
    """Which resources of a kind to list."""
    return Parameter(
        "id",
        Annotated[str, ReferenceTo(kind.name, kind.id_prefix)],
        "Only the resource with this id; may be repeated.",
        repeated=True,
    )
