"""On-call answers against an oracle that steps through every minute of UTC, in all zones."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whenever import Instant

from signalcraft.model.schedule import Schedule
from signalcraft.model.time_zones import time_zone_names
from signalcraft.oncall.override import Override
from signalcraft.oncall.people import People
from signalcraft.oncall.roster import Roster, Shift
from tests.oncall.oracle import (
    DAYS,
    Answer,
    Minutes,
    PlainOverride,
    PlainRestriction,
    PlainRotation,
    answers,
    changes_of_offset,
    runs,
)
from tests.oncall.people import team, user

ZONES = sorted(time_zone_names())
PEOPLE = [user(name) for name in ("ada", "ben", "eve", "max")]
# Also teams that share members, one with a single member, one without any, and people who are off.
TEAMS = {
    team("pair"): (user("ben"), user("ada")),
    team("all"): (user("eve"), user("off"), user("ada"), user("max")),
    team("ada"): (user("ada"),),
    team("off"): (user("off"),),
    team("empty"): (),
}
OFF = frozenset({user("off")})
PARTICIPANTS = [*PEOPLE, *TEAMS, user("off"), "nobody"]
BEHIND = {
    participant: tuple(each for each in users if each not in OFF)
    for participant, users in {**TEAMS, **{each: (each,) for each in (*PEOPLE, *OFF)}}.items()
}
MINUTE = timedelta(minutes=1)
# Many names are links to the same rules, byte for byte: each set of rules once.
RULES = sorted(
    {
        files("tzdata").joinpath("zoneinfo", *zone.split("/")).read_bytes(): zone for zone in ZONES
    }.values()
)


def times_of_day(draw_from: st.SearchStrategy[int]) -> st.SearchStrategy[str]:
    return draw_from.map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")


# Half of all times near 02:00, where clocks change.
TIMES = times_of_day(st.integers(0, 1439) | st.integers(0, 16).map(lambda n: n * 15))
RESTRICTIONS = st.builds(
    PlainRestriction,
    st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True).map(tuple),
    TIMES,
    TIMES,
)


@st.composite
def near_a_change(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone, and a day on which its clocks change, if they ever do in a year."""
    zone = draw(st.sampled_from(ZONES))
    year = draw(st.integers(1973, 2100))
    changes = changes_of_offset(zone, year)
    ordinary = datetime(year, 7, 14, tzinfo=UTC)
    return zone, draw(st.sampled_from(changes)) if changes else ordinary


@st.composite
def rotations(draw: st.DrawFn, day: datetime, number: int) -> PlainRotation:
    age = draw(st.integers(-2, 3) | st.integers(0, 7300))
    time = datetime.strptime(draw(TIMES), "%H:%M").time()  # noqa: DTZ007
    starts_at = datetime.combine((day - timedelta(days=age)).date(), time)
    length, unit = draw(
        st.sampled_from([(1, "hour"), (8, "hour"), (12, "hour"), (1, "day"), (1, "week")])
        | st.tuples(st.integers(1, 100), st.sampled_from(["hour", "day", "week"]))
    )
    ends_at = None
    if draw(st.booleans()):
        end = day + draw(st.integers(-1440, 4320)) * MINUTE
        ends_at = max(end.replace(tzinfo=None), starts_at + MINUTE)
    return PlainRotation(
        f"rotation {number}",
        tuple(draw(st.lists(st.sampled_from(PARTICIPANTS), min_size=1, max_size=4))),
        max(starts_at, datetime(1970, 1, 1)),  # noqa: DTZ001
        length,
        unit,
        ends_at,
        tuple(draw(st.lists(RESTRICTIONS, max_size=3))),
        draw(st.none() | st.sampled_from(ZONES)),
        draw(st.sampled_from(["all", "worked"])),
    )


@st.composite
def overrides(draw: st.DrawFn, day: datetime, number: int) -> PlainOverride:
    starts_at = day + draw(st.integers(-1440, 4320)) * MINUTE
    ends_at = starts_at + draw(st.integers(0, 2880)) * MINUTE
    created_at = day - draw(st.integers(0, 2)) * timedelta(days=1)
    participant = draw(st.sampled_from(PARTICIPANTS))
    return PlainOverride(f"ovr_{number}", participant, starts_at, ends_at, created_at)


