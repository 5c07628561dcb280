"""Two plans have the same digest exactly if an apply would do the same."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from signalcraft.review.digest import differing, digest, has_sensitive_values
from signalcraft.review.plan import Plan, read_plan

KEY = b"k" * 32
CHANGE: dict[str, Any] = {
    "actions": ["update"],
    "before": {"name": "a", "secret": "one"},
    "after": {"name": "b", "secret": "two"},
    "after_unknown": {},
    "before_sensitive": {"secret": True},
    "after_sensitive": {"secret": True},
}
PLAN: dict[str, Any] = {
    "format_version": "1.2",
    "terraform_version": "1.15.5",
    "timestamp": "2026-11-25T12:00:00Z",
    "complete": True,
    "errored": False,
    "variables": {"x": {"value": "1"}},
    "planned_values": {},
    "prior_state": {},
    "relevant_attributes": [],
    "checks": [],
    "resource_drift": [],
    "resource_changes": [
        {
            "address": "signalcraft_team.a",
            "mode": "managed",
            "type": "signalcraft_team",
            "name": "a",
            "change": CHANGE,
        },
        {
            "address": "signalcraft_team.same",
            "mode": "managed",
            "type": "signalcraft_team",
            "name": "same",
            "change": {"actions": ["no-op"], "before": {"name": "s"}, "after": {"name": "s"}},
        },
    ],
    "output_changes": {"o": {"actions": ["create"], "before": None, "after": 1}},
    "configuration": {
        "root_module": {
            "resources": [{"address": "null.x", "mode": "managed", "type": "null", "name": "x"}]
        }
    },
}

Edit = Callable[[dict[str, Any]], None]


def changed(edit: Edit) -> Plan:
    plan = copy.deepcopy(PLAN)
    edit(plan)
    return read_plan(json.dumps(plan).encode())


def put(*path: str | int, value: Any) -> Edit:
    def edit(plan: dict[str, Any]) -> None:
        *outer, last = path
        found: Any = plan
        for step in outer:
            found = found[step]
        found[last] = value

    return edit


CHANGED = ("resource_changes", 0)
ACTED_ON = [
    put(*CHANGED, "address", value="signalcraft_team.b"),
    put(*CHANGED, "deposed", value="abc"),
    put(*CHANGED, "previous_address", value="signalcraft_team.old"),
    put(*CHANGED, "action_reason", value="tainted"),
    put(*CHANGED, "change", "actions", value=["delete", "create"]),
    put(*CHANGED, "change", "replace_paths", value=[["name"]]),
    put(*CHANGED, "change", "importing", value={"id": "x"}),
    put(*CHANGED, "change", "before", "name", value="c"),
    put(*CHANGED, "change", "after", "name", value="c"),
    put(*CHANGED, "change", "after", "secret", value="three"),
    put(*CHANGED, "change", "after_unknown", value={"id": True}),
    put("resource_changes", 1, "previous_address", value="signalcraft_team.old"),
    put("resource_changes", 1, "change", "importing", value={"id": "x"}),
    put("output_changes", "o", "after", value=2),
    put(
        *("configuration", "root_module", "resources", 0, "provisioners"),
        value=[{"type": "local-exec"}],
    ),
]
LEFT_OUT = [
    put("timestamp", value="2026-11-26T12:00:00Z"),
    put("terraform_version", value="1.15.6"),
    put("variables", value={}),
    put("planned_values", value={"outputs": {}}),
    put("prior_state", value={"values": {}}),
    put("relevant_attributes", value=[{"resource": "x"}]),
    put("checks", value=[{"status": "pass"}]),
    put("resource_drift", value=[PLAN["resource_changes"][0]]),
    put("resource_changes", 1, "change", "after", value={"name": "t"}),
]


@pytest.mark.parametrize("edit", ACTED_ON)
def test_what_an_apply_acts_on_is_part_of_the_digest(edit: Edit) -> None:
    first, second = changed(lambda _: None), changed(edit)
    one, other = digest(first, KEY), digest(second, KEY)
    assert one.value != other.value
    assert one.differences(other)
    assert differing(first, second, KEY)


@pytest.mark.parametrize("edit", LEFT_OUT)
def test_what_an_apply_does_not_act_on_is_left_out(edit: Edit) -> None:
    first, second = changed(lambda _: None), changed(edit)
    assert digest(first, KEY) == digest(second, KEY)
    assert differing(first, second, KEY) == []


def test_the_lock_file_is_part_of_it() -> None:
    plan = changed(lambda _: None)
    one, other = (digest(plan, KEY, lock_file) for lock_file in (b"1", b"2"))
    assert one.differences(other) == [".terraform.lock.hcl"]


def test_sensitive_values_take_a_key() -> None:
    plan = changed(lambda _: None)
    assert has_sensitive_values(plan)
    assert digest(plan, KEY) != digest(plan, b"another key")
    open_plan = changed(
        lambda plan: plan["resource_changes"][0]["change"].update(
            before_sensitive={"secret": False}, after_sensitive={"members": [False, {}]}
        )
    )
    assert not has_sensitive_values(open_plan)
    assert digest(open_plan, KEY) == digest(open_plan, b"another key")
