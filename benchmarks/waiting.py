"""What 1,000 clients that wait for a change cost those who read meanwhile.

Run it with `python -m benchmarks.waiting` on a machine that does nothing else.
"""

import asyncio
from statistics import median, quantiles
from time import perf_counter
from urllib.parse import urlsplit

import httpx

from benchmarks.subject import Subject, durable_servers, fill, measured_server

CLIENTS = 1000
READS = 500
ROUNDS = 5


class Waiting:
    """Clients of which each waits for the change behind the newest."""

    def __init__(self, subject: Subject, head: int) -> None:
        address = urlsplit(subject.server.url)
        self._address = address.hostname, address.port
        self._request = subject.request("GET", f"/v1/changes?after={head}&wait=30")
        self._writers: list[asyncio.StreamWriter] = []
        self._answers: list[asyncio.Task[bytes]] = []

    async def begin(self) -> None:
        """Returns when all of them have sent their requests."""
        for _ in range(CLIENTS):
            reader, writer = await asyncio.open_connection(*self._address)
            writer.write(self._request)
            await writer.drain()
            self._writers.append(writer)
            self._answers.append(asyncio.create_task(reader.readuntil(b"\r\n\r\n")))

    async def woken(self) -> None:
        """Returns when all of them were answered."""
        answers = await asyncio.gather(*self._answers)
        assert all(answer.startswith(b"HTTP/1.1 200 ") for answer in answers)
        for writer in self._writers:
            writer.close()


async def latencies(http: httpx.AsyncClient, path: str) -> list[float]:
    """Milliseconds that each of some reads takes, one after the other."""
    took = []
    for _ in range(READS):
        began = perf_counter()
        (await http.get(path)).raise_for_status()
        took.append((perf_counter() - began) * 1000)
    return took


async def measure(subject: Subject) -> None:
    """Measures reads without and with clients that wait, in turns, and prints what came of it."""
    alone: list[float] = []
    beside: list[float] = []
    waking: list[float] = []
    headers = {"Authorization": f"Bearer {subject.tenant.api_key}"}
    async with httpx.AsyncClient(base_url=subject.server.url, headers=headers) as http:
        for number in range(ROUNDS):
            head = (await http.get("/v1/changes", params={"limit": 1})).json()["head"]
            alone += await latencies(http, subject.path)
            clients = Waiting(subject, head)
            await clients.begin()
            beside += await latencies(http, subject.path)
            began = perf_counter()
            (await http.post("/v1/teams", json={"name": f"Team {number}"})).raise_for_status()
            await clients.woken()
            waking.append((perf_counter() - began) * 1000)
    print(f"\nreads while {CLIENTS:,} clients wait for a change, beside reads while none does")
    for what, of in (("median", median), ("95th percentile", _ninety_fifth)):
        print(
            f"  {what:16} {of(alone):6.2f} ms {of(beside):6.2f} ms   x {of(beside) / of(alone):.2f}"
        )
    print(f"  all are woken {median(waking):.0f} ms after a change")


def _ninety_fifth(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


def main() -> None:
    """Measures on SQLite: what waits holds no connection to a database."""
    with durable_servers() as servers, measured_server(servers, "sqlite") as server:
        asyncio.run(measure(fill(server, 1)))


if __name__ == "__main__":
    main()
