"""`signalcraft override`: who is on call for a while, whatever a schedule's rotations say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import click
from whenever import Instant

from signalcraft.cli import options
from signalcraft.cli.cover import Cover, SharedShift, Turn, swapped, turns
from signalcraft.cli.groups import Commands
from signalcraft.cli.render.instants import now, read_instant, tell_instant, tell_local
from signalcraft.cli.render.people import People, look_up_person
from signalcraft.cli.render.terminal import console, plain_table, tell_json
from signalcraft.cli.sources.connection import asks_a_server
from signalcraft.cli.sources.server import ServerSource
from signalcraft.cli.sources.source import look_up
from signalcraft.client import Client, ClientError, Shift
from signalcraft.client.overrides import ScheduleOverride, create_override, delete_override
from signalcraft.model.fields import NOBODY
from signalcraft.model.schedule import Schedule
from signalcraft.model.team import Team
from signalcraft.model.user import User


class _Overrides(Commands):
    """A group that takes `override SCHEDULE …` for `override create SCHEDULE …`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["create", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Overrides)
def override() -> None:
    """Cover a shift: say who is on call on a schedule for a while.

    `override SCHEDULE --user ada@example.com --from '2026-03-23 09:00' --until '2026-03-24 09:00'`
    is short for `override create SCHEDULE …`.
    """


