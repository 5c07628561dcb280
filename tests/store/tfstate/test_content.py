"""Content is encrypted chunk by chunk, and what was altered doesn't decrypt."""

import hashlib
from collections.abc import Callable
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalcraft.store.tfstate.content import CHUNK, Content, Corrupt, decrypted


def filled(size: int) -> bytes:
    """Bytes of which no two stretches are alike."""
    return hashlib.shake_256(str(size).encode()).digest(size)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5])
def test_content_of_any_size_comes_back(size: int) -> None:
    plain = filled(size)
    with closing(Content.of(plain)) as content:
        assert content.plain() == plain
        assert content.size == size
        assert content.sha256 == hashlib.sha256(plain).hexdigest()
        assert len(list(content.chunks)) == max(1, -(-size // CHUNK))


@given(st.lists(st.binary(max_size=50)))
def test_it_does_not_matter_in_which_parts_content_arrives(parts: list[bytes]) -> None:
    with closing(Content()) as content:
        for part in parts:
            content.add(part)
        content.finish()
        assert content.plain() == b"".join(parts)
        assert content.sha256 == hashlib.sha256(b"".join(parts)).hexdigest()


def test_nothing_of_the_plaintext_is_in_the_chunks() -> None:
    with closing(Content.of(b"AKIA-a-secret" * 1000)) as content:
        assert all(b"AKIA" not in chunk for chunk in content.chunks)


def test_each_content_has_a_key_of_its_own() -> None:
    with closing(Content.of(b"x")) as first, closing(Content.of(b"x")) as second:
        assert first.key != second.key
        with pytest.raises(Corrupt):
            list(decrypted(second.key, first.chunks))


Chunks = list[bytes]


@pytest.mark.parametrize(
    "alter",
    [
        lambda chunks: chunks[:-1],
        lambda chunks: chunks[1:],
        lambda chunks: [chunks[1], chunks[0], chunks[2]],
        lambda chunks: [*chunks, chunks[-1]],
        lambda chunks: [chunks[0], chunks[0], chunks[2]],
        lambda chunks: [chunks[0], chunks[1][:-1] + bytes([chunks[1][-1] ^ 1]), chunks[2]],
    ],
    ids=["last missing", "first missing", "swapped", "repeated", "replaced", "one bit"],
)
def test_chunks_that_were_altered_do_not_decrypt(alter: Callable[[Chunks], Chunks]) -> None:
    with closing(Content.of(filled(3 * CHUNK))) as content:
        altered = alter(list(content.chunks))
        with pytest.raises(Corrupt):
            list(decrypted(content.key, altered))
