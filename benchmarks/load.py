"""A client that keeps connections busy with requests that were put together beforehand."""

import asyncio
from collections.abc import Iterator
from time import perf_counter
from typing import NamedTuple
from urllib.parse import urlsplit


class Load(NamedTuple):
    """What came of a run."""

    per_second: float
    statuses: dict[int, int]


def request(method: str, path: str, api_key: str = "", body: bytes = b"") -> bytes:
    """An HTTP/1.1 request as it goes over the wire."""
    head = f"{method} {path} HTTP/1.1\r\nHost: benchmark\r\n"
    if api_key:
        head += f"Authorization: Bearer {api_key}\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def run(url: str, requests: list[bytes], connections: int = 8) -> Load:
    """Sends all requests, each connection one after the other, and counts the answers."""
    return asyncio.run(_run(url, requests, connections))


async def _run(url: str, requests: list[bytes], connections: int) -> Load:
    address = urlsplit(url)
    assert address.hostname
    assert address.port
    loop = asyncio.get_running_loop()
    waiting = iter(requests)
    statuses: dict[int, int] = {}
    clients = []
    began = perf_counter()
    for _ in range(connections):
        _, client = await loop.create_connection(
            lambda: _Client(waiting, statuses), address.hostname, address.port
        )
        clients.append(client)
    await asyncio.gather(*(client.done for client in clients))
    return Load(len(requests) / (perf_counter() - began), statuses)


class _Client(asyncio.Protocol):
    """One connection: the next request goes out when the answer to the last has come in."""

    def __init__(self, waiting: Iterator[bytes], statuses: dict[int, int]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        self._statuses = statuses
        self._received = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head_end = self._received.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = bytes(self._received[:head_end]).lower()
        length = 0
        if (at := head.find(b"content-length:")) >= 0:
            length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        if len(self._received) < head_end + 4 + length:
            return
        status = int(head[9:12])
        self._statuses[status] = self._statuses.get(status, 0) + 1
        self._received.clear()
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))

    def _send(self) -> None:
        following = next(self._waiting, None)
        if following is None:
            self.done.set_result(None)
            self._transport.close()
        else:
            self._transport.write(following)