@override.command()
@click.argument("schedule")
@click.option("--user", metavar="EMAIL", help="Who is on call.")
@click.option("--team", metavar="NAME", help="The team whose members are on call.")
@click.option("--nobody", is_flag=True, help="Nobody is on call.")
@click.option(
    "--swap",
    nargs=2,
    metavar="EMAIL EMAIL",
    help="Two people who take each other's shifts that lie in the time, or the parts that do.",
)
@click.option("--from", "start", metavar="TIME", help="When it starts; now if left out.")
@click.option("--until", "end", metavar="TIME", required=True, help="When it ends.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@options.output
@asks_a_server
def create(  # noqa: PLR0913 — click hands a command its options
    client: Client,
    schedule: str,
    user: str | None,
    team: str | None,
    nobody: bool,
    swap: tuple[str, str] | None,
    start: str | None,
    end: str,
    dry_run: bool,
    yes: bool,
    output: str,
) -> None:
    """Put somebody on call on SCHEDULE, given by name or id, for a while.

    Shows who is on call instead of whom first, and asks. A time without an offset is local time of
    the schedule.
    """
    if sum((user is not None, team is not None, nobody, swap is not None)) != 1:
        raise click.UsageError("Say one of --user, --team, --nobody and --swap.")
    if output == "json" and not (yes or dry_run):
        raise click.UsageError("--output json can't ask. Add --yes or --dry-run.")
    source = ServerSource(client)
    id, body = look_up(source, Schedule, "schedule", schedule)
    first, last = _range(start, end, body.time_zone)
    shifts = client.shifts(id, first, last)
    if swap:
        covers = _swap(source, shifts, swap, body.time_zone)
    else:
        participant, people = _participant(source, user, team)
        covers = [Cover(participant, people, first, last)]
    planned = _Planned(id, body, covers, turns(shifts, covers, first, last))
    named = People.of(source, {id for turn in planned.turns for id in (*turn.before, *turn.after)})
    if output == "text":
        _show(planned, named)
    if planned.turns and not dry_run and (yes or click.confirm("Create it?", abort=True)):
        created = create_all(client, id, covers)
    else:
        created = []
    if output == "json":
        _tell(planned, named, created)
    else:
        for each in created:
            click.echo(f"Created {each.id}. `signalcraft override delete {each.id}` takes it back.")


@override.command("list")
@click.argument("schedule")
@click.option("--all", "with_past", is_flag=True, help="Also those that are over.")
@options.output
@asks_a_server
def list_overrides(client: Client, schedule: str, with_past: bool, output: str) -> None:
    """List the overrides of SCHEDULE, given by name or id, that aren't over."""
    source = ServerSource(client)
    id, body = look_up(source, Schedule, "schedule", schedule)
    found = [each for each in client.overrides(id) if with_past or each.ends_at > now()]
    found.sort(key=lambda each: (each.starts_at, each.revision))
    called = _called(source, [each.participant for each in found])
    if output == "json":
        tell_json(
            {
                "items": [
                    each.model_dump() | {"participant_name": called[each.participant]}
                    for each in found
                ]
            }
        )
        return
    if not found:
        click.echo("No overrides.")
        return
    table = plain_table("ID", "ON CALL", "FROM", "UNTIL")
    table.columns[0].no_wrap = True
    for each in found:
        table.add_row(
            each.id,
            called[each.participant],
            tell_instant(each.starts_at, body.time_zone),
            tell_instant(each.ends_at, body.time_zone),
        )
    console().print(table)


@override.command()
@click.argument("id")
@click.option("--yes", is_flag=True, help="Don't ask.")
@asks_a_server
def delete(client: Client, id: str, yes: bool) -> None:
    """Delete the override with this ID, which `override list` shows."""
    source = ServerSource(client)
    schedule_id, schedule, found = _find(client, id)
    called = _called(source, [found.participant])[found.participant]
    start, end = (tell_instant(at, schedule.time_zone) for at in (found.starts_at, found.ends_at))
    click.echo(f"{called} on {schedule.name}, from {start} to {end}")
    if yes or click.confirm("Delete it?", abort=True):
        client.send(delete_override(schedule_id, id))
        click.echo("Deleted.")


def create_all(
    client: Client, schedule_id: str, covers: Iterable[Cover]
) -> Sequence[ScheduleOverride]:
    """Creates the overrides. Where one can't be created, those before it are deleted: half a swap
    would leave somebody with both shifts.
    """
    created: list[ScheduleOverride] = []
    try:
        for cover in covers:
            wanted = create_override(schedule_id, cover.participant, cover.starts_at, cover.ends_at)
            created.append(client.send(wanted))
    except ClientError:
        for each in created:
            client.send(delete_override(schedule_id, each.id))
        raise
    return created


@dataclass(frozen=True)
class _Planned:
    """The overrides to create on a schedule, and what they change."""

    schedule_id: str
    schedule: Schedule
    covers: Sequence[Cover]
    turns: Sequence[Turn]


def _range(start: str | None, end: str, zone: str) -> tuple[Instant, Instant]:
    first = read_instant(start, zone, "--from") if start else now()
    last = read_instant(end, zone, "--until")
    if last <= max(first, now()):
        why = "in the past" if last <= now() else "not after --from"
        raise click.BadParameter(f"This is {why}.", param_hint="--until")
    return max(first, now()), last


def _participant(
    source: ServerSource, user: str | None, team: str | None
) -> tuple[str, tuple[str, ...]]:
    """Who is to be on call, and the users behind that."""
    if user is not None:
        id, person = look_up_person(source, user)
        if not person.active:
            raise click.ClickException(f"{person.name} is off, and so can't be on call.")
        return id, (id,)
    if team is None:
        return NOBODY, ()
    id, body = look_up(source, Team, "team", team)
    members = source.some(User, body.member_ids)
    active = tuple(each for each in body.member_ids if each in members and members[each].active)
    if not active:
        raise click.ClickException(f"The team {body.name!r} has no active members.")
    return id, active


def _swap(
    source: ServerSource,
    shifts: Sequence[Shift],
    swap: tuple[str, str],
    zone: str,
) -> list[Cover]:
    (one, first), (other, second) = (look_up_person(source, called) for called in swap)
    for person in (first, second):
        if not person.active:
            raise click.ClickException(f"{person.name} is off, and so can't be on call.")
    try:
        covers = swapped(shifts, one, other)
    except SharedShift as error:
        at = tell_instant(error.shift.starts_at, zone)
        raise click.ClickException(
            f"The shift from {at} is shared with others. Choose a time without it, or use --user."
        ) from None
    for id, person in ((other, first), (one, second)):
        if not any(cover.participant == id for cover in covers):
            raise click.ClickException(f"{person.name} has no shift in this time to swap.")
    return covers


def _show(planned: _Planned, people: People) -> None:
    zone = planned.schedule.time_zone
    click.echo(f"{planned.schedule.name} ({zone})")
    if not planned.turns:
        click.echo("No change: this is who is on call then already.")
        return
    table = plain_table("FROM", "UNTIL", "NOW", "THEN")
    for turn in planned.turns:
        table.add_row(
            tell_local(turn.starts_at, zone, now()),
            tell_local(turn.ends_at, zone, now()),
            people.names(turn.before),
            people.names(turn.after),
        )
    console().print(table)


def _tell(planned: _Planned, people: People, created: Sequence[ScheduleOverride]) -> None:
    tell_json(
        {
            "schedule_id": planned.schedule_id,
            "schedule_name": planned.schedule.name,
            "time_zone": planned.schedule.time_zone,
            "changes": [
                {
                    "starts_at": turn.starts_at,
                    "ends_at": turn.ends_at,
                    "before": people.shown(turn.before),
                    "after": people.shown(turn.after),
                }
                for turn in planned.turns
            ],
            "overrides": [each.model_dump() for each in created],
        }
    )


def _called(source: ServerSource, participants: Sequence[str]) -> dict[str, str]:
    """What each participant is called."""
    users = source.some(User, [id for id in participants if id.startswith("user_")])
    teams = source.some(Team, [id for id in participants if id.startswith("team_")])
    names = {id: body.name for id, body in [*users.items(), *teams.items()]}
    return {id: names.get(id, id) for id in participants}


def _find(client: Client, id: str) -> tuple[str, Schedule, ScheduleOverride]:
    for schedule in client.iterate(Schedule):
        for each in client.overrides(schedule.id):
            if each.id == id:
                return schedule.id, schedule.body, each
    raise click.ClickException(f"There is no override with the id {id}.")
