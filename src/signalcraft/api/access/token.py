"""Exchanging a token of a trusted issuer for a short-lived key (OAuth 2.0 Token Exchange, RFC 8693)."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal, get_args

from pydantic import ConfigDict, Field

from signalcraft.api.access import token_claims
from signalcraft.api.access.run_urls import run_url
from signalcraft.api.access.token_claims import Claims, TokenRefusedError
from signalcraft.api.http.call import Answer, Exchange, answer
from signalcraft.api.http.form import MEDIA_TYPE, read_form
from signalcraft.api.http.operation import Exchanged, Operation
from signalcraft.api.http.schemas import Shape
from signalcraft.model.diff import diff
from signalcraft.model.fields import NO_NUL, Pattern
from signalcraft.model.ids import id_pattern
from signalcraft.model.problem import Problem, Slug
from signalcraft.model.public_keys import PublicKey, read_key_set
from signalcraft.model.resource import Part
from signalcraft.model.service_account import Scope
from signalcraft.store.access import keys, trusts, used_tokens
from signalcraft.store.access.trusts import TrustedAccount
from signalcraft.store.config.author import Author
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.db.clock import timestamp
from signalcraft.store.db.database import Connection

_ACCESS_TOKEN: Final = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 — a type

KEY_LIFE = timedelta(hours=1)
# A key that took the lock of a Terraform state may be needed for a day, even once it has expired.
_REMEMBERED = timedelta(hours=25)
_LONGEST_SUBJECT = 400


class TokenRequest(Part):
    """A token to exchange (RFC 8693, section 2.1)."""

    model_config = ConfigDict(extra="ignore")  # As RFC 6749, section 3.2 wants it.

    grant_type: Literal["urn:ietf:params:oauth:grant-type:token-exchange"]
    """Always this."""
    subject_token: Annotated[str, Field(min_length=1, max_length=16_384), NO_NUL]
    """The token that a CI or a cluster has issued: a JSON Web Token."""
    subject_token_type: Literal["urn:ietf:params:oauth:token-type:jwt"]
    """Always this."""
    trust: Annotated[
        str,
        Pattern(id_pattern("trust"), "Write the id of a trust: 'trust_' and 26 characters."),
    ]
    """Id of the `service_account_trust` that accepts the token."""
    scope: Annotated[str, Field(max_length=1000), NO_NUL] | None = None
    """The scopes that the key is to have, separated by spaces; all of the account's if left out."""
    requested_token_type: Literal["urn:ietf:params:oauth:token-type:access_token"] | None = None
    """This, or left out."""


class TokenResponse(Shape):
    """A key, as OAuth describes it (RFC 8693, section 2.2.1)."""

    access_token: str
    """An API key: send it as `Authorization: Bearer …`."""
    issued_token_type: Literal["urn:ietf:params:oauth:token-type:access_token"]
    token_type: Literal["Bearer"]
    expires_in: int
    """For how many seconds it works."""
    scope: str
    """What it may do: scopes, separated by spaces."""


def _exchange(exchange: Exchange) -> Answer:
    request = read_form(TokenRequest, exchange.incoming.body)
    try:
        return _exchanged(exchange, request)
    except TokenRefusedError as refused:
        raise Problem(Slug.TOKEN_REFUSED, str(refused), error="invalid_grant") from None


def _exchanged(exchange: Exchange, request: TokenRequest) -> Answer:
    trusted = _trusted(exchange.database.connection(), request.trust)
    # Ten megabytes, which most servers have no use for.
    from signalcraft.api.access.signatures import verified_claims  # noqa: PLC0415

    claims = verified_claims(request.subject_token, lambda kid: _key(exchange, trusted, kid))
    token_claims.check_token(trusted.trust, claims, time.time())
    known = exchange.incoming.caller
    known.workspace_id, known.account_id = trusted.workspace_id, trusted.trust.service_account_id
    scopes = _narrowed(trusted, request.scope)
    expires_at = datetime.now(UTC) + KEY_LIFE
    with exchange.database.transaction() as connection:
        log = ChangeLog(connection, _author(trusted, exchange.incoming.request_id))
        # Nothing of it changes from here on: the workspace is locked.
        if trusts.find(connection, request.trust) != trusted:
            raise TokenRefusedError("The trust has just been changed. Try again.")
        _use_once(connection, trusted, claims)
        secret = _make_key(log, trusted, claims, scopes, expires_at)
    granted = trusted.account.scopes if scopes is None else scopes
    response = TokenResponse(
        access_token=secret,
        issued_token_type=_ACCESS_TOKEN,
        token_type="Bearer",  # noqa: S106 — a type
        expires_in=int(KEY_LIFE.total_seconds()),
        scope=" ".join(sorted(granted)),
    )
    return answer(response).with_headers({"Cache-Control": "no-store"})


