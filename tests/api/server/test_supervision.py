"""Background tasks that fail go on."""

import asyncio

from signalcraft.api.server.supervision import supervise


def test_a_task_that_fails_is_started_again_until_it_returns() -> None:
    runs: list[str] = []

    async def act() -> None:
        runs.append("run")
        if len(runs) < 3:
            raise ZeroDivisionError

    asyncio.run(supervise("test", act, pause_seconds=0))
    assert len(runs) == 3
