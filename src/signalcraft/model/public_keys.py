"""The public keys of an issuer of tokens, as a JSON Web Key Set (RFC 7517)."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

MAX_KEY_SET_BYTES = 65_536
"""An issuer has a few keys of about 500 bytes each."""

# NIST SP 800-131A: shorter RSA keys no longer count as secure.
_SHORTEST_RSA_BITS = 2048
_MAX_KEYS = 100
_PUBLIC_MEMBERS = {"RSA": ("n", "e"), "EC": ("crv", "x", "y")}
_ALGORITHMS = {"RSA": "RS256", "EC": "ES256"}
# RFC 7518, section 6: members of a private or a symmetric key.
_SECRET_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

PublicKey = Mapping[str, str]
"""A JSON Web Key: `kid`, `kty`, and the public members of that type."""


class UnusableKeysError(ValueError):
    """A key set that no token can be verified with; the message says why."""


def read_key_set(text: str | bytes) -> Mapping[str, PublicKey]:
    """The keys for RS256 and ES256 by their `kid`; others are left out.

    Only public members are kept. Raises `UnusableKeysError` if there is no such key, and for a set
    that holds a secret.
    """
    keys = _entries(text)
    if any(not _SECRET_MEMBERS.isdisjoint(key) for key in keys):
        raise UnusableKeysError(
            "The key set holds a private key. Treat that key as leaked, and write public keys only."
        )
    usable = {str(key["kid"]): _public(key) for key in keys if _is_usable(key)}
    if not usable:
        raise UnusableKeysError(
            "The key set has no usable key: RSA with 2,048 bits or more, or EC on P-256, each with "
            "a `kid`."
        )
    return usable


def _entries(text: str | bytes) -> list[dict[str, Any]]:
    if len(text) > MAX_KEY_SET_BYTES:
        raise UnusableKeysError("The key set is larger than 64 KiB.")
    try:
        key_set = json.loads(text)
    except (ValueError, RecursionError):
        raise UnusableKeysError("The key set is not JSON.") from None
    keys = key_set.get("keys") if isinstance(key_set, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise UnusableKeysError('The key set must look like {"keys": [{"kty": "RSA", …}]}.')
    return keys[:_MAX_KEYS]


def _is_usable(key: Mapping[str, Any]) -> bool:
    algorithm = _ALGORITHMS.get(str(key.get("kty")))
    return (
        algorithm is not None
        and isinstance(key.get("kid"), str)
        and bool(key["kid"])
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and all(isinstance(key.get(name), str) for name in _PUBLIC_MEMBERS[key["kty"]])
        and _is_strong(key)
    )


def _is_strong(key: Mapping[str, Any]) -> bool:
    if key["kty"] == "EC":
        return bool(key["crv"] == "P-256")
    try:
        modulus = base64.urlsafe_b64decode(key["n"] + "=" * (-len(key["n"]) % 4))
    except (binascii.Error, ValueError):
        return False
    return int.from_bytes(modulus).bit_length() >= _SHORTEST_RSA_BITS


def _public(key: Mapping[str, Any]) -> PublicKey:
    return {name: key[name] for name in ("kid", "kty", *_PUBLIC_MEMBERS[key["kty"]])}
