"""What a handler is given, and what it answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from signalcraft.store.author import Author
from signalcraft.store.database import Connection, Database
from signalcraft.store.keys import Caller

if TYPE_CHECKING:
    from signalcraft.api.operation import Operation


@dataclass(frozen=True)
class Call:
    """A request that is allowed and well-formed, in a thread where it may use the database."""

    operation: "Operation"
    database: Database
    connection: Connection
    caller: Caller
    request_id: str
    path: Mapping[str, str]
    """What stood in the path's braces."""
    query: Mapping[str, Any]
    """All query parameters by name, read, with their defaults."""
    headers: Mapping[str, str]
    """Keys in lower case."""
    body: bytes
    raw_query: str = ""

    @property
    def workspace_id(self) -> str:
        """The caller's workspace: all that the call may see."""
        return self.caller.workspace_id

    @property
    def author(self) -> Author:
        """Who writes, as the headers and `force` say."""
        return Author(
            workspace_id=self.caller.workspace_id,
            id=self.caller.service_account_id,
            name=self.caller.service_account_name,
            request_id=self.request_id,
            manager=self.headers.get("signalcraft-manager"),
            source=self.headers.get("signalcraft-source"),
            force=bool(self.query.get("force")),
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


def answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """An answer whose body is a value as JSON."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Answer(status, body, headers or {})
