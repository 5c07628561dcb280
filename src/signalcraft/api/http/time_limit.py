"""One time limit for many tasks, with one timer for all of them.

A timer for each request would take a tenth of the time that a small write takes in all, and hardly
any ever goes off.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

T = TypeVar("T")


class TimeLimit:
    """How long each of many tasks may wait for something. All methods are for the event loop."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        """How long it is."""
        # In the order in which they began, which is the order of their deadlines.
        self._deadlines: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def within(self, wanted: Awaitable[T]) -> T:
        """What is waited for. Raises `TimeoutError` where that takes too long; waits for one thing
        in each task.
        """
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None
        self._deadlines[task] = deadline = loop.time() + self.seconds
        if self._timer is None:
            self._timer = loop.call_at(deadline, self._end_late)
        try:
            return await wanted
        except asyncio.CancelledError:
            # Cancelled by this limit alone, or by somebody else too.
            if task in self._late and task.uncancel() == 0:
                raise TimeoutError from None
            raise
        finally:
            self._deadlines.pop(task, None)
            self._late.discard(task)

    def _end_late(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        for task, deadline in list(self._deadlines.items()):
            if deadline > loop.time():
                self._timer = loop.call_at(deadline, self._end_late)
                return
            del self._deadlines[task]
            self._late.add(task)
            task.cancel()
