"""A review fits into a comment, and says what it leaves out."""

import json
from typing import Any

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


def changed(before: dict[str, Any], after: dict[str, Any]) -> Review:
    """The review of a plan that changes the only rule of a workspace without a default policy."""
    workspace = read_draft(KINDS["workspace"], b'{"name": "W", "time_zone": "Europe/Berlin"}')
    made = read_draft(KINDS["routing_rule"], json.dumps({"name": "R"} | before).encode())
    assert isinstance(workspace.resource, Resource)
    assert isinstance(made.resource, Resource)
    id = "rule_01ke6kr4x1fas8ynv65p9p3kq1"
    worlds = [teams(0) | {"routing_rule": {"R": {"name": "R"} | body}} for body in (before, after)]
    ids = {"@routing_rule:R": id}
    planned = read_plan(plan(worlds[0], worlds[1], ids))
    return review(planned, Snapshot({"ws_1": workspace.resource, id: made.resource}), at=AT)


def test_a_rule_that_gets_windows_is_tried_when_it_no_longer_applies() -> None:
    rule = {"priority": 1, "action": {"suppress": True}}
    nights = {"days": ["wed"], "start_time": "00:00", "end_time": "12:00"}
    made = changed(rule, rule | {"windows": [nights]})
    [shown] = made.routing.changed
    assert (shown.before.outcome, shown.after.outcome) == ("suppressed", "unrouted")
    assert [sample.at for sample in shown.samples] == [Instant.from_utc(2026, 11, 25, 11)]
    assert 'rule "R" at other times<br><sub>no fields, opening Wed 25 Nov 12:00' in markdown(made)


def test_a_rule_whose_windows_stay_is_tried_at_no_other_time() -> None:
    nights = {"days": ["wed"], "start_time": "00:00", "end_time": "12:00"}
    rule = {"priority": 1, "action": {"suppress": True}, "windows": [nights]}
    made = changed(rule, rule | {"priority": 2})
    assert made.routing.changed == ()
    assert made.routing.unchanged == 1


def test_a_rule_whose_conditions_change_is_tried_with_what_only_one_of_the_two_matches() -> None:
    def excluding(pattern: str) -> dict[str, Any]:
        condition = {"field": "labels.env", "operator": "not_matches", "value": pattern}
        return {"priority": 1, "action": {"suppress": True}, "conditions": [condition]}

    made = changed(excluding("^(dev|test)$"), excluding("^prod$"))
    shown = {
        sample.origins: (sample.alert.labels, each.before.outcome, each.after.outcome)
        for each in made.routing.changed
        for sample in each.samples
    }
    assert shown == {
        ('no longer matched by rule "R"',): ({"env": "prod"}, "suppressed", "unrouted"),
        ('newly matched by rule "R"',): ({"env": "dev"}, "unrouted", "suppressed"),
    }
