from hypothesis import given
from hypothesis import strategies as st

from signalcraft.operator.pace import Pace


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(
    st.floats(0.5, 500),
    st.integers(1, 50),
    st.lists(st.floats(0, 2), min_size=1, max_size=200),
)
def test_no_stretch_of_time_sees_more_than_burst_and_rate(
    per_second: float, burst: int, pauses: list[float]
) -> None:
    clock = Clock()
    pace = Pace(per_second, burst, clock)
    sent = []
    for pause in pauses:
        clock.now += pause
        sent.append(clock.now + pace.turn())
    assert sent == sorted(sent)
    for i, start in enumerate(sent):
        for count, end in enumerate(sent[i:], 1):
            assert count <= burst + (end - start) * per_second + 1e-6


def test_a_burst_waits_for_nothing() -> None:
    pace = Pace(10, 5, Clock())
    assert [round(pace.turn(), 6) for _ in range(7)] == [0, 0, 0, 0, 0, 0.1, 0.2]


def test_after_a_pause_requests_come_evenly() -> None:
    clock = Clock()
    pace = Pace(10, 5, clock)
    pace.pause(3)
    assert pace.paused_for == 3
    assert [round(pace.turn(), 6) for _ in range(3)] == [3, 3.1, 3.2]


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    pace = Pace(10, 5, Clock())
    pace.pause(3)
    pace.pause(1)
    assert pace.paused_for == 3
