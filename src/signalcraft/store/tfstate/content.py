"""A state's content: compressed and encrypted chunk by chunk as it arrives.

Each content has a key of its own, so a chunk's number can be its nonce. The nonce also says which
chunk is the last: chunks that are missing, repeated or out of order don't decrypt (STREAM; Hoang,
Reyhanitabar, Rogaway and Vizár, 2015).
"""

import base64
import hashlib
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 256 * 1024
"""The most bytes of plaintext in a chunk."""
_IN_MEMORY = 256 * 1024
_FASTEST = 1  # A state is read as often as it is written, and compresses to a tenth anyway.


class Corrupt(Exception):
    """Stored content was altered or is incomplete."""


class Spool:
    """Encrypted chunks: in memory while they are small, else in a temporary file, which has no name
    and so doesn't outlive the process.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 — it outlives this call
        self._lengths: list[int] = []

    def append(self, chunk: bytes) -> None:
        """Adds a chunk."""
        self._file.write(chunk)
        self._lengths.append(len(chunk))

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        for length in self._lengths:
            yield self._file.read(length)

    def close(self) -> None:
        """Deletes them."""
        self._file.close()


class Content:
    """Content that is encrypted as it arrives, and can be read once it is complete."""

    def __init__(self) -> None:
        self.key = AESGCM.generate_key(256)
        """The key of this content alone."""
        self.size = 0
        """Bytes of plaintext."""
        self.chunks = Spool()
        self._sealing = _Sealing(self.key)
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._waiting = bytearray()

    @classmethod
    def of(cls, plain: bytes) -> Self:
        """Content that is there already."""
        content = cls()
        content.add(plain)
        content.finish()
        return content

    @property
    def sha256(self) -> str:
        """The plaintext's SHA-256, in hexadecimal."""
        return self._sha256.hexdigest()

    @property
    def md5(self) -> str:
        """The plaintext's MD5 as the header Content-MD5 says it (RFC 1864)."""
        return base64.b64encode(self._md5.digest()).decode()

    def add(self, data: bytes) -> None:
        """Adds what has arrived."""
        self.size += len(data)
        self._sha256.update(data)
        self._md5.update(data)
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self.chunks.append(self._sealing.seal(bytes(self._waiting[:CHUNK]), last=False))
            del self._waiting[:CHUNK]

    def finish(self) -> None:
        """Completes it."""
        self.chunks.append(self._sealing.seal(bytes(self._waiting), last=True))
        self._waiting.clear()

    def plain(self) -> bytes:
        """All of it, decrypted."""
        return b"".join(decrypted(self.key, self.chunks))

    def close(self) -> None:
        """Deletes it."""
        self.chunks.close()


class _Sealing:
    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._number = 0

    def seal(self, plain: bytes, *, last: bool) -> bytes:
        sealed = self._cipher.encrypt(
            _nonce(self._number, last=last), zlib.compress(plain, _FASTEST), None
        )
        self._number += 1
        return sealed


def decrypted(key: bytes, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The plaintext of chunks, chunk by chunk. Raises `Corrupt`."""
    cipher = AESGCM(key)
    ahead = iter(chunks)
    chunk = next(ahead, None)
    number = 0
    while chunk is not None:
        following = next(ahead, None)
        try:
            compressed = cipher.decrypt(_nonce(number, last=following is None), chunk, None)
        except InvalidTag:
            raise Corrupt(f"Chunk {number} of a Terraform state is damaged or missing.") from None
        yield zlib.decompress(compressed)
        chunk, number = following, number + 1


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
