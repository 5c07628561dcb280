"""Who calls: the API key in a request's `Authorization` header."""

from collections.abc import Mapping

from signalcraft.api.operation import Operation
from signalcraft.model.problem import Problem, Slug
from signalcraft.model.secret import PREFIX, is_well_formed
from signalcraft.store import keys
from signalcraft.store.database import Connection
from signalcraft.store.keys import Caller, Refused


def authenticate(connection: Connection, headers: Mapping[str, str]) -> Caller:
    """Whom the request's key stands for. Raises `unauthenticated`; never says the key."""
    header = headers.get("authorization")
    if header is None:
        raise _unauthenticated("Send an API key: Authorization: Bearer sck_…")
    scheme, _, secret = header.strip().partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret.startswith(PREFIX):
        raise _unauthenticated("The Authorization header must be: Bearer sck_…")
    if not is_well_formed(secret):
        raise _unauthenticated("The API key has a typo or is cut off: its check digits are wrong.")
    try:
        return keys.caller(connection, secret)
    except Refused as refused:
        raise _unauthenticated(str(refused)) from None


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


def _unauthenticated(detail: str) -> Problem:
    return Problem(Slug.UNAUTHENTICATED, detail, headers={"WWW-Authenticate": "Bearer"})
