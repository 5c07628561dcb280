"""When turns begin, against shifts that are looked at one by one."""

from datetime import datetime, timedelta
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from signalcraft.oncall.hand_overs import HandOvers
from signalcraft.oncall.local_time import read_local
from signalcraft.oncall.weekly_windows import weekly_windows
from tests.oncall.oracle import PlainRotation, counted_shifts
from tests.oncall.people import user
from tests.oncall.test_on_call_by_brute_force import RESTRICTIONS, written

MINUTE = timedelta(minutes=1)
# Beyond what a week's hours come to.
TURNS = 200

ROTATIONS = st.builds(
    PlainRotation,
    name=st.just("r"),
    participants=st.just((user("ada"), user("ben"))),
    starts_at=st.integers(0, 14 * 1440).map(lambda n: datetime(2026, 1, 1) + n * MINUTE),  # noqa: DTZ001
    shift_length=st.integers(1, 200),
    shift_unit=st.sampled_from(["hour", "hour", "day", "week"]),
    restrictions=st.lists(RESTRICTIONS, max_size=3).map(tuple),
    counted_shifts=st.sampled_from(["all", "worked"]),
)


@given(ROTATIONS, st.integers(0, TURNS - 2), st.integers(0, TURNS - 2))
def test_turns_are_those_of_the_shifts_that_count(
    plain: PlainRotation, one: int, other: int
) -> None:
    [rotation] = written("UTC", [plain]).rotations
    hand_overs = HandOvers(rotation, weekly_windows(rotation.restrictions))
    expected = [read_local(each.isoformat()) for each in islice(counted_shifts(plain), TURNS)]

    first, last = sorted((one, other))
    assert hand_overs.between(first, last) == expected[first : last + 1]
    assert hand_overs.local(one) == expected[one]
    assert hand_overs.turn(expected[one] - 1)[0] == one - 1
    for within in (expected[one], expected[one + 1] - 1):
        assert hand_overs.turn(within) == (one, expected[one], expected[one + 1])
