"""How many requests a caller may make."""

import pytest

from signalcraft.api.server.rate_limit import RateLimit
from signalcraft.model.problem import Problem
from tests.work import lines_run


def test_a_bucket_refills_as_time_passes() -> None:
    seconds = [0.0]
    limit = RateLimit(2, 4, clock=lambda: seconds[0])
    for _ in range(4):
        limit.take("a")
    with pytest.raises(Problem, match="Wait 1 s"):
        limit.take("a")
    limit.take("b")
    seconds[0] = 1
    limit.take("a")
    limit.take("a")
    with pytest.raises(Problem):
        limit.take("a")


def test_looking_takes_nothing() -> None:
    limit = RateLimit(1, 1, clock=lambda: 0.0)
    assert limit.look("a") == limit.look("a")
    limit.take("a")
    with pytest.raises(Problem):
        limit.take("a")


def test_counting_costs_the_same_however_many_callers_there_are() -> None:
    limit = RateLimit(1, 1, clock=lambda: 0.0)
    for i in range(10_001):
        limit.take(str(i))
    assert lines_run(lambda: limit.take("another")) < 50
    # The bucket used longest ago was dropped, the newest were not.
    with pytest.raises(Problem):
        limit.take("10000")
    limit.take("0")
