"""The types of fields that several kinds share, each with its bounds."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    WrapValidator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from signalcraft.model.ids import (
    EscalationPolicyId,
    ServiceAccountId,
    TeamId,
    UserId,
    id_pattern,
)
from signalcraft.model.invisible import INVISIBLE, has_other_invisible
from signalcraft.model.mistake import Code
from signalcraft.model.strict_json import first_repeated
from signalcraft.model.time_zones import time_zone_names, zone_suggestion

T = TypeVar("T", bound=Hashable)

PATTERN_DETAIL = "x-signalcraft-pattern-detail"
"""Where a JSON schema has the sentence for a text that doesn't match its pattern."""

KIND = "x-signalcraft-kind"
"""Where the JSON schema of an id has the kind of resource that it refers to."""
KINDS = "x-signalcraft-kinds"
"""Where it has the kinds instead, if it may refer to several."""
WORDS = "x-signalcraft-words"
"""Where it has the words that may stand in place of an id."""

NOBODY = "nobody"
"""In the place of a participant: a turn, or a time, in which nobody is on call."""

# RFC 8259, section 6: integers in this range are read alike by every JSON implementation.
MAX_INTEROPERABLE = 9_007_199_254_740_991


def refuse(code: Code, detail: str) -> PydanticCustomError:
    """The error that a field's validator raises; its type is one of our own codes."""
    return PydanticCustomError(code.value, "{detail}", {"detail": detail})


@dataclass(frozen=True)
class Pattern:
    """A text must match `regex` as a whole; where it doesn't, `detail` says what to write.

    The regex stands in the JSON schema too, so it keeps to what ECMA-262, RE2 and Rust's regex
    crate, which matches it here, read alike.
    """

    regex: str
    detail: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        matches = core_schema.custom_error_schema(
            core_schema.str_schema(pattern=self.regex),
            custom_error_type=Code.FORMAT.value,
            custom_error_message="{detail}",
            custom_error_context={"detail": self.detail},
        )
        return core_schema.chain_schema([handler(source), matches])

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "pattern": self.regex, PATTERN_DETAIL: self.detail}


@dataclass(frozen=True)
class ReferenceTo:
    """Marks a text as the id of a resource of `kind`."""

    kind: str
    prefix: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return self._pattern.__get_pydantic_core_schema__(source, handler)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        json_schema = self._pattern.__get_pydantic_json_schema__(schema, handler)
        return {**json_schema, KIND: self.kind}

    @property
    def _pattern(self) -> Pattern:
        title = self.kind.replace("_", " ")
        article = "an" if title[0] in "aeio" else "a"
        return Pattern(
            id_pattern(self.prefix),
            f"Must be the id of {article} {title} ('{self.prefix}_' and 26 characters), not a name.",
        )


@dataclass(frozen=True)
class ReferenceToOneOf:
    """Marks a text as the id of a resource of one of several kinds, or as one of a few words.

    `kinds` are the kinds, each with what its ids begin with.
    """

    kinds: tuple[tuple[str, str], ...]
    words: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return self._pattern.__get_pydantic_core_schema__(source, handler)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        json_schema = self._pattern.__get_pydantic_json_schema__(schema, handler)
        words = {WORDS: list(self.words)} if self.words else {}
        return {**json_schema, KINDS: [kind for kind, _ in self.kinds], **words}

    @property
    def _pattern(self) -> Pattern:
        *titles, last_title = (kind for kind, _ in self.kinds)
        *prefixes, last_prefix = (f"'{prefix}_'" for _, prefix in self.kinds)
        ids = id_pattern(f"({'|'.join(prefix for _, prefix in self.kinds)})")
        return Pattern(
            "|".join([ids, *(f"^{word}$" for word in self.words)]),
            f"Must be the id of a {', '.join(titles)} or {last_title} ({', '.join(prefixes)} or "
            f"{last_prefix} and 26 characters), not a name"
            + "".join(f", or '{word}'" for word in self.words)
            + ".",
        )


