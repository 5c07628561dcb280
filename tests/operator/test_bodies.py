import json
from typing import Any

import pytest

from signalcraft.model.draft import Draft
from signalcraft.operator.bodies import (
    Unresolved,
    describe,
    draft_of,
    manager_of,
    remote_name,
    spec_path,
)
from signalcraft.operator.manifest import Key, Manifest
from tests.operator.cluster import policy

DIRECTORY = {
    "escalation_policy": {"SRE": "esc_01jzzzzzzzzzzzzzzzzzzzzzzz"},
    "team": {"Databases": "team_01jzzzzzzzzzzzzzzzzzzzzzzz"},
}


def body_of(kind: str, spec: dict[str, Any]) -> Draft | Unresolved:
    metadata = {"namespace": "shop", "name": "cpu"}
    return draft_of(Manifest({"kind": kind, "metadata": metadata, "spec": spec}), "prod", DIRECTORY)


def fields_of(kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    draft = body_of(kind, spec)
    assert isinstance(draft, Draft)
    assert draft.mistakes == ()
    fields: dict[str, Any] = json.loads(draft.document)
    return fields


def test_a_policy_is_its_spec_under_its_address_without_the_knobs() -> None:
    knobs = {"suspend": False, "deletionPolicy": "Retain", "connectionRef": {"name": "other"}}
    fields = fields_of("AlertPolicy", {**policy(), **knobs})
    assert fields["name"] == "prod/shop/cpu"
    assert fields["severity"] == "critical"
    assert not knobs.keys() & fields.keys()


@pytest.mark.parametrize(
    ("condition", "compiled"),
    [
        ({"alertPolicyRef": {"name": "db"}}, ("alert_policy", "eq", "prod/shop/db")),
        (
            {"alertPolicyRef": {"name": "db"}, "operator": "ne"},
            ("alert_policy", "ne", "prod/shop/db"),
        ),
        ({"field": "title", "operator": "eq", "value": "x"}, ("title", "eq", "x")),
    ],
)
def test_a_condition_on_a_policy_of_the_cluster_compares_with_its_name_in_signalcraft(
    condition: dict[str, Any], compiled: tuple[str, str, str]
) -> None:
    spec = {"priority": 1, "conditions": [condition], "action": {"suppress": True}}
    [found] = fields_of("RoutingRule", spec)["conditions"]
    assert (found["field"], found["operator"], found["value"]) == compiled


def test_names_become_ids_and_every_one_that_is_missing_is_named() -> None:
    action = {"escalate_to": {"name": "SRE"}, "assign_to": {"name": "Databases"}}
    spec = {"priority": 1, "action": action}
    assert fields_of("RoutingRule", spec)["action"] == {
        "escalate_to": DIRECTORY["escalation_policy"]["SRE"],
        "assign_to": DIRECTORY["team"]["Databases"],
        "set_severity": None,
        "suppress": False,
    }
    action = {"escalate_to": {"name": "Nobody"}, "assign_to": {"name": "None"}}
    unresolved = body_of("RoutingRule", {"priority": 1, "action": action})
    assert isinstance(unresolved, Unresolved)
    assert [text.split(":")[0] for text in unresolved.missing] == [
        "spec.action.escalate_to",
        "spec.action.assign_to",
    ]


def test_mistakes_are_told_with_their_place_in_the_spec() -> None:
    draft = body_of("AlertPolicy", policy(severity="loud", routing_key=""))
    assert isinstance(draft, Draft)
    assert draft.resource is None
    assert "spec.severity: " in describe(draft.mistakes)
    assert "spec.routing_key: " in describe(draft.mistakes)


def test_the_longest_address_fits_a_name_and_a_manager() -> None:
    key = Key("AlertPolicy", "n" * 63, "a" * 253)
    assert len(remote_name("c" * 63, key)) <= 400
    assert len(manager_of("c" * 63, key)) <= 700


@pytest.mark.parametrize(
    ("pointer", "path"),
    [
        ("", "spec"),
        ("/severity", "spec.severity"),
        ("/conditions/0/value", "spec.conditions[0].value"),
        ("/labels/a~1b~0c", "spec.labels.a/b~c"),
    ],
)
def test_a_field_is_named_as_kubectl_names_it(pointer: str, path: str) -> None:
    assert spec_path(pointer) == path
