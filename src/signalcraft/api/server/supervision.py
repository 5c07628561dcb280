"""Background tasks that go on whatever happens in them."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

_PAUSE_SECONDS = 1.0

log = structlog.get_logger()


async def supervise(
    name: str, act: Callable[[], Awaitable[None]], pause_seconds: float = _PAUSE_SECONDS
) -> None:
    """Runs `act` until it returns. When it fails, that is logged, and it is started again."""
    while True:
        try:
            return await act()
        except Exception:
            log.exception("a background task failed and is started again", task=name)
            await asyncio.sleep(pause_seconds)