UserReference = Annotated[UserId, ReferenceTo("user", "user")]
TeamReference = Annotated[TeamId, ReferenceTo("team", "team")]
EscalationPolicyReference = Annotated[EscalationPolicyId, ReferenceTo("escalation_policy", "esc")]
ServiceAccountReference = Annotated[ServiceAccountId, ReferenceTo("service_account", "sa")]
Participant = Annotated[str, ReferenceToOneOf((("user", "user"), ("team", "team")), (NOBODY,))]

_SEEN = "Must be one line, without tabs, control characters or invisible characters."
_ON_ONE_LINE = Pattern(rf"^[^\x00-\x1f\x7f-\x9f{INVISIBLE}]*$", _SEEN)
NO_NUL = Pattern(r"^[^\x00]*$", "Must not contain the character U+0000.")


def _legible(name: str) -> str:
    if has_other_invisible(name):
        raise refuse(Code.FORMAT, _SEEN)
    if name != name.strip():
        raise refuse(Code.FORMAT, "Must not start or end with a space.")
    return name


Name = Annotated[str, Field(min_length=1, max_length=400), _ON_ONE_LINE, AfterValidator(_legible)]
Description = Annotated[str, Field(max_length=4000), NO_NUL]
Text = Annotated[str, Field(max_length=1000), NO_NUL]
LabelName = Annotated[str, Field(min_length=1, max_length=128), NO_NUL]
LabelValue = Annotated[str, Field(max_length=512), NO_NUL]


class _NamesAndValues:
    """Describes a map by a schema for its names and one for its values.

    Pydantic's `patternProperties` says nothing of a name that doesn't match: it would be allowed,
    with any value.
    """

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        described = handler(schema)
        [(names, values)] = described.pop("patternProperties").items()
        return {
            **described,
            "propertyNames": {**described["propertyNames"], "pattern": names},
            "additionalProperties": values,
        }


Labels = Annotated[dict[LabelName, LabelValue], Field(max_length=64), _NamesAndValues()]


def _known_zone(name: str) -> str:
    if name not in time_zone_names():
        raise refuse(
            Code.FORMAT,
            f"{name!r} is not an IANA time zone. {zone_suggestion(name)}",
        )
    return name


TimeZone = Annotated[
    str,
    Field(min_length=1, max_length=64, examples=["Europe/Berlin"]),
    AfterValidator(_known_zone),
]


def real_time(text: str) -> str:
    """A time in ISO 8601 that a calendar and a clock show, in the years that zones are known."""
    try:
        year = datetime.fromisoformat(text).year
    except ValueError:
        raise refuse(Code.FORMAT, f"{text} is not a valid date and time.") from None
    if not 1970 <= year <= 2200:
        raise refuse(Code.FORMAT, "The year must be from 1970 to 2200.")
    return text


LocalTime = Annotated[
    str,
    Field(examples=["2026-01-05T09:00:00"]),
    Pattern(
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$",
        "Must be a local time without an offset, such as 2026-01-05T09:00:00.",
    ),
    AfterValidator(real_time),
]
TimeOfDay = Annotated[
    str,
    Field(examples=["09:00"]),
    Pattern(
        r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        "Must be a time of day from 00:00 to 23:59, such as 09:00. Midnight is 00:00.",
    ),
]


def _keep_integer(value: Any, validate: Any) -> int | float:
    """Validates as a float, but lets 90 stay 90: what is read back is what was written."""
    number: float = validate(value)
    return value if type(value) is int else number


Number = Annotated[
    float,
    Field(ge=-MAX_INTEROPERABLE, le=MAX_INTEROPERABLE),
    WrapValidator(_keep_integer),
    PlainSerializer(lambda number: number, return_type=int | float),
]


def _no_duplicates(items: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(items)) < len(items):
        repeated = first_repeated(items)
        raise refuse(Code.DUPLICATE, f"{repeated!r} is duplicated.")
    return items


@dataclass(frozen=True)
class Distinct:
    """Makes a list set-like: an entry that stands in it twice is refused. The order is kept."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(_no_duplicates, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "uniqueItems": True}
