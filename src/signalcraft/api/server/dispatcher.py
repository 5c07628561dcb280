"""What a request goes through in its thread: key, limit, query, scope, handler."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from signalcraft.api.http.call import Answer, Call, Incoming, Later, Visit
from signalcraft.api.http.metrics import Metrics
from signalcraft.api.http.operation import Linked, Operation, Public
from signalcraft.api.http.query import check_headers, read_query
from signalcraft.api.http.server_state import Server
from signalcraft.api.reference.openapi import openapi
from signalcraft.api.server.authentication import Authenticator, authorize
from signalcraft.api.server.key_use import KeyUse
from signalcraft.api.server.rate_limit import RateLimit
from signalcraft.model.problem import Problem, Slug
from signalcraft.model.strict_json import MalformedJson
from signalcraft.store.config.compiled import Configurations
from signalcraft.store.db.database import Database

A = TypeVar("A", bound=Answer | Later)


@dataclass(frozen=True)
class Limits:
    """What each API key may do, and each address without one."""

    requests_per_second: float = 500
    """How many requests, lastingly."""
    burst: int = 2000
    """How many requests at once."""
    wrong_keys: int = 60
    """How many keys that stand for nobody an address may send at once: enough for whoever mistypes
    one, too few to guess with."""


class Dispatcher:
    """Carries requests out, in whichever thread it is called."""

    def __init__(self, database: Database, metrics: Metrics, limits: Limits) -> None:
        self.key_use = KeyUse(database)
        self._database = database
        self._configurations = Configurations(database)
        self._metrics = metrics
        self._server = Server(database, metrics, openapi)
        self._limit = RateLimit(limits.requests_per_second, limits.burst)
        self._authenticator = Authenticator(limits.wrong_keys)

    def perform(self, operation: Operation, incoming: Incoming) -> Answer:
        """The answer to a request, all of it. Raises `Problem`, and `UnusableDatabase`."""
        answer = self.begin(operation, incoming)
        return answer.act() if isinstance(answer, Later) else answer

    def begin(self, operation: Operation, incoming: Incoming) -> Answer | Later:
        """The answer to a request, or what is left to do for it in a thread that may write.

        Raises `Problem`, and `UnusableDatabase`.
        """
        handler = operation.handler
        if isinstance(handler, Public):
            read_query(operation, incoming.query)
            return handler.answer(self._server)
        connection = self._database.connection()
        if isinstance(handler, Linked):
            return handler.answer(Visit(incoming, connection, self._configurations))
        try:
            caller = self._authenticator.authenticate(connection, incoming.headers, incoming.client)
        except Problem:
            self._metrics.refused_keys.inc()
            raise
        self.key_use.note(caller.key_id)
        left = self._limit.take(caller.key_id)

        def answer() -> Answer | Later:
            query = read_query(operation, incoming.query)
            authorize(caller, operation, dry_run=query.get("validate_only") is True)
            check_headers(operation, incoming.headers)
            return handler(Call(incoming, self._database, self._configurations, caller, query))

        answered = _with_headers(answer, left)
        if isinstance(answered, Later):
            return Later(lambda: _with_headers(answered.act, left))
        return answered


def _with_headers(act: Callable[[], A], headers: dict[str, str]) -> A:
    """What `act` answers, or the problem that it raises, with these headers too."""
    try:
        answered = act()
    except MalformedJson as malformed:
        raise Problem(Slug.MALFORMED_REQUEST, str(malformed), headers=headers) from None
    except Problem as problem:
        problem.headers.update(headers)
        raise
    if isinstance(answered, Answer):
        answered.headers.update(headers)
    return answered
