"""Shifts as a calendar (RFC 5545) that calendar programs subscribe to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Protocol

from icalendar import Calendar, Event
from whenever import Instant

from signalcraft.oncall.roster import OnCall, Shift

# RFC 7986: how often a program that subscribed should look again.
_REFRESH = timedelta(hours=1)


class Rota(Protocol):
    """A schedule that can be asked: a `Roster`, or somebody who asks one elsewhere."""

    @property
    def name(self) -> str:
        """The schedule's name."""
        ...

    def on_call(self, at: Instant) -> OnCall:
        """Who is on call at an instant, and since and until when."""
        ...

    def shifts(self, start: Instant, end: Instant) -> Sequence[Shift]:
        """The shifts between two instants, clipped to them."""
        ...


@dataclass(frozen=True, slots=True)
class Edition:
    """What a calendar shows, from `start` to `end`, and when it was written.

    `name_of` says how to call the user with an id.
    """

    start: Instant
    end: Instant
    written_at: Instant
    name_of: Callable[[str], str] = str


def schedule_calendar(schedule_id: str, rota: Rota, edition: Edition) -> bytes:
    """The shifts of a schedule as an iCalendar file. Raises as `Roster.shifts` does."""
    return _written(rota.name, _events(schedule_id, rota, edition))


def person_calendar(user_id: str, rotas: Mapping[str, Rota], edition: Edition) -> bytes:
    """The shifts of a user, on all of these schedules by id, as an iCalendar file.

    Raises as `Roster.shifts` does.
    """
    events = (
        event
        for schedule_id, rota in rotas.items()
        for event in _events(schedule_id, rota, edition, only=user_id)
    )
    return _written(f"{edition.name_of(user_id)} on call", events)


def _written(name: str, events: Iterable[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//SignalCraft//On call//EN")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)  # What programs read that are older than RFC 7986.
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text


def _events(
    schedule_id: str, rota: Rota, edition: Edition, only: str | None = None
) -> Iterable[Event]:
    for shift in rota.shifts(edition.start, edition.end):
        if only is None:
            yield _event(schedule_id, rota, shift, shift.user_ids, edition)
        elif only in shift.user_ids:
            yield _event(schedule_id, rota, shift, (only,), edition)


def _event(
    schedule_id: str, rota: Rota, shift: Shift, shown: Sequence[str], edition: Edition
) -> Event:
    """The event of a shift, of which these users are shown."""
    starts_at, ends_at = _whole(shift, rota, edition)
    because = f"rotation {shift.rotation}" if shift.rotation is not None else "an override"
    event = Event()
    event.add("uid", _uid(schedule_id, shift, shown, starts_at))
    event.add("dtstamp", _utc(edition.written_at))
    event.add("dtstart", _utc(starts_at or shift.starts_at))
    event.add("dtend", _utc(ends_at or shift.ends_at))
    names = ", ".join(map(edition.name_of, shown))
    event.add("summary", f"{names} on call: {rota.name}")
    event.add("description", f"{rota.name}, by {because}")
    event.add("transp", "TRANSPARENT")  # Who is on call isn't busy all day.
    return event


def _whole(shift: Shift, rota: Rota, edition: Edition) -> tuple[Instant | None, Instant | None]:
    """When a shift starts and ends, also where that is beyond what the calendar shows; None where
    it is beyond what can be asked about.
    """
    if edition.start < shift.starts_at and shift.ends_at < edition.end:
        return shift.starts_at, shift.ends_at
    whole = rota.on_call(shift.starts_at)
    return whole.since, whole.until


def _uid(schedule_id: str, shift: Shift, shown: Sequence[str], since: Instant | None) -> str:
    """The same for the same shift in every edition, so that programs update it."""
    reason = shift.override_id or f"rotation {shift.rotation}"
    start = since.format_iso() if since else "always"
    people = " ".join(shown)
    identity = f"{schedule_id}\n{reason}\n{people}\n{start}"
    return f"{sha256(identity.encode()).hexdigest()[:32]}@signalcraft.io"


def _utc(instant: Instant) -> datetime:
    return instant.to_stdlib().astimezone(UTC)
