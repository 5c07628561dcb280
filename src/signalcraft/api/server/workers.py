"""Threads shared fairly between callers, with a bound on how long anybody waits.

Each caller waits in a line of its own, and the lines take turns, so a caller with a thousand
requests delays another one's by one request, not by a thousand.
"""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")

Gone = Callable[[], Awaitable[object]]
"""Returns when the client has closed its connection."""


class Busy(Exception):
    """Too many requests wait already, or this one has waited too long. It was not begun."""


class TooLate(Exception):
    """The work was begun, but not finished in time; what it did is unknown."""


class ClientGone(Exception):
    """The client closed its connection before the work was begun."""


class Workers:
    """A pool of threads. All methods are for the event loop's own thread."""

    def __init__(
        self,
        name: str,
        threads: int,
        *,
        share: int,
        line: int = 256,
        interrupt: Callable[[int], None] = lambda _: None,
    ) -> None:
        """`share` is how many threads one caller may use at once, and `line` how many of its
        requests may wait. `interrupt` is called with the id of a thread whose work is too late.
        """
        self._executor = ThreadPoolExecutor(threads, name)
        self._idle = threads
        self._share = share
        self._longest_line = line
        self._interrupt = interrupt
        self._running: Counter[str] = Counter()
        # In order of their turns: a caller that got one goes to the end.
        self._lines: dict[str, deque[asyncio.Future[None]]] = {}

    async def run(
        self, caller: str, act: Callable[[], T], seconds: float, gone: Gone | None = None
    ) -> T:
        """What `act` returns or raises, called in one of the threads.

        Raises `Busy` and `ClientGone` if it wasn't begun, and `TooLate`.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        if self._idle and self._running[caller] < self._share:
            self._begin(caller)
        else:
            await self._turn(caller, seconds, gone)
        work = _Work(act)
        outcome: asyncio.Future[T] = loop.create_future()
        timer = loop.call_at(deadline, self._late, work, outcome)
        running = loop.run_in_executor(self._executor, work)
        running.add_done_callback(lambda done: self._finished(caller, done, outcome))
        try:
            return await outcome
        finally:
            timer.cancel()

    def close(self) -> None:
        """Returns when all work that was begun is done."""
        self._executor.shutdown()

    def _begin(self, caller: str) -> None:
        self._idle -= 1
        self._running[caller] += 1

    async def _turn(self, caller: str, seconds: float, gone: Gone | None) -> None:
        line = self._lines.setdefault(caller, deque())
        if len(line) >= self._longest_line:
            raise Busy
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(turn)
        waiting: set[asyncio.Future[object]] = {turn}  # type: ignore[arg-type]  # only waited for
        if gone is not None:
            waiting.add(asyncio.ensure_future(gone()))
        try:
            done, _ = await asyncio.wait(
                waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
        except asyncio.CancelledError:
            if turn.done():
                self._release(caller)
            raise
        finally:
            for each in waiting:
                each.cancel()
        if turn not in done:
            raise ClientGone if done else Busy

    def _release(self, caller: str) -> None:
        self._idle += 1
        self._running[caller] -= 1
        if not self._running[caller]:
            del self._running[caller]
        self._next()

    def _finished(
        self, caller: str, done: "asyncio.Future[T]", outcome: "asyncio.Future[T]"
    ) -> None:
        self._release(caller)
        error = done.exception()
        if outcome.done():  # It came too late; nobody waits for it.
            return
        if error is not None:
            outcome.set_exception(error)
        else:
            outcome.set_result(done.result())

    def _next(self) -> None:
        """Gives the free thread to the first in the first line whose caller may have one."""
        for caller in list(self._lines):
            line = self._lines[caller]
            while line and line[0].done():  # Given up.
                line.popleft()
            if not line:
                del self._lines[caller]
            elif self._running[caller] < self._share:
                line.popleft().set_result(None)
                self._begin(caller)
                del self._lines[caller]
                if line:
                    self._lines[caller] = line
                return

    def _late(self, work: "_Work[T]", outcome: "asyncio.Future[T]") -> None:
        if outcome.done():
            return
        if work.thread is not None:
            self._interrupt(work.thread)
        outcome.set_exception(TooLate())


class _Work(Generic[T]):
    """Work, and the thread that does it."""

    def __init__(self, act: Callable[[], T]) -> None:
        self._act = act
        self.thread: int | None = None

    def __call__(self) -> T:
        self.thread = threading.get_ident()
        return self._act()
