"""The public keys of issuers: fetched when they are needed, and kept."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from signalcraft.api.access.guarded_network import UnreachableError
from signalcraft.api.access.token_claims import TokenRefusedError
from signalcraft.model.problem import Problem, Slug
from signalcraft.model.public_keys import PublicKey, UnusableKeysError, read_key_set

FRESH = 600
"""Seconds after which keys are fetched again: how long a withdrawn key may go on working."""
COOL_DOWN = 30
"""Seconds between two fetches: tokens with made-up key ids must not make this server hammer an
issuer."""
KEPT = 24 * 3600
"""Seconds that keys go on being used while their issuer can't be reached."""

log = structlog.get_logger()


@dataclass
class _Known:
    """What is known of an issuer."""

    keys: Mapping[str, PublicKey] = field(default_factory=dict)
    fetched_at: float | None = None
    tried_at: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class IssuerKeys:
    """The keys of the issuers that trusts name. Safe to share between threads."""

    def __init__(
        self, get: Callable[[str], bytes], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`get` returns what is at a URL, or raises `UnreachableError`."""
        self._get = get
        self._clock = clock
        self._issuers: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def find(self, issuer: str, kid: str) -> PublicKey:
        """The key of an issuer with this id.

        Raises `TokenRefusedError` if the issuer has no such key, and the problem
        `issuer-unavailable` if it can't be asked.
        """
        with self._lock:
            known = self._issuers.setdefault(issuer, _Known())
        with known.lock:  # Of many that need the keys at once, one fetches them.
            return self._find(issuer, known, kid)

    def _find(self, issuer: str, known: _Known, kid: str) -> PublicKey:
        now = self._clock()
        if kid in known.keys and _age(known.fetched_at, now) < FRESH:
            return known.keys[kid]
        if _age(known.tried_at, now) >= COOL_DOWN:
            self._refresh(issuer, known, now)
        if kid in known.keys and _age(known.fetched_at, now) < KEPT:
            return known.keys[kid]
        if known.fetched_at is None or known.fetched_at != known.tried_at:
            raise Problem(
                Slug.ISSUER_UNAVAILABLE,
                f"The keys of {issuer} can't be fetched at the moment.",
                headers={"Retry-After": str(COOL_DOWN)},
            )
        raise TokenRefusedError(
            f"{issuer} has no key with the kid in the token's header. If it has just changed its "
            f"keys, try again in {COOL_DOWN} s."
        )

    def _refresh(self, issuer: str, known: _Known, now: float) -> None:
        """Fetches the keys; where that fails, those that are known stay."""
        known.tried_at = now
        try:
            known.keys = self._fetched(issuer)
            known.fetched_at = now
        except (UnreachableError, UnusableKeysError) as error:
            log.warning("an issuer's keys can't be fetched", issuer=issuer, reason=str(error))

    def _fetched(self, issuer: str) -> Mapping[str, PublicKey]:
        """The keys, from where the issuer's own description (OpenID Connect Discovery) says."""
        text = self._get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        try:
            description = json.loads(text)
            named, keys_at = description["issuer"], description["jwks_uri"]
        except (ValueError, RecursionError, TypeError, KeyError):
            raise UnreachableError(f"{issuer} doesn't describe itself as an issuer") from None
        if named != issuer:
            raise UnreachableError(f"{issuer} calls itself {str(named)[:200]!r}")
        if not isinstance(keys_at, str):
            raise UnreachableError(f"{issuer} doesn't say where its keys are")
        return read_key_set(self._get(keys_at))


def _age(at: float | None, now: float) -> float:
    return float("inf") if at is None else now - at
