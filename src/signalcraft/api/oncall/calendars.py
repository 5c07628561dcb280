"""The calendars that calendar links show. The secret in the path stands in for an API key."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from whenever import Instant, TimeDelta

from signalcraft.api.http.call import Answer, Visit
from signalcraft.api.http.operation import Linked, Operation
from signalcraft.model.kinds import KINDS
from signalcraft.model.problem import Problem, Slug
from signalcraft.oncall.budget import TooMuchWork, limited
from signalcraft.oncall.calendar import Edition, person_calendar, schedule_calendar
from signalcraft.oncall.errors import TooManyShifts
from signalcraft.oncall.roster import Roster, Shift
from signalcraft.store.config import changes
from signalcraft.store.oncall import calendar_links
from signalcraft.store.oncall.calendar_links import CalendarLink

_FOLDER = "/v1/calendars/"
_SUFFIX = ".ics"
# What follows the folder's name, and anything else that is as long as a secret.
_LIKE_A_SECRET = re.compile(r"(calendars(?:/|%2F)).*|[A-Za-z0-9_-]{40,}", re.IGNORECASE | re.DOTALL)
FILE_PATTERN = r"^[A-Za-z0-9_-]+\.ics$"
"""What the last part of a calendar's path looks like."""

_DAY = TimeDelta(hours=24)
# Days back and ahead: fewer where there are too many shifts.
_REACHES = ((30, 180), (14, 60), (7, 21), (1, 7), (1, 2))
MAX_SHIFTS = 2000
_STEPS = 60_000
# Calendar programs ask every few minutes at most, and people should see an override soon.
_CACHE_CONTROL = "private, max-age=300"


def path_of(token: str) -> str:
    """The path of the calendar behind a secret."""
    return f"{_FOLDER}{token}{_SUFFIX}"


def without_secret(path: str) -> str:
    """A path as it may be logged: without the secret, also where the path is mistyped."""
    return _LIKE_A_SECRET.sub(r"\1…", path)


def operations() -> Iterator[Operation]:
    """Reading a calendar."""
    yield Operation(
        "GET",
        f"{_FOLDER}{{file}}",
        "get_calendar",
        "Read a calendar",
        Linked(_get),
        {200: None, 304: None},
        description="The shifts of a schedule, from 30 days ago to 180 days ahead, or fewer days "
        f"where there are more than {MAX_SHIFTS:,} shifts, as iCalendar (RFC 5545). The path is that of a calendar link, and ends in `.ics`.",
        costly=True,
        tag=KINDS["schedule"].tag,
        problems=(Slug.NOT_FOUND,),
    )


def _get(visit: Visit) -> Answer:
    file = visit.incoming.parameters["file"]
    found = calendar_links.by_token(visit.connection, file.removesuffix(_SUFFIX))
    if found is None or not file.endswith(_SUFFIX):
        raise _no_calendar()
    workspace_id, link = found
    now = Instant.now()
    today = _midnight(now)
    # Read before what it stands for, so that it is never too new.
    revision = changes.revision(visit.connection, workspace_id)
    headers = {
        "ETag": f'W/"{link.id}.{revision}.{today.timestamp()}"',
        "Cache-Control": _CACHE_CONTROL,
    }
    if headers["ETag"] in visit.incoming.headers.get("if-none-match", ""):
        return Answer(304, headers=headers)
    kept = visit.kept.get(link.id)
    if kept and kept.headers["ETag"] == headers["ETag"]:
        return kept
    configuration = visit.configurations.of(workspace_id)
    roster = configuration.rosters.get(link.schedule_id)
    if roster is None:  # It was deleted just now, and the link with it.
        raise _no_calendar()
    text = _calendar(link, roster, today, configuration.name_of)
    answered = Answer(200, text, headers, "text/calendar; charset=utf-8")
    visit.kept.keep(link.id, answered)
    return answered


class _Bounded:
    """A roster that tells a calendar of so many shifts at most."""

    def __init__(self, roster: Roster) -> None:
        self.name = roster.name
        self.on_call = roster.on_call
        self._roster = roster

    def shifts(self, start: Instant, end: Instant) -> Sequence[Shift]:
        """Raises as `Roster.shifts` does."""
        return self._roster.shifts(start, end, at_most=MAX_SHIFTS)


def _calendar(
    link: CalendarLink, roster: Roster, today: Instant, name_of: Callable[[str], str]
) -> str:
    """The calendar, of as many days as have no more than `MAX_SHIFTS` shifts."""
    rota, now = _Bounded(roster), Instant.now()
    for back, ahead in _REACHES:
        edition = Edition(today - _DAY * back, today + _DAY * ahead, now, name_of)
        with suppress(TooManyShifts, TooMuchWork), limited(_STEPS):
            if link.user_id is None:
                return schedule_calendar(link.schedule_id, rota, edition).decode()
            return person_calendar(link.user_id, {link.schedule_id: rota}, edition).decode()
    raise TooMuchWork


def _no_calendar() -> Problem:
    return Problem(
        Slug.NOT_FOUND,
        "Calendar not found: the address is incomplete, or its link was revoked. Ask for a "
        "new link.",
    )


def _midnight(at: Instant) -> Instant:
    """The begin of the day in UTC: within it, the calendar covers the same time."""
    return Instant.from_timestamp(at.timestamp() // 86_400 * 86_400)
