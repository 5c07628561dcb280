"""What a request goes through in its thread: key, limit, query, scope, handler."""

from collections.abc import Callable
from typing import TypeVar

from signalcraft.api.access.guarded_network import GuardedNetwork
from signalcraft.api.access.issuer_keys import IssuerKeys
from signalcraft.api.http.call import Answer, Call, Exchange, Incoming, KeptAnswers, Later, Visit
from signalcraft.api.http.metrics import Metrics
from signalcraft.api.http.operation import Exchanged, Linked, Operation, Public
from signalcraft.api.http.query import check_headers, read_query
from signalcraft.api.http.server_state import Findings, Server
from signalcraft.api.reference.openapi import openapi
from signalcraft.api.server.authentication import (
    REFUSALS_PER_SECOND,
    Authenticator,
    authorize,
)
from signalcraft.api.server.key_use import KeyUse
from signalcraft.api.server.limits import Limits
from signalcraft.api.server.rate_limit import RateLimit
from signalcraft.api.tfstate.lock_holders import holds_lock
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.problem import Problem, Slug
from signalcraft.model.strict_json import MalformedJson
from signalcraft.oncall.budget import TooMuchWork, limited
from signalcraft.store.access.callers import Caller
from signalcraft.store.config.compiled import Configurations
from signalcraft.store.db.database import Database
from signalcraft.store.db.failures import UnknownOutcome, UnusableDatabase
from signalcraft.store.tfstate.writing import Settings as StateSettings

# How much work a request may cause: about half a second of it, and a few MiB of answer.
_STEPS = 200_000
# Each calendar link: requests a second, and at once. Calendar programs ask every few minutes.
_LINK_RATE = (0.5, 60)

A = TypeVar("A", bound=Answer | Later)
T = TypeVar("T")


def _nothing_found() -> Findings:
    return Findings(None, database_up=True)