def written(zone: str, plain: Sequence[PlainRotation]) -> Schedule:
    bodies = [
        {
            "name": rotation.name,
            "participants": rotation.participants,
            "starts_at": rotation.starts_at.isoformat(),
            "shift_length": rotation.shift_length,
            "shift_unit": rotation.shift_unit,
            "ends_at": rotation.ends_at and rotation.ends_at.isoformat(),
            "restrictions": tuple(vars(restriction) for restriction in rotation.restrictions),
            "time_zone": rotation.time_zone,
            "counted_shifts": rotation.counted_shifts,
        }
        for rotation in plain
    ]
    return Schedule.model_validate({"name": "x", "time_zone": zone, "rotations": tuple(bodies)})


def moment(utc: datetime) -> Instant:
    return Instant.from_timestamp(int(utc.timestamp()))


def roster(
    zone: str, plain: Sequence[PlainRotation], plain_overrides: Sequence[PlainOverride]
) -> Roster:
    return Roster(
        written(zone, plain),
        [
            Override(
                o.id,
                o.participant,
                moment(o.starts_at),
                moment(o.ends_at),
                round(o.created_at.timestamp()),
            )
            for o in plain_overrides
        ],
        People(TEAMS, OFF),
    )


Run = tuple[Answer, datetime, datetime]


def after_each(found: Sequence[Run]) -> list[tuple[str, ...]]:
    """The first people after each run who are others than in it; none where there aren't any."""
    return [
        next((who for (who, _, _), _, _ in found[i + 1 :] if who and {*who} != {*answer[0]}), ())
        for i, (answer, _, _) in enumerate(found)
    ]


def before_each(found: Sequence[Run]) -> list[tuple[str, ...]]:
    return after_each(found[::-1])[::-1]


@settings(max_examples=100)
@given(st.data())
def test_answers_are_those_of_every_minute(data: st.DataObject) -> None:
    zone, day = data.draw(near_a_change())
    plain = [data.draw(rotations(day, n)) for n in range(data.draw(st.integers(0, 3)))]
    standing_in = [data.draw(overrides(day, n)) for n in range(data.draw(st.integers(0, 3)))]
    minutes = Minutes(zone, day - timedelta(days=1), day + timedelta(days=2))
    final = answers(plain, standing_in, BEHIND, minutes)
    asked = roster(zone, plain, standing_in)

    expected = runs(final, minutes)
    shifts = asked.shifts(moment(expected[0][1]), moment(expected[-1][2]), at_most=10_000)
    assert list(shifts) == [
        Shift(answer[0], moment(starts), moment(ends), answer[1], answer[2])
        for answer, starts, ends in expected
        if answer[0]
    ]
    for answer, starts, ends in expected:
        for minute in (starts, ends - MINUTE):
            told = asked.on_call(moment(minute))
            assert (told.user_ids, told.rotation, told.override_id) == answer
            if starts != expected[0][1]:
                assert told.since == moment(starts)
            if ends != expected[-1][2]:
                assert told.until == moment(ends)
    for (_, starts, _), earlier, later in zip(
        expected, before_each(expected), after_each(expected), strict=True
    ):
        # What lies beyond the minutes that were stepped through is not known.
        if earlier:
            assert asked.previous_users(moment(starts)) == earlier
        if later:
            assert asked.next_users(moment(starts)) == later


@pytest.mark.parametrize("part", range(4))
def test_every_zone_agrees_across_one_of_its_changes(part: int) -> None:
    for zone in RULES[part::4]:
        random = Random(zone)  # noqa: S311
        changes: list[datetime] = []
        while not changes and random.random() < 0.9:
            changes = changes_of_offset(zone, random.randint(1979, 2037))
        day = random.choice(changes) if changes else datetime(2026, 7, 14, tzinfo=UTC)
        starts_at = (day - timedelta(days=random.randint(0, 3000))).replace(tzinfo=None)
        plain = [
            PlainRotation(
                "hourly",
                tuple(PEOPLE[:3]),
                starts_at + random.randint(0, 1439) * MINUTE,
                random.choice((1, 2, 5, 8, 12)),
                "hour",
            ),
            PlainRotation(
                "nights",
                tuple(PEOPLE),
                starts_at + random.randint(0, 1439) * MINUTE,
                1,
                "day",
                None,
                (PlainRestriction(DAYS, f"{random.randint(0, 23):02}:30", "02:15"),),
            ),
        ]
        minutes = Minutes(zone, day, day + timedelta(days=1))
        expected = runs(answers(plain, [], BEHIND, minutes), minutes)
        shifts = roster(zone, plain, []).shifts(
            moment(day), moment(day + timedelta(days=1)), at_most=100
        )
        assert [(s.user_ids, s.rotation, s.starts_at, s.ends_at) for s in shifts] == [
            (answer[0], answer[1], moment(starts), moment(ends))
            for answer, starts, ends in expected
            if answer[0]
        ], zone
