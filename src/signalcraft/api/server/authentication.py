"""Who calls: the API key in a request's `Authorization` header."""

from collections.abc import Mapping

from signalcraft.api.http.operation import Operation
from signalcraft.api.server.rate_limit import RateLimit
from signalcraft.model.problem import Problem, Slug
from signalcraft.model.secret import PREFIX, digest, is_well_formed
from signalcraft.store.access import keys
from signalcraft.store.access.keys import Caller, Refused
from signalcraft.store.db.database import Connection

# An address regains one wrong key a second.
_REFUSALS_PER_SECOND = 1


class Authenticator:
    """Finds out whom requests' keys stand for.

    An address that sends many keys that stand for nobody is refused before the database is asked.
    Keys that have worked before are let through all the same: behind a proxy, everybody comes from
    one address.
    """

    def __init__(self, wrong_keys: int) -> None:
        """`wrong_keys` is how many an address may send at once."""
        self._refusals = RateLimit(_REFUSALS_PER_SECOND, wrong_keys)
        self._worked: set[str] = set()

    def authenticate(
        self, connection: Connection, headers: Mapping[str, str], address: str
    ) -> Caller:
        """Whom the key stands for. Raises `unauthenticated` and `rate-limited`; never says the
        key.
        """
        try:
            hashed = digest(_secret(headers))
            if hashed not in self._worked:
                self._refusals.check(address)
            caller = keys.caller(connection, hashed)
        except Refused as refused:
            self._refusals.take(address)
            raise Problem(
                Slug.UNAUTHENTICATED, str(refused), headers={"WWW-Authenticate": "Bearer"}
            ) from None
        self._worked.add(hashed)
        return caller


def _secret(headers: Mapping[str, str]) -> str:
    """The key in the `Authorization` header. Raises `Refused` for what can be none."""
    header = headers.get("authorization")
    if header is None:
        raise Refused("Send an API key: Authorization: Bearer sck_…")
    scheme, _, secret = header.strip().partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret.startswith(PREFIX):
        raise Refused("The Authorization header must be: Bearer sck_…")
    if not is_well_formed(secret):
        raise Refused("The API key has a typo or is cut off: its check digits are wrong.")
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
