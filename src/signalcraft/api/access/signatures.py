"""Verifying a token's signature, with a library for JSON Object Signing and Encryption (joserfc)."""

from collections.abc import Callable

from joserfc import jwk, jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, GuestProtocol, RSAKey

from signalcraft.api.access.token_claims import Claims, TokenRefusedError
from signalcraft.model.public_keys import PublicKey

# `none` is no signature, and with HS256 whoever knows the public key could sign.
ALGORITHMS = ("RS256", "ES256")


def verified_claims(token: str, find_key: Callable[[str], PublicKey]) -> Claims:
    """The claims of a token that is signed with the key that `find_key` returns for its `kid`.

    Keys in the token's own header (`jwk`, `jku`, `x5u`) are never used: whoever forges a token
    writes that header, too. Raises `TokenRefusedError`.
    """

    def key_of(guest: GuestProtocol) -> RSAKey | ECKey:
        kid = guest.headers().get("kid")
        if not isinstance(kid, str):
            raise TokenRefusedError("The token's header has no kid, which names the key.")
        key = jwk.import_key(dict(find_key(kid)))
        assert isinstance(key, RSAKey | ECKey)
        return key

    try:
        return jwt.decode(token, key_of, algorithms=ALGORITHMS).claims
    except UnsupportedAlgorithmError:
        raise TokenRefusedError(
            f"The token must be signed with {' or '.join(ALGORITHMS)}."
        ) from None
    except (JoseError, ValueError, TypeError):
        # Whatever is wrong with it: what a library says of a token might quote it.
        raise TokenRefusedError(
            "The token is not a JSON Web Token with a valid signature of its issuer."
        ) from None
