"""Who calls: the API key in a request's `Authorization` header."""

from collections.abc import Callable, Mapping

from signalcraft.api.http.basic import basic_credentials
from signalcraft.api.http.call import Incoming
from signalcraft.api.http.operation import Operation
from signalcraft.api.server.rate_limit import RateLimit
from signalcraft.model.problem import Problem, Slug
from signalcraft.model.secret import PREFIX, digest, is_well_formed
from signalcraft.store.access import callers
from signalcraft.store.access.callers import Caller, Expired, Refused
from signalcraft.store.db.database import Connection

# An address regains one wrong key a second.
REFUSALS_PER_SECOND = 1
_REMEMBERED = 10_000


class Authenticator:
    """Finds out whose requests' keys are.

    Every key whose check characters are right is looked up, so nobody else at an address can keep a
    valid key from working. What an address is limited in is how many unknown keys it may send.
    """

    def __init__(self, wrong_keys: int) -> None:
        """`wrong_keys` is how many an address may send at once."""
        self._refusals = RateLimit(REFUSALS_PER_SECOND, wrong_keys)
        # The last so many keys that worked, by digest.
        self._worked: dict[str, None] = {}

    def authenticate(
        self, connection: Connection, incoming: Incoming, may_outlive: Callable[[Caller], bool]
    ) -> Caller:
        """Whose the request's key is; where it has expired, only if it `may_outlive` that.

        Raises `unauthenticated`, and `rate-limited` where the address has sent too many unknown
        keys; never says the key.
        """
        try:
            hashed = incoming.caller.digest or self._digest(incoming.headers)
        except Refused as refused:  # It costs nothing: there is nothing to look up.
            raise _unauthenticated(refused) from None
        try:
            caller = _caller(connection, hashed, may_outlive)
        except Refused as refused:
            self._worked.pop(hashed, None)
            self._refusals.take(incoming.client)
            raise _unauthenticated(refused) from None
        self._worked.pop(hashed, None)
        self._worked[hashed] = None
        if len(self._worked) > _REMEMBERED:
            del self._worked[next(iter(self._worked))]
        return caller

    def count_refusal(self, address: str) -> None:
        """Counts an unknown secret that isn't a key. Raises `rate-limited`."""
        self._refusals.take(address)

    def known(self, headers: Mapping[str, str]) -> str | None:
        """The digest of a request's key if it has worked before; None if that isn't known."""
        try:
            hashed = digest(_secret(headers))
        except Refused:
            return None
        return hashed if hashed in self._worked else None

    def _digest(self, headers: Mapping[str, str]) -> str:
        """The digest of a key. Raises `Refused` if it has a typo."""
        secret = _secret(headers)
        hashed = digest(secret)
        if hashed not in self._worked and not is_well_formed(secret):
            raise Refused("The API key has a typo or is incomplete: its checksum is wrong.")
        return hashed


def _caller(connection: Connection, hashed: str, may_outlive: Callable[[Caller], bool]) -> Caller:
    try:
        return callers.caller(connection, hashed)
    except Expired as expired:
        if may_outlive(expired.caller):
            return expired.caller
        raise


def _unauthenticated(refused: Refused) -> Problem:
    return Problem(Slug.UNAUTHENTICATED, str(refused), headers={"WWW-Authenticate": "Bearer"})


def _secret(headers: Mapping[str, str]) -> str:
    """What may be a key in the `Authorization` header. Raises `Refused` for what can be none."""
    header = headers.get("authorization")
    if header is None:
        raise Refused("Send an API key: Authorization: Bearer sck_…")
    scheme, _, secret = header.strip().partition(" ")
    is_key = scheme.lower() == "bearer"
    if not is_key and (basic := basic_credentials(headers)):
        is_key, secret = True, basic.password
    secret = secret.strip()
    if not is_key or not secret.startswith(PREFIX):
        raise Refused(
            "The Authorization header must be: Bearer sck_…, or Basic with the API key as password."
        )
    return secret


def authorize(caller: Caller, operation: Operation, *, dry_run: bool) -> None:
    """Raises `forbidden` if the caller lacks the operation's scope."""
    needed = operation.scope
    if needed is None or needed in caller.scopes:
        return
    if dry_run and operation.dry_run_scope:
        needed = operation.dry_run_scope
        if needed in caller.scopes:
            return
    raise Problem(
        Slug.FORBIDDEN,
        f"The service account {caller.service_account_name!r} lacks the scope {needed}.",
        scope=needed,
    )
