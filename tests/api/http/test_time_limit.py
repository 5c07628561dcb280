"""One time limit for many tasks."""

import asyncio

import pytest

from signalcraft.api.http.time_limit import TimeLimit


async def _never() -> None:
    await asyncio.Event().wait()


async def _at_once() -> str:
    return "here"


def test_what_takes_too_long_ends_and_the_rest_goes_on() -> None:
    async def main() -> None:
        limit = TimeLimit(0.02)
        slow = [asyncio.create_task(limit.within(_never())) for _ in range(50)]
        assert await limit.within(_at_once()) == "here"
        ended = await asyncio.gather(*slow, return_exceptions=True)
        assert {type(error) for error in ended} == {TimeoutError}
        assert await limit.within(_at_once()) == "here"

    asyncio.run(main())


def test_a_task_that_is_late_may_go_on_with_something_else() -> None:
    async def main() -> str:
        limit = TimeLimit(0.01)
        with pytest.raises(TimeoutError):
            await limit.within(_never())
        await asyncio.sleep(0)
        return await limit.within(_at_once())

    assert asyncio.run(main()) == "here"


def test_a_task_that_somebody_else_cancels_is_cancelled() -> None:
    async def main() -> None:
        task = asyncio.create_task(TimeLimit(60).within(_never()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
