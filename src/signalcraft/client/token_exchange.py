"""Exchanging a platform's token for an API key, just before it is needed and again before it
expires (RFC 8693).
"""

import threading
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Self

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError
from typing_extensions import override

from signalcraft.client import answers
from signalcraft.client.errors import ClientError, Unavailable, UnreadableAnswer
from signalcraft.client.identity import Identity, find_identity

_MARGIN = 300.0
"""Seconds before its end at which a key is replaced: a request that begins with it must end."""

_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
_JWT = "urn:ietf:params:oauth:token-type:jwt"


@dataclass(frozen=True)
class TokenExchange:
    """How a client without a stored key gets one."""

    trust: str
    """Id of the trust that accepts the token."""
    identity: Identity
    """Where the token comes from."""
    audience: str | None = None
    """What the token is for; None for the server's URL."""
    scope: str | None = None
    """The scopes of the key, separated by spaces; None for all of the account's."""

    @classmethod
    def found(cls, environment: Mapping[str, str]) -> Self | None:
        """What `SIGNALCRAFT_TRUST` and the platform offer; None where one of them is missing."""
        trust = environment.get("SIGNALCRAFT_TRUST")
        identity = find_identity(environment) if trust else None
        if not trust or identity is None:
            return None
        return cls(trust, identity, environment.get("SIGNALCRAFT_AUDIENCE"))


class ExchangedKey(BaseModel):
    """A key, as `/v1/token` answers."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    access_token: str
    expires_in: int
    scope: str

    def __repr__(self) -> str:
        return f"ExchangedKey(expires_in={self.expires_in})"


def exchange(http: httpx.Client, endpoint: str, how: TokenExchange) -> ExchangedKey:
    """A new key. Raises `ClientError`."""
    form = {
        "grant_type": _GRANT,
        "subject_token_type": _JWT,
        "subject_token": how.identity.token(how.audience or endpoint),
        "trust": how.trust,
        **({} if how.scope is None else {"scope": how.scope}),
    }
    try:
        answer = http.post(f"{endpoint}/v1/token", data=form)
    except httpx.TransportError as error:
        raise Unavailable(
            f"No answer from {endpoint}: {str(error) or type(error).__name__}.",
            passing=True,
            # The same request makes another key, with another token where that is used only once.
            unanswered=False,
        ) from error
    refusal = answers.refusal(answer)
    if refusal is not None:
        raise refusal
    try:
        return ExchangedKey.model_validate_json(answer.content)
    except ValidationError:
        raise UnreadableAnswer(
            f"{endpoint}/v1/token answered something else than a key.", answer.status_code
        ) from None


class ExchangedKeyAuth(httpx.Auth):
    """Sends a key that is exchanged for a token when it is first needed, and replaced before it
    expires. Safe to share between threads.
    """

    def __init__(
        self,
        http: httpx.Client,
        endpoint: str,
        how: TokenExchange,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._endpoint = endpoint
        self._how = how
        self._clock = clock
        self._lock = threading.Lock()
        self._key = ""
        self._until = 0.0

    @override
    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        key = self._current()
        request.headers["Authorization"] = f"Bearer {key}"
        response = yield request
        if response.status_code == 401:  # Revoked: the next request needs another.
            self._forget(key)

    def prepare(self) -> None:
        """Sees to it that the requests of the next minute exchange nothing. Raises `ClientError`."""
        with self._lock:
            left = self._left()
            if left > 2 * _MARGIN:
                return
            try:
                self._renew()
            except ClientError:
                if left <= _MARGIN + 60:
                    raise

    def _current(self) -> str:
        with self._lock:  # Of many that need a key at once, one exchanges a token.
            left = self._left()
            if left > _MARGIN:
                return self._key
            try:
                self._renew()
            except ClientError:
                if left <= 0:
                    raise
                # It still works; the next request tries again.
            return self._key

    def _left(self) -> float:
        """For how many more seconds the key works."""
        return self._until - self._clock() if self._key else 0.0

    def _renew(self) -> None:
        now = self._clock()
        key = exchange(self._http, self._endpoint, self._how)
        self._key, self._until = key.access_token, now + key.expires_in

    def _forget(self, key: str) -> None:
        with self._lock:
            if self._key == key:
                self._key = ""
