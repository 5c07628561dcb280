"""What a review says about a resource that changes, as a table that a user could read."""

from typing import Any

import pytest

from signalcraft.model.user import User
from signalcraft.review.names import Names
from signalcraft.review.resource_changes import describe
from signalcraft.review.snapshot import Snapshot
from tests.oncall.people import rotation, schedule, user

PEOPLE = Snapshot(
    {
        user(name.lower()): User(email=f"{name}@example.com", name=name, role="responder")
        for name in ("Ada", "Ben")
    }
)
WEEKLY = rotation("weekly", "ada ben", "2026-01-05 09:00", "1 week")
TOKYO = WEEKLY | {"time_zone": "Asia/Tokyo"}


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        pytest.param(
            [],
            [WEEKLY],
            ['+ rotation "weekly": Ada and Ben take turns, 1 week each, from 2026-01-05 09:00'],
            id="a new rotation",
        ),
        pytest.param(
            [],
            [rotation("weekly", "ada ben", "2026-01-05 09:00", "1 day", zone="Asia/Tokyo")],
            [
                '+ rotation "weekly": Ada and Ben take turns, 1 day each, from 2026-01-05 09:00 (Asia/Tokyo)'
            ],
            id="a new rotation with a time zone",
        ),
        pytest.param(
            [WEEKLY],
            [TOKYO],
            ['~ time zone of "weekly": the schedule\'s → Asia/Tokyo'],
            id="a time zone of its own",
        ),
        pytest.param(
            [WEEKLY],
            [WEEKLY | {"counted_shifts": "worked"}],
            ['~ shifts of "weekly" that use up a turn: all → worked'],
            id="other shifts are counted",
        ),
        pytest.param([WEEKLY], [WEEKLY], [], id="no change"),
    ],
)
def test_a_schedules_changes_are_told_rotation_by_rotation(
    before: list[dict[str, Any]], after: list[dict[str, Any]], lines: list[str]
) -> None:
    described = describe(
        "updated",
        schedule("UTC", *before),
        schedule("UTC", *after),
        Names(PEOPLE, PEOPLE),
    )
    assert list(described.lines) == lines
