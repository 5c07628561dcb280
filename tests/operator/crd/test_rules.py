"""Kubernetes refuses what the model refuses, and nothing else."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signalcraft.model.draft import read_draft
from signalcraft.model.kinds import KINDS
from signalcraft.model.routing_rule import FIELDS, RoutingAction
from tests.operator.crd.dry_run import refusal
from tests.strategies import bodies

OPERATORS = [
    "eq",
    "ne",
    "in",
    "not_in",
    "matches",
    "not_matches",
    "contains",
    "not_contains",
    "exists",
    "not_exists",
    "gt",
    "lte",
]
TEXTS = st.sampled_from(["critical", "info", "x", "", "(", "a{2}", r"\C", "[[:alpha:]]", "a" * 501])
CONDITIONS = st.fixed_dictionaries(
    {"field": st.sampled_from([*FIELDS, "labels.env"]), "operator": st.sampled_from(OPERATORS)},
    optional={"value": TEXTS, "values": st.lists(TEXTS, min_size=1, max_size=3)},
)
ACTIONS = st.fixed_dictionaries(
    {},
    optional={
        "escalate_to": st.just("esc_00000000000000000000000000"),
        "assign_to": st.just("team_00000000000000000000000000"),
        "set_severity": st.sampled_from(["critical", "info"]),
        "suppress": st.booleans(),
    },
)


def as_spec(body: Any) -> Any:
    """A body as the spec of an object: references by name, null by absence."""
    spec = {name: value for name, value in body.items() if name != "name"}
    if "action" in spec:
        spec["action"] = {
            name: {"name": value} if name in {"escalate_to", "assign_to"} else value
            for name, value in spec["action"].items()
            if value is not None
        }
    spec["conditions"] = [
        {name: value for name, value in condition.items() if value is not None}
        for condition in spec.get("conditions", [])
    ]
    return spec


@pytest.mark.parametrize(
    ("name", "kind"), [("alert_policy", "AlertPolicy"), ("routing_rule", "RoutingRule")]
)
@given(data=st.data())
def test_what_the_model_accepts_is_accepted(
    kube: httpx.Client, name: str, kind: str, data: st.DataObject
) -> None:
    ids = {
        "escalation_policy": ["esc_00000000000000000000000000"],
        "team": ["team_00000000000000000000000000"],
    }
    body = data.draw(bodies(KINDS[name], ids))
    assert read_draft(KINDS[name], json.dumps(body).encode()).mistakes == ()
    assert refusal(kube, kind, as_spec(body)) == ""


@given(condition=CONDITIONS, action=ACTIONS)
@example(
    condition={"field": "title", "operator": "matches", "value": "(?P<a>x)"},
    action={"suppress": True},
)
def test_rules_between_fields_agree_with_the_model(
    kube: httpx.Client, condition: dict[str, Any], action: dict[str, Any]
) -> None:
    body = {"name": "tried", "priority": 1, "conditions": [condition], "action": action}
    mistakes = read_draft(KINDS["routing_rule"], json.dumps(body).encode()).mistakes
    message = refusal(kube, "RoutingRule", as_spec(body))
    assert bool(mistakes) == bool(message), (mistakes, message)
    for mistake in mistakes:
        at = "spec.conditions[0]" if mistake.pointer.startswith("/conditions") else "spec.action"
        assert at in message


@pytest.mark.parametrize(
    ("window", "place"),
    [
        ({"days": ["mon", "mon"]}, "spec.windows[0].days[1]: Duplicate"),
        ({"days": ["monday"]}, "spec.windows[0].days[0]: Unsupported value"),
        ({"start_time": "24:00"}, "spec.windows[0].start_time: Invalid value"),
    ],
)
def test_a_wrong_window_is_refused_at_its_place(
    kube: httpx.Client, window: dict[str, Any], place: str
) -> None:
    right = {"days": ["mon", "tue"], "start_time": "09:00", "end_time": "17:00"}
    spec = {"priority": 1, "action": {"suppress": True}, "windows": [right]}
    assert refusal(kube, "RoutingRule", spec) == ""
    assert place in refusal(kube, "RoutingRule", spec | {"windows": [right | window]})


def test_the_actions_here_have_every_field() -> None:
    assert set(RoutingAction.model_fields) == {
        "escalate_to",
        "assign_to",
        "set_severity",
        "suppress",
    }