class Dispatcher:
    """Carries requests out, in whichever thread it is called."""

    def __init__(
        self,
        database: Database,
        metrics: Metrics,
        limits: Limits,
        findings: Callable[[], Findings] = _nothing_found,
        state_settings: StateSettings | None = None,
        *,
        loopback_issuers: bool = False,
    ) -> None:
        """`loopback_issuers` allows token issuers on this machine, for development."""
        self.key_use = KeyUse(database)
        self._database = database
        self._configurations = Configurations(database)
        self._metrics = metrics
        self._state_settings = state_settings
        self._server = Server(findings, metrics, openapi)
        self._limit = RateLimit(limits.requests_per_second, limits.burst)
        self._links = RateLimit(*_LINK_RATE)
        self._kept = KeptAnswers()
        self._authenticator = Authenticator(limits.wrong_keys)
        self._refused_tokens = RateLimit(REFUSALS_PER_SECOND, limits.wrong_keys)
        self._issuer_keys = IssuerKeys(GuardedNetwork(loopback=loopback_issuers).get)

    def known_key(self, incoming: Incoming) -> str | None:
        """The digest of the request's key, if that has worked before; costs no query."""
        known = incoming.caller
        known.digest = known.digest or self._authenticator.known(incoming.headers)
        return known.digest

    def admit(self, operation: Operation, incoming: Incoming) -> None:
        """Raises `Problem` if the request's body isn't to be read: its key doesn't work or, where
        the body may be large, lacks the scope. Raises `UnusableDatabase`.
        """
        caller = self._steadily(lambda: self._caller(operation, incoming))
        if operation.is_upload:
            authorize(caller, operation, dry_run=False)

    def perform(self, operation: Operation, incoming: Incoming, *, again: bool = False) -> Answer:
        """The answer to a request, all of it. Raises `Problem`, and `UnusableDatabase`.

        `again` says that the request was counted before, and is looked at again.
        """

        def act() -> Answer:
            answer = self.begin(operation, incoming, again=again)
            return answer.act() if isinstance(answer, Later) else answer

        return self._steadily(act)

    def begin(
        self, operation: Operation, incoming: Incoming, *, again: bool = False
    ) -> Answer | Later:
        """The answer to a request, or what is left to do for it in a thread that may write.

        Raises `Problem`, and `UnusableDatabase`.
        """
        handler = operation.handler
        if isinstance(handler, Public):
            read_query(operation, incoming.query)
            return handler.answer(self._server)
        if isinstance(handler, Exchanged):
            read_query(operation, incoming.query)
            return self._exchange(handler, incoming)
        if isinstance(handler, Linked):
            return self._linked(handler, incoming)
        caller = self._caller(operation, incoming)
        self.key_use.note(caller.key_id)
        left = (self._limit.look if again else self._limit.take)(caller.key_id)

        def answer() -> Answer | Later:
            query = read_query(operation, incoming.query)
            authorize(caller, operation, dry_run=query.get("validate_only") is True)
            check_headers(operation, incoming.headers)
            call = Call(
                incoming,
                self._database,
                self._configurations,
                caller,
                query,
                self._state_settings,
            )
            return handler(call)

        answered = _with_headers(answer, left)
        if isinstance(answered, Later):
            return Later(lambda: _with_headers(answered.act, left))
        return answered

    def _linked(self, handler: Linked, incoming: Incoming) -> Answer:
        self._links.take(incoming.path)
        visit = Visit(incoming, self._database.connection(), self._configurations, self._kept)
        try:
            return _with_headers(lambda: handler.answer(visit), {})
        except Problem as problem:
            if problem.slug is Slug.NOT_FOUND:  # Somebody guesses.
                self._authenticator.count_refusal(incoming.client)
            raise

    def _caller(self, operation: Operation, incoming: Incoming) -> Caller:
        connection = self._database.connection()

        def may_outlive(caller: Caller) -> bool:
            return operation.under_lock and holds_lock(connection, caller, incoming)

        try:
            caller = self._authenticator.authenticate(connection, incoming, may_outlive)
        except Problem:
            self._metrics.refused_keys.inc()
            raise
        known = incoming.caller
        known.workspace_id, known.key_id = caller.workspace_id, caller.key_id
        known.account_id = caller.service_account_id
        return caller

    def _steadily(self, act: Callable[[], T]) -> T:
        """What `act` returns; it is tried once more where a connection turned out to be lost before
        anything was committed, as each is after a restart of PostgreSQL.
        """
        commits = self._database.commits
        try:
            return act()
        except UnknownOutcome:
            raise
        except UnusableDatabase as error:
            if self._database.commits != commits:
                raise UnknownOutcome(str(error)) from error
            if not error.disconnected:
                raise
        return act()

    def _exchange(self, handler: Exchanged, incoming: Incoming) -> Answer:
        """The answer to a request with a token. Every token is looked at, so nobody else at an
        address can keep a valid one from working; what an address is limited in is how many refused
        ones it may send.
        """
        self._limit.take(incoming.client)
        try:
            return handler.answer(Exchange(incoming, self._database, self._issuer_keys.find))
        except Problem as problem:
            if problem.slug is Slug.TOKEN_REFUSED:
                self._metrics.refused_keys.inc()
                self._refused_tokens.take(incoming.client)
            raise


def _with_headers(act: Callable[[], A], headers: dict[str, str]) -> A:
    """What `act` answers, or the problem that it raises, with these headers too."""
    try:
        with limited(_STEPS):
            answered = act()
    except TooMuchWork as too_much:
        mistake = Mistake("", Code.TOO_LARGE, str(too_much))
        raise Problem(Slug.VALIDATION, str(too_much), errors=[mistake], headers=headers) from None
    except MalformedJson as malformed:
        raise Problem(Slug.MALFORMED_REQUEST, str(malformed), headers=headers) from None
    except Problem as problem:
        problem.headers.update(headers)
        raise
    if isinstance(answered, Answer):
        answered.headers.update(headers)
    return answered
