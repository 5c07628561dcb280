"""Calendars of shifts, read back with another library's parser."""

from datetime import date, datetime

from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from whenever import Instant

from signalcraft.oncall.calendar import Edition, person_calendar, schedule_calendar
from signalcraft.oncall.roster import Roster
from tests.oncall.people import an_id, at, name, override, rotation, schedule, user

DATABASE, WEB = an_id("sched", "database"), an_id("sched", "web")
ROSTERS = {
    DATABASE: Roster(
        schedule(
            "Europe/Berlin",
            rotation("weekly; ä, and a rather long name", "ada ben", "2026-03-23 09:00", "1 week"),
            name="Database",
        ),
        [override("max", "2026-03-25 08:00Z", "2026-03-25 20:00Z")],
    ),
    WEB: Roster(
        schedule("UTC", rotation("alone", "ben", "2020-01-01 00:00", "1 week"), name="Web")
    ),
}


def called(user_id: str) -> str:
    return name(user_id).capitalize()


def edition(start: str, end: str) -> Edition:
    return Edition(at(start), at(end), at("2026-03-01 00:00Z"), called)


def read(text: bytes) -> Calendar:
    return IcsCalendarStream.calendar_from_ics(text.decode())


def shown(calendar: Calendar) -> list[tuple[str | None, Instant, Instant]]:
    return [
        (event.summary, instant(event.dtstart), instant(event.dtend)) for event in calendar.events
    ]


def instant(time: date | None) -> Instant:
    assert isinstance(time, datetime)
    return Instant(time)


MARCH = edition("2026-03-24 00:00Z", "2026-04-01 00:00Z")


def test_a_schedules_shifts_are_events_whole_even_where_the_edition_cuts_them() -> None:
    calendar = read(schedule_calendar(DATABASE, ROSTERS[DATABASE], MARCH))
    assert shown(calendar) == [
        ("Ada on call: Database", at("2026-03-23 08:00Z"), at("2026-03-25 08:00Z")),
        ("Max on call: Database", at("2026-03-25 08:00Z"), at("2026-03-25 20:00Z")),
        ("Ada on call: Database", at("2026-03-25 20:00Z"), at("2026-03-30 07:00Z")),
        ("Ben on call: Database", at("2026-03-30 07:00Z"), at("2026-04-06 07:00Z")),
    ]
    assert [event.description for event in calendar.events][:2] == [
        "Database, by rotation weekly; ä, and a rather long name",
        "Database, by an override",
    ]


def test_a_persons_shifts_are_those_on_every_schedule() -> None:
    calendar = read(person_calendar(user("ben"), ROSTERS, MARCH))
    assert shown(calendar) == [
        ("Ben on call: Database", at("2026-03-30 07:00Z"), at("2026-04-06 07:00Z")),
        # A shift without a bound within a year shows what the edition covers.
        ("Ben on call: Web", MARCH.start, MARCH.end),
    ]


def test_an_events_uid_stays_the_same_in_later_editions() -> None:
    later = edition("2026-03-27 00:00Z", "2026-04-10 00:00Z")
    for schedule_id, roster in ROSTERS.items():
        old = {e.uid for e in read(schedule_calendar(schedule_id, roster, MARCH)).events}
        new = {e.uid for e in read(schedule_calendar(schedule_id, roster, later)).events}
        both = 1 if schedule_id == WEB else 2
        assert len(old & new) == both
    everyone = [e.uid for e in read(person_calendar(user("ben"), ROSTERS, MARCH)).events]
    assert len(set(everyone)) == len(everyone)


def test_lines_are_folded_and_ended_as_rfc_5545_says() -> None:
    text = schedule_calendar(DATABASE, ROSTERS[DATABASE], MARCH)
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert b"DTSTART:20260323T080000Z" in text
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in text
