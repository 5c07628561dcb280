"""What the API can do, as data: routes and `openapi.json` both come from these declarations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter

from signalcraft.api.http.call import Answer, Call, Exchange, Later, Visit
from signalcraft.api.http.schemas import Page, Stored
from signalcraft.api.http.server_state import Server
from signalcraft.model.problem import Slug
from signalcraft.model.service_account import Scope

Method = Literal["GET", "POST", "PUT", "DELETE"]
Shown = type[BaseModel] | Stored | Page
"""The shape of an answer."""


@dataclass(frozen=True)
class Parameter:
    """A query parameter or header of an operation."""

    name: str
    type: Any
    """What its text is read as: any type that pydantic knows."""
    description: str
    default: Any = None
    required: bool = False
    repeated: bool = False
    place: Literal["query", "header"] = "query"
    adapter: TypeAdapter[Any] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "adapter", TypeAdapter(self.type))


@dataclass(frozen=True)
class Public:
    """The handler of an operation that answers without a key, about the server itself."""

    answer: Callable[[Server], Answer]
    about_database: bool = False
    """Whether it says how the database is, and so needs a look at it."""


@dataclass(frozen=True)
class Linked:
    """The handler of an operation that answers without a key, since its path holds a secret."""

    answer: Callable[[Visit], Answer]


@dataclass(frozen=True)
class Exchanged:
    """The handler of an operation that answers without a key, since its body holds a token."""

    answer: Callable[[Exchange], Answer]


@dataclass(frozen=True)
class Operation:
    """One method on one path."""

    method: Method
    path: str
    """`/v1/schedules/{id}`; what stands in braces is handed to the handler."""
    operation_id: str
    summary: str
    handler: Callable[[Call], Answer | Later] | Public | Linked | Exchanged
    responses: Mapping[int, Shown | None]
    """What a success looks like, by status; None for no body."""
    description: str = ""
    tag: str = ""
    scope: Scope | None = None
    """The scope that a key needs; None where any key will do."""
    dry_run_scope: Scope | None = None
    """The scope that suffices with `validate_only=true`, where the operation has that."""
    quick: bool = False
    """Whether it only reads rows by their key, up to where it answers `Later`: SQLite does that in
    less time than a hop to a thread takes (13 µs against 60)."""
    costly: bool = False
    """Whether its cost grows with the configuration or the body: it waits for threads of its own,
    of which one caller can't take all."""
    parameters: tuple[Parameter, ...] = ()
    request: type[BaseModel] | None = None
    """The body's shape; None for no body."""
    is_upload: bool = False
    """Whether its body is JSON that may be large: it is read only once the key and its scope are
    known, and doesn't take memory."""
    media_type: str = "application/json"
    """What the body is written in."""
    under_lock: bool = False
    """Whether a key that took a Terraform state's lock may do it even once it has expired."""
    problems: tuple[Slug, ...] = ()
    """The problems that are its own: those of every operation aren't listed."""

    @cached_property
    def takes_nothing(self) -> bool:
        """Whether a body may be left out, since all of its fields have defaults: it is `{}` then."""
        fields = self.request.model_fields.values() if self.request else ()
        return not any(field.is_required() for field in fields)

    @cached_property
    def query_parameters(self) -> tuple[Parameter, ...]:
        """Those of its parameters that stand in the query."""
        return tuple(p for p in self.parameters if p.place == "query")

    @cached_property
    def header_parameters(self) -> tuple[tuple[str, Parameter], ...]:
        """Those of its parameters that are headers, each with its name in lower case."""
        return tuple((p.name.lower(), p) for p in self.parameters if p.place == "header")

    @property
    def only_reads(self) -> bool:
        """Whether it writes nothing, and so waits for no write."""
        return self.method == "GET" or self.scope == "config:read"

    @property
    def needs_key(self) -> bool:
        """Whether a request must come with an API key."""
        return not isinstance(self.handler, Public | Linked | Exchanged)
