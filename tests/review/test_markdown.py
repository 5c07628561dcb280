"""A review fits into a comment, and says what it leaves out."""

import json

import pytest
from whenever import Instant

from signalcraft.model.draft import read_draft
from signalcraft.model.kinds import KINDS
from signalcraft.model.resource import Resource
from signalcraft.review.document import document
from signalcraft.review.markdown import LIMIT, MARKER, markdown
from signalcraft.review.plan import read_plan
from signalcraft.review.review import Review, review
from signalcraft.review.snapshot import Snapshot
from tests.review.worlds import ORDER, World, plan

AT = Instant.from_utc(2026, 11, 25)


def teams(number: int) -> World:
    names = [f"team {i} {'é' * 100}" for i in range(number)]
    return {kind: {} for kind in ORDER} | {
        "team": {name: {"name": name, "description": name} for name in names}
    }


def reviewed(number: int) -> Review:
    workspace = read_draft(KINDS["workspace"], json.dumps({"name": "W"}).encode()).resource
    assert isinstance(workspace, Resource)
    created = read_plan(plan(teams(0), teams(number), {}))
    return review(created, Snapshot({"ws_1": workspace}), at=AT)


@pytest.mark.parametrize("number", [1, 40, 4_000])
def test_the_markdown_fits_with_the_summary_first(number: int) -> None:
    made = reviewed(number)
    text = markdown(made)
    assert len(text.encode()) <= LIMIT
    assert text.startswith(f"## On-call review\n\n**Plan: {number:,} to create")
    assert text.endswith(f"</sub>\n{MARKER}\n")
    assert len(document(made)["changes"][0]["names"]) == number
    assert ("more" in text) == (number > 12)


def test_an_alert_for_a_rule_with_windows_says_when_it_opens() -> None:
    workspace = read_draft(KINDS["workspace"], b'{"name": "W", "time_zone": "Europe/Berlin"}')
    assert isinstance(workspace.resource, Resource)
    rule = {
        "name": "Weekend",
        "priority": 1,
        "windows": [{"days": ["sat", "sun"], "start_time": "00:00", "end_time": "00:00"}],
        "action": {"suppress": True},
    }
    after = teams(0) | {"routing_rule": {"Weekend": rule}}
    created = read_plan(plan(teams(0), after, {}))
    made = review(created, Snapshot({"ws_1": workspace.resource}), at=AT)
    text = markdown(made)
    assert "  - `+` applies only Sat, Sun 00:00–00:00\n" in text
    assert "<sub>no fields, opening Sat 28 Nov 00:00</sub>" in text
    [shown] = document(made)["routing"]["changed"]
    assert [sample["at"] for sample in shown["samples"]] == ["2026-11-27T23:00:00Z"]
    assert {alert.at for alert in made.promise.alerts} == {AT, Instant.from_utc(2026, 11, 27, 23)}