def _trusted(connection: Connection, trust_id: str) -> TrustedAccount:
    trusted = trusts.find(connection, trust_id)
    if trusted is None:
        raise TokenRefusedError(f"There is no trust with the id {trust_id}.")
    if trusted.account.disabled:
        raise TokenRefusedError(f"The service account {trusted.account.name!r} is disabled.")
    return trusted


def _key(exchange: Exchange, trusted: TrustedAccount, kid: str) -> PublicKey:
    """The key with this id: of those in the trust, or else of the issuer that the trust names, never
    of the one that the token names.
    """
    trust = trusted.trust
    if trust.jwks is None:
        return exchange.find_key(trust.issuer, kid)
    found = read_key_set(trust.jwks).get(kid)
    if found is None:
        raise TokenRefusedError(
            f"The trust's jwks has no key with the kid in the token's header. If {trust.issuer} has "
            "changed its keys, update the trust."
        )
    return found


def _narrowed(trusted: TrustedAccount, scope: str | None) -> tuple[Scope, ...] | None:
    """The scopes that were asked for, none of which the account may lack."""
    if scope is None:
        return None
    asked = tuple(found for found in get_args(Scope) if found in scope.split())
    missing = sorted(set(scope.split()) - set(trusted.account.scopes))
    if missing:
        raise Problem(
            Slug.TOKEN_REFUSED,
            f"The service account {trusted.account.name!r} lacks the scope {missing[0]!r}.",
            error="invalid_scope",
        )
    return asked


def _use_once(connection: Connection, trusted: TrustedAccount, claims: Claims) -> None:
    token_id = token_claims.token_id(trusted.trust, claims)
    if token_id is None:
        return
    # A minute more than the leeway: by then the token is refused as expired.
    until = datetime.fromtimestamp(claims["exp"] + token_claims.LEEWAY + 60, UTC)
    first = used_tokens.use(
        connection, trusted.workspace_id, trusted.trust.issuer, token_id, timestamp(until)
    )
    if not first:
        raise TokenRefusedError(
            "This token has been exchanged before, and each may be only once. Request a new one."
        )


def _make_key(
    log: ChangeLog,
    trusted: TrustedAccount,
    claims: Claims,
    scopes: tuple[Scope, ...] | None,
    expires_at: datetime,
) -> str:
    account_id = trusted.trust.service_account_id
    keys.forget_exchanged(log.connection, account_id, timestamp(datetime.now(UTC) - _REMEMBERED))
    subject = str(claims.get("sub", ""))[:_LONGEST_SUBJECT]
    legible = "".join(c if c.isprintable() else "?" for c in subject)
    origin = keys.Exchanged(trusted.trust_id, legible, run_url(trusted.trust, claims), scopes)
    key, secret = keys.create(
        log.connection,
        trusted.workspace_id,
        account_id,
        trusted.trust.name,
        timestamp(expires_at),
        origin,
    )
    told = {"trust_id": key.trust_id, "subject": key.subject, "run_url": key.run_url}
    changes = diff({}, told | keys.told(key, account_id))
    log.enter("created", "api_key", key.id, key.name, changes)
    return secret


def _author(trusted: TrustedAccount, request_id: str) -> Author:
    return Author(
        trusted.workspace_id,
        id=trusted.trust.service_account_id,
        name=trusted.account.name,
        request_id=request_id,
    )


def operations() -> Iterator[Operation]:
    """Exchanging a token for a key."""
    yield Operation(
        "POST",
        "/v1/token",
        "exchange_token",
        "Exchange a token for a key",
        Exchanged(_exchange),
        {200: TokenResponse},
        description="OAuth 2.0 Token Exchange (RFC 8693): whoever has a token that a "
        "`service_account_trust` accepts gets an API key of the trust's service account, for an hour. "
        "Needs no API key.",
        tag="Keys",
        request=TokenRequest,
        media_type=MEDIA_TYPE,
        problems=(Slug.TOKEN_REFUSED, Slug.ISSUER_UNAVAILABLE),
    )
