"""Answering with a version's content, which may be too large for memory."""

from collections.abc import Generator
from contextlib import closing

from signalcraft.api.http.call import Answer, Call
from signalcraft.model.problem import Problem, Slug
from signalcraft.store.tfstate import versions
from signalcraft.store.tfstate.content import Spool, decrypted
from signalcraft.store.tfstate.keyring import UnusableKeys
from signalcraft.store.tfstate.versions import Version


def content_answer(call: Call, version: Version) -> Answer:
    """An answer whose body is a version's content. Raises `not-configured` where the server lacks
    the key that it is encrypted with.
    """
    try:
        key = call.states.keyring.unwrap(version.envelope, version.context)
    except UnusableKeys as error:
        raise Problem(Slug.NOT_CONFIGURED, str(error)) from None
    with call.database.snapshot() as connection:
        spool = versions.chunks(connection, version)
    parts = _parts(key, spool)
    next(parts)  # Whatever is wrong with the first chunk is a problem, not a broken answer.
    return Answer(headers={"Content-Length": str(version.size)}, stream=parts)


def _parts(key: bytes, spool: Spool) -> Generator[bytes]:
    """Nothing, once the first part is there; then the parts."""
    with closing(spool):
        parts = decrypted(key, spool)
        first = next(parts)
        yield b""
        yield first
        yield from parts
