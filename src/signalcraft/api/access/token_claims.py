"""What a token must say before it is exchanged. Each check is a function, with the attack that it
prevents.

Pure: the signature has been verified, and the time is given. The terms are those of RFC 7519, and
the checks those of RFC 8725 (JSON Web Token Best Current Practices).
"""

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

from signalcraft.model.service_account_trust import (
    UNSAFE_GITHUB_EVENTS,
    WHY_UNSAFE,
    ClaimMatch,
    ServiceAccountTrust,
)

Claims = Mapping[str, Any]

LEEWAY = 60
"""Seconds by which the issuer's clock may differ from this server's."""
LONGEST_LIFE = 24 * 3600
"""Seconds that a token may live: one that lives for longer is a stored secret."""

_LONGEST_SHOWN = 200
_TOKEN_ID = re.compile(r"[!-~]{1,500}")


class TokenRefusedError(Exception):
    """The token earns no key; the message names the claim and what was expected, never the token."""


def check_token(trust: ServiceAccountTrust, claims: Claims, now: float) -> None:
    """Raises `TokenRefusedError` unless the trust accepts a token with these claims, at a time in
    seconds since 1970.
    """
    check_issuer(trust, claims)
    check_audience(trust, claims)
    check_not_before(claims, now)
    check_issued_at(claims, now)
    check_expiry(claims, now)
    check_life(claims)
    check_event(trust, claims)
    check_claims(trust, claims)


def check_issuer(trust: ServiceAccountTrust, claims: Claims) -> None:
    """Another issuer that publishes the same keys, such as another tenant of one CI service, could
    otherwise stand in for the trusted one.
    """
    if claims.get("iss") != trust.issuer:
        raise _mismatch(trust, "iss", claims, [trust.issuer])


def check_audience(trust: ServiceAccountTrust, claims: Claims) -> None:
    """A token made for another service could otherwise be used here by that service. One that is
    made for several could be used here by each of the others.
    """
    audience = claims.get("aud")
    if audience not in (trust.audience, [trust.audience]):
        raise _mismatch(trust, "aud", claims, [trust.audience])


def check_not_before(claims: Claims, now: float) -> None:
    """A token that isn't valid yet could be kept for when its job is long forgotten."""
    if _instant(claims, "nbf") > now + LEEWAY:
        raise TokenRefusedError("The token isn't valid yet: its nbf is in the future.")


def check_issued_at(claims: Claims, now: float) -> None:
    """An issue date in the future would make a token look shorter-lived than it is."""
    if _instant(claims, "iat") > now + LEEWAY:
        raise TokenRefusedError("The token's iat is in the future.")


def check_expiry(claims: Claims, now: float) -> None:
    """A token from an old log or cache must not work for ever."""
    if _instant(claims, "exp") <= now - LEEWAY:
        raise TokenRefusedError("The token has expired (exp). Request a new one for each run.")


def check_life(claims: Claims) -> None:
    """A token that lives for months is a stored key again, which whoever reads it can use."""
    if _instant(claims, "exp") - _instant(claims, "iat") > LONGEST_LIFE:
        raise TokenRefusedError(
            "The token lives for more than 24 hours (exp − iat). Request one with a shorter life."
        )


def check_event(trust: ServiceAccountTrust, claims: Claims) -> None:
    """GitHub runs some events with the repository's own rights although a stranger's pull request
    set them off: the stranger's code would get the key.
    """
    if trust.platform != "github":
        return
    event = claims.get("event_name")
    if not isinstance(event, str):
        raise TokenRefusedError("The token has no event_name, which GitHub's tokens have.")
    if event in UNSAFE_GITHUB_EVENTS:
        raise TokenRefusedError(
            f"Tokens of the event {event} are refused: {WHY_UNSAFE}. Use push, pull_request, "
            "schedule or workflow_dispatch."
        )


def check_claims(trust: ServiceAccountTrust, claims: Claims) -> None:
    """Anybody can get a token from a public CI service: only the claims say whose it is."""
    mismatches = [
        str(_mismatch(trust, match.name, claims, match.values))
        for match in trust.claims
        if not _matches(match, claims)
    ]
    if mismatches:
        raise TokenRefusedError("\n".join(mismatches))


def token_id(trust: ServiceAccountTrust, claims: Claims) -> str | None:
    """What tells the token from all others, where it must be used only once; None where it may be
    used again. Without this, a token in a log could be exchanged again until it expires.
    """
    if not trust.is_single_use:
        return None
    jti = claims.get("jti")
    if not isinstance(jti, str) or not _TOKEN_ID.fullmatch(jti):
        raise TokenRefusedError(
            f"The token has no jti, by which the trust {trust.name!r} makes sure that it is used "
            "only once. Set the trust's single_use to false for this issuer."
        )
    return jti


def _matches(match: ClaimMatch, claims: Claims) -> bool:
    return _as_text(claims.get(match.name)) in match.values


def _as_text(value: Any) -> str | None:
    """A claim as a trust writes it. Lists and objects match nothing: which entry is meant would be a
    guess.
    """
    match value:
        case str():
            return value
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case _:
            return None


def _instant(claims: Claims, name: str) -> float:
    """A time claim. Raises `TokenRefusedError` where it is missing: without it nothing bounds when
    the token can be used.
    """
    value = claims.get(name)
    # NaN, which Python reads in JSON, is neither before nor after any time.
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise TokenRefusedError(f"The token has no {name}, or one that is not a number.")
    return value


def _mismatch(
    trust: ServiceAccountTrust, name: str, claims: Claims, expected: list[str] | tuple[str, ...]
) -> TokenRefusedError:
    wanted = " or ".join(repr(value) for value in expected)
    if name not in claims:
        return TokenRefusedError(
            f"The token has no claim {name}; the trust {trust.name!r} expects {wanted}."
        )
    found = repr(claims[name])[:_LONGEST_SHOWN]
    return TokenRefusedError(
        f"The claim {name} is {found}; the trust {trust.name!r} expects {wanted}."
    )
