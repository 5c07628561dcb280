"""People and times for the tests of `oncall`, as a user would write them."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from whenever import Instant, OffsetDateTime

from signalcraft.model.fields import NOBODY
from signalcraft.model.schedule import Schedule
from signalcraft.oncall.override import Override
from signalcraft.oncall.people import People
from signalcraft.oncall.roster import Roster, Shift


def an_id(prefix: str, name: str) -> str:
    """An id with a name in it; ids hold no i, l, o, u or space."""
    return f"{prefix}_{name.translate(str.maketrans('ilou ', '110vx')):0>26}"


def user(name: str) -> str:
    """The id of a user with a name that an id can hold."""
    return an_id("user", name)


def team(name: str) -> str:
    """The id of a team with a name that an id can hold."""
    return an_id("team", name)


def participant(called: str) -> str:
    """The id of a user (`ada`) or of a team (`@crew`), or `nobody`."""
    if called == NOBODY:
        return called
    return team(called[1:]) if called.startswith("@") else user(called)


def teams(off: str = "", **members: str) -> People:
    """`teams(crew="ada ben", empty="", off="fay")`."""
    return People(
        {team(name): tuple(map(user, people.split())) for name, people in members.items()},
        frozenset(map(user, off.split())),
    )


def name(user_id: str) -> str:
    """The name of a user, by id."""
    return user_id.removeprefix("user_").lstrip("0")


def names(user_ids: Iterable[str]) -> str:
    """`ada ben`."""
    return " ".join(map(name, user_ids))


def at(text: str) -> Instant:
    """The instant `2026-01-05 09:00+01:00`, or `2026-01-05 08:00Z`."""
    return OffsetDateTime.parse_iso(text.replace(" ", "T")).to_instant()


def rotation(
    name: str,
    people: str,
    starts_at: str,
    shift: str,
    *,
    ends_at: str | None = None,
    only: Iterable[str] = (),
    zone: str | None = None,
    counted: str = "all",
) -> dict[str, Any]:
    """`rotation("day", "ada ben", "2026-01-05 09:00", "1 week", only=["mon tue 09:00-17:00"])`."""
    length, unit = shift.split(" ")
    return {
        "name": name,
        "participants": [participant(each) for each in people.split(" ")],
        "starts_at": _local(starts_at),
        "shift_length": int(length),
        "shift_unit": unit.removesuffix("s"),
        "time_zone": zone,
        "counted_shifts": counted,
        "ends_at": ends_at and _local(ends_at),
        "restrictions": [_restriction(window) for window in only],
    }


def _local(text: str) -> str:
    return text.replace(" ", "T") + ":00"


def _restriction(window: str) -> dict[str, Any]:
    *days, times = window.split(" ")
    start, end = times.split("-")
    return {"days": days, "start_time": start, "end_time": end}


def schedule(zone: str, *rotations: dict[str, Any], name: str = "Database") -> Schedule:
    body = {"name": name, "time_zone": zone, "rotations": rotations}
    return Schedule.model_validate_json(json.dumps(body))


def override(person: str, starts_at: str, ends_at: str, created: str = "2026-01-01") -> Override:
    return Override(
        f"ovr_{person}",
        participant(person),
        at(starts_at),
        at(ends_at),
        int(created.replace("-", "")),
    )


def told(shift: Shift, zone: str) -> str:
    """`ada ben 2026-01-05 09:00+01:00 to 2026-01-12 09:00+01:00`."""
    return f"{names(shift.user_ids)} {_told(shift.starts_at, zone)} to {_told(shift.ends_at, zone)}"


def _told(instant: Instant, zone: str) -> str:
    moment = instant.to_tz(zone).to_fixed_offset()
    return moment.format_iso(unit="minute").replace("T", " ")


def tell(roster: Roster, start: str, end: str) -> Sequence[str]:
    shifts = roster.shifts(at(start), at(end), at_most=1000)
    return [told(shift, roster.time_zone) for shift in shifts]
