"""`signalcraft oncall`."""

from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich.text import Text

from signalcraft.cli import options
from signalcraft.cli.render.instants import now, read_instant, tell_instant
from signalcraft.cli.render.people import People
from signalcraft.cli.render.terminal import console, plain_table, tell_json
from signalcraft.cli.sources.source import Source, asks_a_source, look_up
from signalcraft.client import OnCall
from signalcraft.model.schedule import Schedule
from signalcraft.model.user import User


@click.command()
@click.argument("schedule", required=False)
@click.option(
    "--at", metavar="TIME", help="When; now if left out. '2026-03-23 09:00' is local time."
)
@options.output
@asks_a_source
def oncall(source: Source, schedule: str | None, at: str | None, output: str) -> None:
    """Say who is on call: on SCHEDULE, given by name or id, or on every one.

    A time without an offset is local time of the schedule, or else of the workspace. A time in the
    past is answered from the configuration of then, at the revision that is shown.
    """
    if schedule is None:
        schedules: Mapping[str, Schedule] = source.all(Schedule)
        asked = read_instant(at, source.workspace_zone(), "--at") if at else now()
        answers = [
            found for found in source.on_call_everywhere(asked) if found.schedule_id in schedules
        ]
        answers.sort(key=lambda found: schedules[found.schedule_id].name.casefold())
    else:
        id, body = look_up(source, Schedule, "schedule", schedule)
        schedules = {id: body}
        asked = read_instant(at, body.time_zone, "--at") if at else now()
        answers = [source.on_call(id, asked)]
    people = People.of(source, (id for answer in answers for id in answer.user_ids))
    if output == "json":
        tell_json({"items": [_shown(answer, schedules, people) for answer in answers]})
    elif answers:
        _tell(answers, schedules, people, with_revision=at is not None)
        _warn(source, answers, people)
    else:
        click.echo("No schedules.")


def _shown(answer: OnCall, schedules: Mapping[str, Schedule], people: People) -> dict[str, Any]:
    schedule = schedules[answer.schedule_id]
    return {
        "schedule_id": answer.schedule_id,
        "schedule_name": schedule.name,
        "time_zone": schedule.time_zone,
        "at": answer.at,
        "users": people.shown(answer.user_ids),
        "since": answer.since,
        "until": answer.until,
        "rotation": answer.rotation,
        "override_id": answer.override_id,
        "revision": answer.revision,
    }


def _tell(
    answers: Sequence[OnCall],
    schedules: Mapping[str, Schedule],
    people: People,
    *,
    with_revision: bool,
) -> None:
    past = with_revision and any(answer.revision is not None for answer in answers)
    table = plain_table("SCHEDULE", "ON CALL", "UNTIL", *(["REVISION"] if past else []))
    table.columns[2].no_wrap = True
    for answer in answers:
        schedule = schedules[answer.schedule_id]
        table.add_row(
            schedule.name,
            _who(answer, people),
            tell_instant(answer.until, schedule.time_zone)
            if answer.until
            else Text("more than a year away", "dim"),
            *([str(answer.revision or "")] if past else []),
        )
    console().print(table)


def _warn(source: Source, answers: Sequence[OnCall], people: People) -> None:
    """Says who is still on call although somebody has deleted them."""
    ids = {id for answer in answers for id in answer.user_ids}
    for id in sorted(source.leaving(User, ids)) if ids else ():
        click.echo(
            f"{people.name(id)} is marked for deletion, and stays on call until no schedule names them."
        )


def _who(answer: OnCall, people: People) -> Text:
    who = Text(people.names(answer.user_ids), "bold" if answer.user_ids else "red")
    return who.append(" (override)", "not bold dim") if answer.override_id else who
