"""Threads that callers share."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from signalcraft.api.server.workers import Busy, ClientGone, TooLate, Workers

_LONG = 20.0


def run(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scene)


def test_a_caller_with_many_requests_delays_another_by_one_at_most() -> None:
    async def scene() -> None:
        workers = Workers("test", 1, share=1)
        order: list[str] = []
        many = [
            asyncio.ensure_future(workers.run("many", lambda: order.append("many"), _LONG))
            for _ in range(20)
        ]
        await asyncio.sleep(0)
        await workers.run("one", lambda: order.append("one"), _LONG)
        await asyncio.gather(*many)
        assert order.index("one") <= 2
        workers.close()

    run(scene())


def test_one_caller_never_has_all_threads() -> None:
    async def scene() -> None:
        workers = Workers("test", 2, share=1)
        release = threading.Event()
        held = [asyncio.ensure_future(workers.run("a", release.wait, _LONG)) for _ in range(5)]
        await asyncio.sleep(0)
        assert await workers.run("b", lambda: "answered", _LONG) == "answered"
        release.set()
        await asyncio.gather(*held)
        workers.close()

    run(scene())


def test_whoever_would_wait_behind_too_many_is_sent_away_at_once() -> None:
    async def scene() -> None:
        workers = Workers("test", 1, share=1, line=1)
        release = threading.Event()
        held = [asyncio.ensure_future(workers.run("a", release.wait, _LONG)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await workers.run("a", release.wait, _LONG)
        release.set()
        await asyncio.gather(*held)
        workers.close()

    run(scene())


def test_work_that_takes_too_long_is_interrupted_and_answered_without_waiting_for_it() -> None:
    async def scene() -> None:
        release = threading.Event()
        interrupted: list[int] = []

        def interrupt(thread: int) -> None:
            interrupted.append(thread)
            release.set()

        workers = Workers("test", 1, share=1, interrupt=interrupt)
        with pytest.raises(TooLate):
            await workers.run("a", release.wait, 0.01)
        assert await workers.run("a", threading.get_ident, _LONG) in interrupted
        workers.close()

    run(scene())


@pytest.mark.parametrize("why", ["the client has gone", "it waited too long"])
def test_what_was_given_up_while_it_waited_is_never_begun(why: str) -> None:
    async def gone() -> None:
        return

    async def scene() -> None:
        workers = Workers("test", 1, share=1)
        release = threading.Event()
        begun: list[str] = []
        held = asyncio.ensure_future(workers.run("a", release.wait, _LONG))
        await asyncio.sleep(0)
        ways: dict[str, Callable[[], Awaitable[None]]] = {
            "the client has gone": lambda: workers.run("a", lambda: begun.append("a"), _LONG, gone),
            "it waited too long": lambda: workers.run("a", lambda: begun.append("a"), 0.01),
        }
        with pytest.raises(ClientGone if why == "the client has gone" else Busy):
            await ways[why]()
        release.set()
        await held
        await workers.run("a", lambda: None, _LONG)
        assert begun == []
        workers.close()

    run(scene())


def test_what_the_work_raises_is_raised() -> None:
    async def scene() -> None:
        workers = Workers("test", 1, share=1)
        with pytest.raises(ZeroDivisionError):
            await workers.run("a", lambda: 1 // 0, _LONG)
        workers.close()

    run(scene())
