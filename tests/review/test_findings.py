"""Likely mistakes: each has a configuration that must be found, and one that must not."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from whenever import Instant

from signalcraft.model.draft import read_draft
from signalcraft.model.ids import new_id
from signalcraft.model.kinds import KINDS
from signalcraft.model.mistake import Code
from signalcraft.model.resource import Resource
from signalcraft.review.findings import CODES, Finding, findings
from signalcraft.review.snapshot import Snapshot
from tests.review.worlds import filled

AT = Instant.from_utc(2026, 11, 25, 12)
Bodies = dict[str, dict[str, Any]]
PEOPLE = [f"person{n:02}" for n in range(60)]
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]
OFFICE_HOURS = [{"days": WEEKDAYS, "start_time": "09:00", "end_time": "17:00"}]


def rotation(*people: str, **fields: Any) -> dict[str, Any]:
    return {
        "name": "weekly",
        "participants": [f"@user:{person}" for person in people],
        "starts_at": "2026-01-05T09:00:00",
        "shift_length": 1,
        "shift_unit": "week",
        **fields,
    }


def policy(*targets: str, delay: int = 0) -> dict[str, Any]:
    found = [{"type": each[1:].split(":")[0], "id": each} for each in targets]
    return {"rules": [{"delay_minutes": delay, "targets": found}]}


def rule(priority: int = 1, **fields: Any) -> dict[str, Any]:
    return {"priority": priority, "action": {"escalate_to": "@escalation_policy:p"}, **fields}


def found(workspace: dict[str, Any] | None = None, **kinds: Bodies) -> list[tuple[str, str, Code]]:
    """What there is to find in a configuration that is right but for this."""
    right: dict[str, Bodies] = {
        "user": {name: {"email": f"{name}@example.com", "role": "viewer"} for name in PEOPLE},
        "team": {"t": {"member_ids": [f"@user:{name}" for name in PEOPLE]}},
        "schedule": {"s": {"time_zone": "UTC", "rotations": [rotation(*PEOPLE[:2])]}},
        "escalation_policy": {"p": policy("@schedule:s", "@team:t")},
        "service": {},
        "routing_rule": {},
    }
    world = {kind: right[kind] | kinds.get(kind, {}) for kind in right}
    ids = {
        f"@{kind}:{name}": new_id(KINDS[kind].id_prefix) for kind in world for name in world[kind]
    }
    default = {"name": "W", "default_escalation_policy_id": "@escalation_policy:p"}
    resources = {"ws": _read("workspace", filled(workspace or default, ids))}
    for kind, bodies in world.items():
        for name, body in bodies.items():
            body_with_ids = filled({"name": name, **body}, ids)
            resources[ids[f"@{kind}:{name}"]] = _read(kind, body_with_ids)
    return told(findings(Snapshot(resources), AT))


def told(all_found: Iterable[Finding]) -> list[tuple[str, str, Code]]:
    assert all(each.detail.endswith(".") for each in all_found)
    return [(each.kind, each.about, each.code) for each in all_found]


def _read(kind: str, body: Any) -> Resource:
    read = read_draft(KINDS[kind], json.dumps(body).encode())
    assert read.resource is not None, read.mistakes
    return read.resource


def schedule(*rotations: dict[str, Any]) -> dict[str, Bodies]:
    return {"schedule": {"s": {"time_zone": "UTC", "rotations": list(rotations)}}}


PROD = {"field": "labels.env", "operator": "eq", "value": "prod"}
USED = {"field": "labels.used", "operator": "gte", "value": "95%"}
NO_DEFAULT = {"name": "W"}
MUST: dict[Code, dict[str, Any]] = {
    Code.NEVER_ON_CALL: schedule(
        rotation(*PEOPLE[:14], shift_unit="day", restrictions=OFFICE_HOURS)
    ),
    Code.NOBODY_ON_CALL: schedule(),
    Code.NEVER_MATCHES: {"routing_rule": {"r": rule(conditions=[USED])}},
    Code.RULE_SHADOWED: {
        "routing_rule": {
            "a": rule(conditions=[PROD]),
            "b": rule(2, conditions=[PROD, USED | {"value": "95"}]),
        }
    },
    Code.DUPLICATE_RULE: {
        "routing_rule": {name: rule(conditions=[PROD], **{"continue": True}) for name in "ab"}
    },
    Code.EMPTY_TEAM: {
        "team": {"none": {"member_ids": []}},
        "escalation_policy": {"p": policy("@schedule:s", "@team:none")},
    },
    Code.REACHES_NOBODY: {
        "team": {"none": {"member_ids": []}},
        "escalation_policy": {"x": policy("@team:none")},
        "service": {"x": {"escalation_policy_id": "@escalation_policy:x"}},
    },
    Code.FIRST_PAGE_LATE: {"escalation_policy": {"p": policy("@schedule:s", delay=5)}},
    Code.UNUSED_POLICY: {"escalation_policy": {"x": policy("@team:t")}},
    Code.UNUSED_SCHEDULE: {
        "schedule": {"x": {"time_zone": "UTC", "rotations": [rotation(PEOPLE[0])]}}
    },
    Code.NO_CATCH_ALL: {
        "workspace": NO_DEFAULT,
        "routing_rule": {"r": rule(conditions=[PROD])},
    },
    Code.ON_CALL_WITHOUT_TEAM: {"team": {"t": {"member_ids": [f"@user:{PEOPLE[0]}"]}}},
}
MUST_NOT: dict[str, dict[str, Any]] = {
    "all is right": {},
    "14 people count only what is worked": schedule(
        rotation(*PEOPLE[:14], shift_unit="day", restrictions=OFFICE_HOURS, counted_shifts="worked")
    ),
    "every turn falls on a weekday at some time": schedule(
        rotation(*PEOPLE[:13], shift_unit="day", restrictions=OFFICE_HOURS)
    ),
    "a turn comes after more than 90 days": schedule(rotation(*PEOPLE[:14])),
    "a turn comes after more than a year": schedule(rotation(*PEOPLE)),
    "the rotation starts in half a year": schedule(
        rotation(PEOPLE[0]), rotation(PEOPLE[1], name="later", starts_at="2027-05-03T09:00:00")
    ),
    "a layer above leaves the weekends": schedule(
        rotation(*PEOPLE[:2]), rotation(PEOPLE[2], name="days", restrictions=OFFICE_HOURS)
    ),
    "an earlier rule goes on": {
        "routing_rule": {"a": rule(**{"continue": True}), "b": rule(2, conditions=[PROD])}
    },
    "an earlier rule applies at other times": {
        "routing_rule": {"a": rule(windows=OFFICE_HOURS), "b": rule(2, conditions=[PROD])}
    },
    "the same conditions have other actions": {
        "routing_rule": {
            "a": rule(conditions=[PROD], **{"continue": True}),
            "b": rule(2, conditions=[PROD], action={"set_severity": "critical"}),
        }
    },
    "a disabled rule is left alone": {
        "routing_rule": {"r": rule(conditions=[USED], enabled=False)}
    },
    "a policy is used by a service": {
        "escalation_policy": {"x": policy("@team:t")},
        "service": {"x": {"escalation_policy_id": "@escalation_policy:x"}},
    },
    "a policy is used by a rule": {
        "escalation_policy": {"x": policy("@team:t")},
        "routing_rule": {
            "r": rule(conditions=[PROD], action={"escalate_to": "@escalation_policy:x"})
        },
    },
    "a rule catches all": {"workspace": NO_DEFAULT, "routing_rule": {"r": rule()}},
}


def test_every_finding_has_a_case() -> None:
    # Somebody who is deleted while on call is told of in test_leaving.
    assert {*MUST, Code.ON_CALL_THOUGH_DELETED} == set(CODES)


@pytest.mark.parametrize("code", MUST)
def test_what_is_likely_a_mistake_is_found(code: Code) -> None:
    codes = [each for _, _, each in found(**MUST[code])]
    assert codes == [code]


@pytest.mark.parametrize("case", MUST_NOT)
def test_what_is_right_is_left_alone(case: str) -> None:
    assert found(**MUST_NOT[case]) == []


def test_who_is_hidden_by_a_layer_above_is_never_on_call() -> None:
    hidden = schedule(rotation(*PEOPLE[:2]), rotation(PEOPLE[2], name="always"))
    assert found(**hidden) == [("schedule", "s", Code.NEVER_ON_CALL)]
