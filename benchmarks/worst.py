"""The worst request found for each operation: what it costs, and what it does to others meanwhile.

Run it with `python -m benchmarks.worst` on a machine that does nothing else. The server has one core
to itself, and a client on the other asks `/livez` and for a team all the time.
"""

import json
import threading
from statistics import median
from time import perf_counter
from typing import Self

import httpx
import psutil

from benchmarks.subject import Subject, durable_servers, fill, measured_server
from signalcraft.api.reference.openapi import openapi
from tools.servers import Server
from tools.worst_bodies import WorstBody, worst_bodies

_BESIDE = ("/livez", "/v1/teams?limit=1")
_AT_REST = 200


class Neighbour:
    """A client that asks for something all the time, and notes how long each answer takes."""

    def __init__(self, subject: Subject, path: str) -> None:
        self._http = subject.server.http(subject.tenant)
        self._path = path
        self._stop = threading.Event()
        self._seconds: list[float] = []
        self.at_rest = median(self._ask() for _ in range(_AT_REST))

    def __enter__(self) -> Self:
        self._seconds.clear()
        self._stop.clear()
        self._thread = threading.Thread(target=self._go_on)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def worst(self) -> float:
        """The longest answer in the block, as a ratio to one at rest."""
        return max(self._seconds, default=0) / self.at_rest

    def _go_on(self) -> None:
        while not self._stop.is_set():
            self._seconds.append(self._ask())

    def _ask(self) -> float:
        began = perf_counter()
        assert self._http.get(self._path).status_code == 200
        return perf_counter() - began


def cpu_seconds(server: Server) -> float:
    """The CPU time that a server has taken."""
    times = server.process.cpu_times()
    return float(times.user + times.system)


def peak_mib(process: psutil.Process) -> float:
    """The most memory that a process has had, in MiB (Linux)."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:  # noqa: PTH123 — no file
        [line] = [line for line in status if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def measure(subject: Subject, http: httpx.Client, worst: WorstBody) -> tuple[float, int, int]:
    """CPU seconds, bytes of the answer, and its status."""
    before = cpu_seconds(subject.server)
    headers = {"Content-Type": "application/json"}
    answer = http.request(worst.method, worst.path, content=worst.body, headers=headers)
    return cpu_seconds(subject.server) - before, len(answer.content), answer.status_code


def report(subject: Subject) -> None:
    """Measures each operation's worst body, and prints what came of it."""
    neighbours = [Neighbour(subject, path) for path in _BESIDE]
    print("CPU of the neighbours' own requests is in it, and ratios are to an answer at rest.")
    print(f"{'operation':28} {'body':24} {'status':>6} {'CPU s':>6} {'bytes':>9} ", end="")
    print(f"{'peak MiB':>8} {'/livez':>7} {'GET':>7}")
    with subject.server.http(subject.tenant) as http:
        for worst in worst_bodies(json.loads(openapi())):
            with neighbours[0], neighbours[1]:
                seconds, size, status = measure(subject, http, worst)
            ratios = " ".join(f"{neighbour.worst:6.0f}x" for neighbour in neighbours)
            peak = peak_mib(subject.server.process)
            print(
                f"{worst.operation_id[:28]:28} {worst.why[:24]:24} {status:6} {seconds:6.2f} "
                f"{size:9,} {peak:8.0f} {ratios}"
            )


def main() -> None:
    """Measures a server on SQLite, where everything shares one process."""
    with durable_servers() as servers, measured_server(servers, "sqlite") as server:
        report(fill(server, 1000))


if __name__ == "__main__":
    main()
