"""What a handler is given, and what it answers."""

import json
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from signalcraft.model.problem import Problem, Slug
from signalcraft.model.public_keys import PublicKey
from signalcraft.store.access.callers import Caller
from signalcraft.store.config.author import Author
from signalcraft.store.config.compiled import Configuration, Configurations
from signalcraft.store.db.database import Connection, Database
from signalcraft.store.tfstate.content import Content
from signalcraft.store.tfstate.writing import Settings as StateSettings


@dataclass
class KnownCaller:
    """What is known about who sent a request, for the log."""

    workspace_id: str | None = None
    account_id: str | None = None
    key_id: str | None = None
    digest: str | None = None
    """The digest of the request's key, if that has worked before."""


@dataclass(frozen=True)
class Upload:
    """A large body that has arrived, or as much of it as has."""

    content: Content
    failure: Problem | None = None
    """Why it can't be used."""


@dataclass(slots=True)
class Incoming:
    """A request as it came, once it is known what it asks for. Its body is set when it has arrived."""

    method: str
    path: str
    parameters: Mapping[str, str]
    """What stood in the braces of the operation's path."""
    query: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    client: str
    """The address that it came from."""
    request_id: str
    caller: KnownCaller = field(default_factory=KnownCaller)
    upload: Upload | None = None
    """The body, where the operation takes a large one."""


@dataclass(frozen=True)
class Exchange:
    """A request without a key, whose body holds a token, in a thread where it may use the database
    and wait for the token's issuer.
    """

    incoming: Incoming
    database: Database
    find_key: Callable[[str, str], PublicKey]
    """The key of an issuer that has an id."""


@dataclass(frozen=True)
class Call:
    """A request that is allowed and well-formed, in a thread where it may use the database."""

    incoming: Incoming
    database: Database
    configurations: Configurations
    caller: Caller
    query: Mapping[str, Any]
    """All query parameters by name, read, with their defaults."""
    state_settings: StateSettings | None = None
    """How Terraform states are kept, if the server keeps them."""

    @property
    def connection(self) -> Connection:
        """The connection of the thread in which this is asked."""
        return self.database.connection()

    @property
    def workspace_id(self) -> str:
        """The caller's workspace: all that the call may see."""
        return self.caller.workspace_id

    @property
    def configuration(self) -> Configuration:
        """The workspace's configuration as it is now, ready to be asked."""
        return self.configurations.of(self.workspace_id)

    @property
    def path(self) -> Mapping[str, str]:
        """What stood in the path's braces."""
        return self.incoming.parameters

    @property
    def headers(self) -> Mapping[str, str]:
        """The request's headers, names in lower case."""
        return self.incoming.headers

    @property
    def body(self) -> bytes:
        """The request's body."""
        return self.incoming.body

    @property
    def upload(self) -> Upload:
        """The request's body, where the operation takes a large one."""
        assert self.incoming.upload is not None
        return self.incoming.upload

    @property
    def states(self) -> StateSettings:
        """How Terraform states are kept. Raises `not-configured`."""
        if self.state_settings is None:
            raise Problem(
                Slug.NOT_CONFIGURED,
                "This server keeps no Terraform states. Start it with --state-key-file.",
            )
        return self.state_settings

    @property
    def author(self) -> Author:
        """Who writes, as the headers and `force` say."""
        return Author(
            workspace_id=self.caller.workspace_id,
            id=self.caller.service_account_id,
            name=self.caller.service_account_name,
            request_id=self.incoming.request_id,
            manager=self.headers.get("signalcraft-manager"),
            source=self.headers.get("signalcraft-source"),
            force=bool(self.query.get("force")),
            scopes=self.caller.scopes,
        )


@dataclass(frozen=True)
class Answer:
    """A success, as it goes out. Problems are raised."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json"
    replayed_body: str | None = None
    """What a repeated request gets instead of `body`, where that holds a secret."""
    stream: Generator[bytes] | None = None
    """A body that is too large for memory, in parts, instead of `body`."""
    wait: int = 0
    """There is nothing to tell yet: ask again at the next change, for so many seconds at most."""

    def with_headers(self, headers: dict[str, str]) -> "Answer":
        """The same, with these headers too."""
        return replace(self, headers=self.headers | headers) if headers else self

    def replayed_as(self, value: Any) -> "Answer":
        """The same, but for the body that a repeated request gets."""
        return replace(self, replayed_body=_json(value))


class KeptAnswers:
    """The last answers to questions that take long, by what was asked about."""

    def __init__(self, most: int = 32) -> None:
        self._most = most
        self._answers: dict[str, Answer] = {}

    def get(self, what: str) -> Answer | None:
        """What was kept last."""
        return self._answers.get(what)

    def keep(self, what: str, answer: Answer) -> None:
        """Keeps an answer in place of the one before; of too many, the one kept longest goes."""
        self._answers.pop(what, None)
        self._answers[what] = answer
        if len(self._answers) > self._most:
            self._answers.pop(next(iter(self._answers)), None)


@dataclass(frozen=True)
class Visit:
    """A request without a key, whose path holds a secret, in a thread where it may use the
    database.
    """

    incoming: Incoming
    connection: Connection
    configurations: Configurations
    kept: KeptAnswers


@dataclass(frozen=True)
class Later:
    """An answer that takes a write: `act` is to be called in a thread that may write."""

    act: Callable[[], Answer]


def answer(value: Any, status: int = 200, *, wait: int = 0) -> Answer:
    """An answer whose body is a shape, or a value made of what JSON has."""
    return Answer(status, _json(value), wait=wait)


def _json(value: Any) -> str:
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
