"""API keys as people see them: `sck_`, 36 random characters, 6 check characters.

The prefix and the check characters let a scanner find a leaked key, and a typo be told from a
revoked key without asking the database.
"""

import hashlib
import secrets
import string
import zlib

PREFIX = "sck_"
_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM = 36
_CHECK = 6


def new_secret() -> str:
    """A new key, with 214 bits of randomness."""
    body = PREFIX + "".join(secrets.choice(_BASE62) for _ in range(_RANDOM))
    return body + _check_characters(body)


def is_well_formed(secret: str) -> bool:
    """Whether a text can be a key at all: its length, its prefix and its check characters."""
    if len(secret) != len(PREFIX) + _RANDOM + _CHECK or not secret.startswith(PREFIX):
        return False
    return secret.isascii() and secret[-_CHECK:] == _check_characters(secret[:-_CHECK])


def digest(secret: str) -> str:
    """What is stored of a key. It has randomness enough that a plain SHA-256 can't be undone."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hint(secret: str) -> str:
    """What people may see of a key later on: its last four characters."""
    return secret[-4:]


def _check_characters(text: str) -> str:
    number = zlib.crc32(text.encode("utf-8", "replace"))
    characters = ""
    for _ in range(_CHECK):
        number, digit = divmod(number, 62)
        characters = _BASE62[digit] + characters
    return characters
