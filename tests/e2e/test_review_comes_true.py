"""What a review says will be is what the server answers after the apply."""

import json
from itertools import product

from hypothesis import HealthCheck, example, given, settings
from whenever import Instant

from signalcraft.cli.sources.server import ServerSource
from signalcraft.client import Client
from signalcraft.client.requests import kind_of
from signalcraft.model.alert import Alert
from signalcraft.model.draft import read_draft
from signalcraft.model.kinds import KINDS
from signalcraft.model.resource import Resource
from signalcraft.model.schedule import Schedule
from signalcraft.model.workspace import Workspace
from signalcraft.review.plan import read_plan
from signalcraft.review.projection import project
from signalcraft.review.snapshot import Snapshot
from signalcraft.review.verdict import verdict
from tests.review.worlds import ORDER, Ids, World, filled, kinds_with_bodies, plan, worlds
from tools.servers import Server

# The past is what was in force then: a review is about what comes.
AT = Instant.from_utc(2100, 11, 24, 12)
END = Instant.from_utc(2100, 12, 8, 12)
ALERTS = [
    Alert(labels={name: value for name, value in labels if value}, service=service)
    for *labels, service in product(
        [("p", None), ("p", "x"), ("p", "50")], [("q", None), ("q", "y")], [None, "a", "b"]
    )
]


def small_world(*people: str) -> World:
    """People who take turns on one schedule, in this order."""
    users = {p: {"name": p, "email": f"{p}@example.com", "role": "viewer"} for p in people}
    rotation = {
        "name": "weekly",
        "participants": [f"@user:{p}" for p in people],
        "starts_at": "2026-01-05T09:00:00",
        "shift_length": 1,
        "shift_unit": "day",
    }
    schedule = {"name": "s", "time_zone": "UTC", "rotations": [rotation]}
    return {kind: {} for kind in ORDER} | {"user": users, "schedule": {"s": schedule}}


@example(before=small_world("b"), after=small_world("c", "b", "a"))
@example(before=small_world("a", "b", "c"), after=small_world("c", "a"))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=worlds(), after=worlds())
def test_a_review_comes_true(server: Server, before: World, after: World) -> None:
    with server.client(server.new_tenant()) as client:
        ids: Ids = {}
        apply(client, before, ids)
        set_catch_all(client, ids, before, after)
        source = ServerSource(client)
        promised = project(read_plan(plan(before, after, ids)), source.snapshot())
        assert promised.unknown == {}
        assert promised.stale == ()
        apply(client, after, ids)
        delete(client, before, after, ids)
        became = source.snapshot()
        assert contents(promised.after) == contents(became)
        answers = client.test_routing(ALERTS, AT, ("people",))
        for alert, answer in zip(ALERTS, answers, strict=True):
            expected = verdict(promised.after, alert, AT)
            assert expected == verdict(became, alert, AT)
            assert expected.outcome == answer.outcome
            assert expected.policies == became.names(answer.escalation_policy_ids)
            paged = {(s.minute, became.email(id)) for s in answer.steps for id in s.user_ids}
            assert paged == {(page.minute, who) for page in expected.pages for who in page.people}
        for id, schedule in became.all(Schedule).items():
            assert shifts(promised.after, schedule.name) == [
                (became.emails(shift.user_ids), shift.starts_at, shift.ends_at)
                for shift in client.shifts(id, AT, END)
            ]


def apply(client: Client, world: World, ids: Ids) -> None:
    """Creates and updates, as Terraform does: by id where there is one."""
    for kind, name, body in kinds_with_bodies(world):
        written = json.dumps(filled(body, ids)).encode()
        resource = read_draft(KINDS[kind], written).resource
        assert resource is not None
        key = f"@{kind}:{name}"
        if key in ids:
            client.replace(ids[key], resource)
        else:
            ids[key] = client.create(resource).id


def set_catch_all(client: Client, ids: Ids, before: World, after: World) -> None:
    """Gives the workspace a default policy, if there is one that stays."""
    kept = sorted(before["escalation_policy"].keys() & after["escalation_policy"].keys())
    if kept:
        settings = client.get(Workspace)
        default = ids[f"@escalation_policy:{kept[0]}"]
        body = settings.body.model_dump() | {"default_escalation_policy_id": default}
        client.put(Workspace.model_validate(body))


def delete(client: Client, before: World, after: World, ids: Ids) -> None:
    """Deletes what is gone, in the opposite order."""
    for kind, name, _ in reversed(list(kinds_with_bodies(before))):
        if name not in after[kind]:
            client.delete(KINDS[kind].body, ids.pop(f"@{kind}:{name}"))


def contents(snapshot: Snapshot) -> dict[tuple[str, str], object]:
    """Everything that a configuration says, with names in place of ids."""
    return {
        (kind_of(type(body)).name, str(getattr(body, body.NATURAL_KEY))): named(snapshot, body)
        for body in snapshot.resources.values()
        if not kind_of(type(body)).singleton
    }


def named(snapshot: Snapshot, body: Resource) -> object:
    def look_up(value: object) -> object:
        if isinstance(value, dict):
            return {name: look_up(inside) for name, inside in value.items()}
        if isinstance(value, list):
            return [look_up(item) for item in value]
        return snapshot.name(value) if isinstance(value, str) else value

    return look_up(body.model_dump(mode="json"))


def shifts(snapshot: Snapshot, name: str) -> list[tuple[tuple[str, ...], Instant, Instant]]:
    [roster] = [roster for roster in snapshot.rosters.values() if roster.name == name]
    return [
        (snapshot.emails(shift.user_ids), shift.starts_at, shift.ends_at)
        for shift in roster.shifts(AT, END)
    ]
