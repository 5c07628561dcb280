"""Somebody who is deleted while on a schedule stays on call, and a review says so, each time."""

import json

from whenever import Instant

from signalcraft.model.draft import read_draft
from signalcraft.model.ids import new_id
from signalcraft.model.kinds import KINDS
from signalcraft.model.mistake import Code
from signalcraft.model.resource import Resource
from signalcraft.review.findings import Finding, findings
from signalcraft.review.markdown import markdown
from signalcraft.review.plan import read_plan
from signalcraft.review.projection import project
from signalcraft.review.review import review
from signalcraft.review.snapshot import Snapshot
from tests.review.worlds import ORDER, World, filled, plan

AT = Instant.from_utc(2026, 11, 25)
IDS = {
    "@user:a": new_id("user"),
    "@user:b": new_id("user"),
    "@team:t": new_id("team"),
    "@schedule:s": new_id("sched"),
}
EMPTY: World = {kind: {} for kind in ORDER}


def world(*on_call: str) -> World:
    """A schedule in Tokyo with these people, who are in a team."""
    rotation = {
        "name": "daily",
        "participants": [f"@user:{name}" for name in on_call],
        "starts_at": "2026-01-05T09:00:00",
        "shift_length": 1,
        "shift_unit": "day",
    }
    return EMPTY | {
        "user": {
            name: {"name": name, "email": f"{name}@example.com", "role": "viewer"} for name in "ab"
        },
        "team": {"t": {"name": "t", "member_ids": ["@user:a", "@user:b"]}},
        "schedule": {"s": {"name": "s", "time_zone": "Asia/Tokyo", "rotations": [rotation]}},
    }


def resource(kind: str, body: object) -> Resource:
    read = read_draft(KINDS[kind], json.dumps(filled(body, IDS)).encode()).resource
    assert isinstance(read, Resource)
    return read


def snapshot(made: World) -> Snapshot:
    bodies = {
        IDS[f"@{kind}:{name}"]: resource(kind, body)
        for kind in ORDER
        for name, body in made[kind].items()
    }
    return Snapshot({"ws_1": resource("workspace", {"name": "W"})} | bodies)


def about_leaving(found: list[Finding]) -> list[str]:
    return [each.about for each in found if each.code is Code.ON_CALL_THOUGH_DELETED]


def test_who_is_deleted_while_on_a_schedule_is_a_finding_until_that_is_mended() -> None:
    now = world("a")
    without = now | {"user": {"b": now["user"]["b"]}, "team": {}}
    after = project(read_plan(plan(now, without, IDS)), snapshot(now)).after
    assert about_leaving(findings(after, AT)) == ["a@example.com"]
    later = project(read_plan(plan(without, without, IDS)), after).after
    assert about_leaving(findings(later, AT)) == ["a@example.com"]
    mended = without | {"schedule": world("b")["schedule"]}
    gone = project(read_plan(plan(without, mended, IDS)), after).after
    assert about_leaving(findings(gone, AT)) == []
    assert IDS["@user:a"] not in gone.resources


def test_a_review_has_one_time_zone_that_of_the_schedule_that_it_is_about() -> None:
    made = review(read_plan(plan(world("a"), world("b"), IDS)), snapshot(world("a")), at=AT)
    text = markdown(made)
    assert text.count("Times in Asia/Tokyo.") == 2
    assert "UTC" not in text
