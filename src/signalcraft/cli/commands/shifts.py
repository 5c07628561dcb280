"""`signalcraft shifts`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import click
from whenever import Instant, TimeDelta

from signalcraft.cli.render.instants import now, read_instant
from signalcraft.cli.render.people import People, look_up_person
from signalcraft.cli.render.shift_table import Row, show_changes, show_person, show_schedule
from signalcraft.cli.render.terminal import tell_json
from signalcraft.cli.sources.source import Source, asks_a_source, look_up
from signalcraft.client import Shift
from signalcraft.client.questions import ScheduleChange
from signalcraft.model.schedule import Schedule
from signalcraft.model.team import Team
from signalcraft.model.time_zones import time_zone_names, zone_suggestion
from signalcraft.model.user import User
from signalcraft.oncall import roster
from signalcraft.oncall.calendar import Edition, person_calendar, schedule_calendar

_DAYS = TimeDelta(hours=24 * 14)


def _known_zone(_: click.Context, __: click.Parameter, zone: str | None) -> str | None:
    if zone is None or zone in time_zone_names():
        return zone
    raise click.BadParameter(f"{zone!r} is not an IANA time zone. {zone_suggestion(zone)}")


@click.command()
@click.argument("schedule", required=False)
@click.option("--user", metavar="EMAIL", help="The shifts of this person, on every schedule.")
@click.option("--from", "start", metavar="TIME", help="Start of the range; now if left out.")
@click.option(
    "--until", "end", metavar="TIME", help="End of the range; 14 days after its start if left out."
)
@click.option(
    "--time-zone",
    "zone",
    metavar="ZONE",
    callback=_known_zone,
    help="Time zone of the local times shown, and of those in --from and --until, such as "
    "Europe/Berlin. The schedule's or the person's if left out.",
)
@click.option(
    "--output",
    type=click.Choice(["text", "json", "ics"]),
    default="text",
    show_default=True,
    help="For people, for scripts, or for calendar programs.",
)
@asks_a_source
def shifts(
    source: Source,
    schedule: str | None,
    user: str | None,
    start: str | None,
    end: str | None,
    zone: str | None,
    output: str,
) -> None:
    """Show the shifts of SCHEDULE, given by name or id, or of a person.

    A time without an offset ('2026-03-23', '2026-03-23 09:00') is local time: of the schedule, or of
    the person. A person who has no zone is taken to live by that of their rotations if they have
    only one, and by the workspace's if not.

    Shifts in the past are those that were in force then; below them is when the schedule changed.
    """
    if schedule is None and user is None:
        raise click.UsageError("Name a schedule, or a person with --user.")
    if schedule is not None and user is not None:
        raise click.UsageError(
            "Name a schedule or a person, not both: --user shows one person's shifts on every "
            "schedule."
        )
    asked = _of_schedule(source, schedule) if schedule else _of_person(source, user or "")
    asked = replace(asked, zone=zone or asked.zone)
    first = read_instant(start, asked.zone, "--from") if start else now()
    last = read_instant(end, asked.zone, "--until") if end else first + _DAYS
    if start is None and last <= first:
        raise click.BadParameter(
            "This is in the past, and the range starts now. Give a start with --from.",
            param_hint="--until",
        )
    if output == "ics":
        click.echo(_calendar(source, asked, first, last), nl=False)
        return
    rows = _rows(source, asked, first, last)
    people = People.of(source, {id for row in rows for id in row.shift.user_ids})
    # A range that starts now, to the second, has no past.
    changes = _changes(source, asked, first, last) if start else []
    if output == "json":
        tell_json(
            {
                "items": [_shown(row, people) for row in rows],
                "changes": [{"schedule_id": id, **change.model_dump()} for id, change in changes],
            }
        )
        return
    if asked.user_id is None:
        show_schedule(rows, people, asked.title, asked.zone, (first, last))
    else:
        show_person(rows, asked.title, asked.zone, (first, last))
    show_changes(((asked.schedules[id].name, change) for id, change in changes), asked.zone, first)


@dataclass(frozen=True)
class _Asked:
    """Whose shifts to show: those of one schedule, or of one person on all of them."""

    title: str
    zone: str
    schedules: dict[str, Schedule]
    user_id: str | None = None


def _of_schedule(source: Source, called: str) -> _Asked:
    id, schedule = look_up(source, Schedule, "schedule", called)
    return _Asked(schedule.name, schedule.time_zone, {id: schedule})


def _of_person(source: Source, called: str) -> _Asked:
    id, user = look_up_person(source, called)
    schedules = dict(source.all(Schedule))
    zone = (
        user.time_zone
        or _only_zone(schedules.values(), source.all(Team), id)
        or source.workspace_zone()
    )
    return _Asked(user.name, zone, schedules, id)


def _only_zone(
    schedules: Iterable[Schedule], teams: Mapping[str, Team], user_id: str
) -> str | None:
    """The zone of all rotations that somebody is on, alone or with a team, if it is one."""
    participants = {user_id, *(id for id, team in teams.items() if user_id in team.member_ids)}
    zones = {
        rotation.time_zone or schedule.time_zone
        for schedule in schedules
        for rotation in schedule.rotations
        if not participants.isdisjoint(rotation.participants)
    }
    return zones.pop() if len(zones) == 1 else None


def _rows(source: Source, asked: _Asked, start: Instant, end: Instant) -> list[Row]:
    rows = [
        Row(id, schedule.name, shift)
        for id, schedule in asked.schedules.items()
        for shift in source.shifts(id, start, end)
        if asked.user_id is None or asked.user_id in shift.user_ids
    ]
    return sorted(rows, key=lambda row: (row.shift.starts_at, row.schedule_name))


def _changes(
    source: Source, asked: _Asked, start: Instant, end: Instant
) -> list[tuple[str, ScheduleChange]]:
    """When the schedules changed in the past part of a range, with each schedule's id."""
    if start >= Instant.now():
        return []
    return [
        (id, change) for id in asked.schedules for change in source.schedule_changes(id, start, end)
    ]


def _shown(row: Row, people: People) -> dict[str, Any]:
    return {
        "schedule_id": row.schedule_id,
        "schedule_name": row.schedule_name,
        "users": people.shown(row.shift.user_ids),
        **row.shift.model_dump(exclude={"user_ids"}),
    }


@dataclass(frozen=True)
class _Rota:
    """A schedule of a source, as calendars are made of."""

    source: Source
    id: str
    name: str

    def on_call(self, at: Instant) -> roster.OnCall:
        """Who is on call at an instant."""
        found = self.source.on_call(self.id, at)
        return roster.OnCall(
            found.user_ids, found.since, found.until, found.rotation, found.override_id
        )

    def shifts(self, start: Instant, end: Instant) -> Sequence[roster.Shift]:
        """The shifts between two instants."""
        return [_core(shift) for shift in self.source.shifts(self.id, start, end)]


def _core(shift: Shift) -> roster.Shift:
    return roster.Shift(
        shift.user_ids, shift.starts_at, shift.ends_at, shift.rotation, shift.override_id
    )


def _calendar(source: Source, asked: _Asked, start: Instant, end: Instant) -> bytes:
    rotas = {id: _Rota(source, id, schedule.name) for id, schedule in asked.schedules.items()}
    edition = Edition(start, end, now(), People(source.all(User)).name)
    if asked.user_id is not None:
        return person_calendar(asked.user_id, rotas, edition)
    [(id, rota)] = rotas.items()
    return schedule_calendar(id, rota, edition)
