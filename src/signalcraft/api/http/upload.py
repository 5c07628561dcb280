"""Bodies that are too large for memory: encrypted as they arrive."""

import asyncio
from collections.abc import Mapping

from granian.rsgi import (  # type: ignore[attr-defined]  # Granian's own gap
    HTTPProtocol,
    ProtocolClosed,
)

from signalcraft.api.http.body import declared_length
from signalcraft.api.http.call import Upload
from signalcraft.model.problem import Problem, Slug
from signalcraft.store.tfstate.content import CHUNK, Content

MIB = 1024 * 1024
MAX_BYTES = 64 * MIB
MEMORY = 4 * CHUNK
"""About how many bytes of memory an upload takes."""
_TOO_LARGE = f"The body has more than {MAX_BYTES // MIB} MiB."


async def receive_upload(
    headers: Mapping[str, str], protocol: HTTPProtocol, seconds: float
) -> Upload:
    """A body of up to 64 MiB, each MiB of which may take so many seconds. What is wrong with it is
    left to its handler, which may want to remember it.
    """
    content = Content()
    try:
        await _receive(content, headers, protocol, seconds)
    except Problem as failure:
        return Upload(content, failure)
    except TimeoutError:
        return Upload(content, Problem(Slug.REQUEST_TIMEOUT, "The body arrived too slowly."))
    except ProtocolClosed:
        return Upload(content, Problem(Slug.MALFORMED_REQUEST, "The body is cut off."))
    except BaseException:
        content.close()
        raise
    return Upload(content)


async def _receive(
    content: Content, headers: Mapping[str, str], protocol: HTTPProtocol, seconds: float
) -> None:
    if "content-length" in headers and declared_length(headers) > MAX_BYTES:
        raise Problem(Slug.PAYLOAD_TOO_LARGE, _TOO_LARGE)
    waiting = bytearray()
    deadline = asyncio.get_running_loop().time() + seconds
    async with asyncio.timeout_at(deadline) as limit:
        async for data in protocol:
            waiting += data
            if content.size + len(waiting) > MAX_BYTES:
                raise Problem(Slug.PAYLOAD_TOO_LARGE, _TOO_LARGE)
            if len(waiting) >= CHUNK:
                # Compressing a chunk takes milliseconds, for which no other request should wait.
                await asyncio.to_thread(content.add, bytes(waiting))
                waiting.clear()
            limit.reschedule(deadline + seconds * (content.size / MIB))
    content.add(bytes(waiting))
    content.finish()
    _verify_md5(content, headers)


def _verify_md5(content: Content, headers: Mapping[str, str]) -> None:
    claimed = headers.get("content-md5")
    if claimed is not None and claimed.strip() != content.md5:
        raise Problem(
            Slug.MALFORMED_REQUEST, "The body was altered on its way: its Content-MD5 is another."
        )
