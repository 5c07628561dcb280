"""The keys that encrypt Terraform states, which are in a file beside the database.

Each version of a state has a content key of its own. The keyring encrypts that key and nothing
else, so that a new key takes effect without reading a single state.
"""

import base64
import os
import re
import secrets
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_MAGIC = b"SCTF\x01"
_HEADER = struct.Struct(f">{len(_MAGIC)}sI")
_NONCE_BYTES = 12
_LINE = re.compile(r"([1-9][0-9]{0,8}):([A-Za-z0-9+/]{43}=)")
_HEADING = (
    "# Keys that encrypt Terraform states. The last one encrypts; the others decrypt what was\n"
    "# encrypted with them. Without this file the states in the database can't be read.\n"
)


class UnusableKeys(Exception):
    """The key file can't be used, or lacks a key; the message says why, and never a key."""


class Keyring:
    """Keys by number; the highest encrypts."""

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        self._keys = {number: AESGCM(key) for number, key in keys.items()}
        self.newest = max(keys)
        """The number of the key that encrypts."""

    @classmethod
    def read(cls, file: Path) -> Self:
        """The keys in a file, each a line `<number>:<32 bytes in Base64>`. Raises `UnusableKeys`."""
        try:
            lines = file.read_text(encoding="ascii").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UnusableKeys(f"Can't read the key file {file}: {error}") from None
        keys: dict[int, bytes] = {}
        for position, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            found = _LINE.fullmatch(line.strip())
            if found is None:
                raise UnusableKeys(
                    f"{file}, line {position}, must be a number, a colon and a Base64 key of "
                    f"{KEY_BYTES} bytes. `signalcraft state keys add {file}` writes such lines."
                )
            number = int(found[1])
            if keys and number <= max(keys):
                raise UnusableKeys(f"{file}, line {position}: key numbers must increase.")
            keys[number] = base64.b64decode(found[2])
        if not keys:
            raise UnusableKeys(
                f"{file} has no keys. Run `signalcraft state keys add {file}` to add one."
            )
        return cls(keys)

    def wrap(self, content_key: bytes, context: str) -> bytes:
        """The envelope of a content key: magic, key number, nonce, ciphertext. It opens only with
        the same context.
        """
        header = _HEADER.pack(_MAGIC, self.newest)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._keys[self.newest].encrypt(nonce, content_key, header + context.encode())
        return header + nonce + sealed

    def unwrap(self, envelope: bytes, context: str) -> bytes:
        """The content key in an envelope. Raises `UnusableKeys`."""
        number = key_number(envelope)
        if number not in self._keys:
            raise UnusableKeys(
                f"A Terraform state is encrypted with key {number}, which the key file lacks. Add "
                "that key's line to the file, and restart the server."
            )
        header, rest = envelope[: _HEADER.size], envelope[_HEADER.size :]
        nonce, sealed = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
        try:
            return self._keys[number].decrypt(nonce, sealed, header + context.encode())
        except InvalidTag:
            raise UnusableKeys(
                f"Key {number} doesn't decrypt this Terraform state: the key file has another key "
                "of that number, or the database was altered."
            ) from None


def key_number(envelope: bytes) -> int:
    """The number of the key that an envelope is encrypted with. Raises `UnusableKeys`."""
    if len(envelope) < _HEADER.size or not envelope.startswith(_MAGIC):
        raise UnusableKeys("The database has a Terraform state in an unknown format.")
    number: int = _HEADER.unpack_from(envelope)[1]
    return number


def add_key(file: Path) -> int:
    """Adds a new key to a key file, which is created if it doesn't exist, readable by its owner
    only. Returns the key's number. Raises `UnusableKeys`.
    """
    number = Keyring.read(file).newest + 1 if file.exists() else 1
    key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    text = ("" if number > 1 else _HEADING) + f"{number}:{key}\n"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, mode=0o600)
        with os.fdopen(descriptor, "a", encoding="ascii") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(descriptor)
    except OSError as error:
        raise UnusableKeys(f"Can't write the key file {file}: {error}") from None
    return number
