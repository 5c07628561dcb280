"""What the clocks show, and when: gaps and overlaps of real zones."""

import pytest
import whenever
from hypothesis import given
from hypothesis import strategies as st

from signalcraft.model.time_zones import time_zone_names
from signalcraft.oncall.local_time import Clock, clock, instant, nanos, read_local
from tests.oncall.people import at

CASES = [
    pytest.param(
        "Europe/Berlin", "2026-01-05T09:00:00", "2026-01-05 09:00+01:00", None, id="ordinary"
    ),
    pytest.param(
        "Europe/Berlin", "2026-03-29T02:15:00", "2026-03-29 03:00+02:00", None, id="Berlin's gap"
    ),
    pytest.param(
        "Europe/Berlin", "2026-03-29T02:00:00", "2026-03-29 03:00+02:00", None, id="its first"
    ),
    pytest.param(
        "Europe/Berlin", "2026-03-29T03:00:00", "2026-03-29 03:00+02:00", None, id="its end"
    ),
    pytest.param(
        "Europe/Berlin",
        "2026-10-25T02:15:00",
        "2026-10-25 02:15+02:00",
        "2026-10-25 02:15+01:00",
        id="Berlin's overlap",
    ),
    pytest.param(
        "Europe/Berlin",
        "2026-10-25T02:00:00",
        "2026-10-25 02:00+02:00",
        "2026-10-25 02:00+01:00",
        id="an overlap's start is shown twice",
    ),
    pytest.param(
        "Europe/Berlin",
        "2026-10-25T03:00:00",
        "2026-10-25 03:00+01:00",
        None,
        id="an overlap's end is shown once",
    ),
    pytest.param(
        "America/New_York",
        "2026-03-08T02:30:00",
        "2026-03-08 03:00-04:00",
        None,
        id="New York's gap",
    ),
    pytest.param(
        "America/New_York",
        "2026-11-01T01:30:00",
        "2026-11-01 01:30-04:00",
        "2026-11-01 01:30-05:00",
        id="New York's overlap",
    ),
    pytest.param(
        "Australia/Lord_Howe",
        "2026-10-04T02:15:00",
        "2026-10-04 02:30+11:00",
        None,
        id="Lord Howe's gap of 30 minutes",
    ),
    pytest.param(
        "Australia/Lord_Howe",
        "2026-04-05T01:45:00",
        "2026-04-05 01:45+11:00",
        "2026-04-05 01:45+10:30",
        id="Lord Howe's overlap of 30 minutes",
    ),
    pytest.param(
        "Pacific/Apia",
        "2011-12-30T12:00:00",
        "2011-12-31 00:00+14:00",
        None,
        id="the day that Apia skipped",
    ),
    pytest.param(
        "America/Caracas",
        "2016-05-01T02:45:00",
        "2016-05-01 03:00-04:00",
        None,
        id="a zone that changed its rules",
    ),
]


@pytest.mark.parametrize(("zone", "local", "first", "second"), CASES)
def test_a_local_time_means_the_first_and_last_instant_that_the_clock_shows_it(
    zone: str, local: str, first: str, second: str | None
) -> None:
    here = clock(zone)
    assert instant(here.first(read_local(local))) == at(first)
    assert instant(here.last(read_local(local))) == at(second or first)


def test_only_the_pinned_zones_are_read() -> None:
    assert clock("UTC").first(0) == 0
    assert whenever.get_tzpath() == ()


@given(
    st.sampled_from(sorted(time_zone_names())),
    st.lists(st.integers(0, nanos(at("2200-12-31 00:00Z")) // 10**9), min_size=1, max_size=20),
)
def test_many_times_at_once_are_each_the_same_as_alone(zone: str, seconds: list[int]) -> None:
    here = Clock(zone)
    times = sorted(second * 10**9 for second in seconds)
    assert here.firsts(times) == [here.first(local) for local in times]
    assert here.lasts(times) == [here.last(local) for local in times]


@given(st.sampled_from(sorted(time_zone_names())), st.integers(0, nanos(at("2200-12-31 00:00Z"))))
def test_a_time_has_begun_just_when_the_clock_has_shown_it(zone: str, moment: int) -> None:
    here = clock(zone)
    shown = here.latest_shown(moment)
    assert here.first(shown) <= moment < here.first(shown + 1)
