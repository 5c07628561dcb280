"""Requests that are begun at the same instant."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from threading import Barrier

import httpx

Request = Callable[[httpx.Client], httpx.Response]


def at_once(*requests: Request, clients: Sequence[httpx.Client]) -> list[httpx.Response]:
    """What each request is answered, all begun at the same instant, by these clients in turn."""
    barrier = Barrier(len(requests))

    def act(request: Request, http: httpx.Client) -> httpx.Response:
        barrier.wait()
        return request(http)

    turns = islice(cycle(clients), len(requests))
    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(act, requests, turns))
