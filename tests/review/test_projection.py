"""What a plan doesn't tell is said, and never guessed."""

import json
from collections.abc import Sequence
from typing import Any

from signalcraft.model.draft import read_draft
from signalcraft.model.kinds import KINDS
from signalcraft.model.resource import Resource
from signalcraft.model.schedule import Schedule
from signalcraft.model.user import User
from signalcraft.review.plan import Plan, read_plan
from signalcraft.review.projection import project
from signalcraft.review.snapshot import Snapshot
from tests.review.worlds import ORDER, World, plan

EMPTY: World = {kind: {} for kind in ORDER}


def workspace() -> Snapshot:
    body = read_draft(KINDS["workspace"], json.dumps({"name": "W"}).encode()).resource
    assert isinstance(body, Resource)
    return Snapshot({"ws_1": body})


def joined(*people: str, references: Any, participants: Sequence[str] | None = None) -> Plan:
    """New people who take turns on a new schedule, which refers to them in some way; or new
    `participants`, of which one may be the team of these people.
    """
    users = {p: {"name": p, "email": f"{p}@example.com", "role": "viewer"} for p in people}
    rotation = {
        "name": "weekly",
        "participants": participants or [f"@user:{p}" for p in people],
        "starts_at": "2026-01-05T09:00:00",
        "shift_length": 1,
        "shift_unit": "day",
    }
    schedule = {"name": "s", "time_zone": "UTC", "rotations": [rotation]}
    crew = {"crew": {"name": "Crew", "member_ids": [f"@user:{p}" for p in people]}}
    teams = crew if participants else {}
    world = EMPTY | {"user": users, "team": teams, "schedule": {"s": schedule}}
    written = json.loads(plan(EMPTY, world, {}))
    for block in written["configuration"]["root_module"]["resources"]:
        if block["type"] == "signalcraft_schedule":
            block["expressions"]["rotations"][0]["participants"] = {"references": references}
    return read_plan(json.dumps(written).encode())


def test_a_local_value_that_may_be_any_of_several_people_is_unknown() -> None:
    projection = project(joined("a", "b", references=["local.people"]), workspace())
    [(id, unknown)] = projection.unknown.items()
    assert id.startswith("sched_")
    assert [value.candidates for value in unknown] == [
        ("signalcraft_user.a", "signalcraft_user.b"),
        ("signalcraft_user.a", "signalcraft_user.b"),
    ]


def test_a_local_value_that_may_be_a_person_or_a_team_is_unknown() -> None:
    plan = joined("a", participants=["@user:a"], references=["local.people"])
    projection = project(plan, workspace())
    [(_, [value])] = projection.unknown.items()
    assert value.candidates == ("signalcraft_team.crew", "signalcraft_user.a")


def test_the_only_new_person_is_told_whatever_refers_to_it() -> None:
    projection = project(joined("a", references=["local.people"]), workspace())
    [schedule] = projection.after.all(Schedule).values()
    assert schedule.rotations[0].participants == tuple(projection.after.all(User))


def test_people_and_teams_that_take_turns_with_nobody_are_told_in_order() -> None:
    plan = joined(
        "a",
        "b",
        participants=["@user:b", "nobody", "@team:crew"],
        references=["signalcraft_user.b.id", "signalcraft_user.b", "signalcraft_team.crew"],
    )
    projection = project(plan, workspace())
    assert projection.unknown == {}
    [schedule] = projection.after.all(Schedule).values()
    called = [projection.after.name(id) for id in schedule.rotations[0].participants]
    assert called == ["b", "nobody", "Crew"]


def test_people_who_are_referred_to_directly_are_told_in_order() -> None:
    references = ["signalcraft_user.b.id", "signalcraft_user.b", "signalcraft_user.a.id"]
    projection = project(joined("b", "a", references=references), workspace())
    assert projection.unknown == {}
    assert [id.partition("_")[0] for id in projection.ordered] == ["sched"]
