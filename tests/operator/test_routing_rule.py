from typing import Any

import pytest

from signalcraft.client import Client
from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.model.team import Team
from signalcraft.model.user import User
from tests.operator.cluster import Desk, condition, is_ready, reconciles, stalls

pytestmark = pytest.mark.usefixtures("operator")


def rule(**spec: Any) -> dict[str, Any]:
    return {
        "priority": 10,
        "conditions": [{"alertPolicyRef": {"name": "cpu"}}],
        "action": {"escalate_to": {"name": "Database SRE Policy"}},
        **spec,
    }


def make_policy(client: Client, name: str = "Database SRE Policy") -> str:
    user = client.create(User(email="ada@example.com", name="Ada", role="responder"))
    body = {
        "name": name,
        "rules": [{"delay_minutes": 0, "targets": [{"type": "user", "id": user.id}]}],
    }
    return client.create(EscalationPolicy.model_validate(body, strict=False)).id


def test_a_rule_refers_by_name_to_policies_of_signalcraft_and_of_the_cluster(
    desk: Desk, client: Client
) -> None:
    escalation_policy = make_policy(client)
    team = client.create(Team(name="Databases", member_ids=()))
    action = {"escalate_to": {"name": "Database SRE Policy"}, "assign_to": {"name": "Databases"}}
    desk.apply("RoutingRule", "db", rule(action=action))
    ready = desk.await_object("RoutingRule", "db", is_ready)
    stored = client.get(RoutingRule, ready["status"]["id"])
    assert stored.body.name == f"test/{desk.namespace}/db"
    assert stored.body.action.escalate_to == escalation_policy
    assert stored.body.action.assign_to == team.id
    [compiled] = stored.body.conditions
    assert (compiled.field, compiled.operator) == ("alert_policy", "eq")
    assert compiled.value == f"test/{desk.namespace}/cpu"


def test_a_reference_waits_until_what_it_names_exists(desk: Desk, client: Client) -> None:
    desk.apply("RoutingRule", "db", rule())
    waiting = desk.await_object("RoutingRule", "db", reconciles("UnresolvedReference"))
    assert "'Database SRE Policy'" in condition(waiting, "Ready")["message"]
    escalation_policy = make_policy(client)
    ready = desk.await_object("RoutingRule", "db", is_ready)
    stored = client.get(RoutingRule, ready["status"]["id"])
    assert stored.body.action.escalate_to == escalation_policy


def test_a_reference_follows_a_policy_that_is_renamed(desk: Desk, client: Client) -> None:
    id = make_policy(client, "Old name")
    desk.apply("RoutingRule", "db", rule())
    desk.await_object("RoutingRule", "db", reconciles("UnresolvedReference"))
    stored = client.get(EscalationPolicy, id)
    renamed = stored.body.model_copy(update={"name": "Database SRE Policy"})
    client.replace(id, renamed)
    desk.await_object("RoutingRule", "db", is_ready)


def test_what_only_the_model_can_refuse_is_stalled_with_its_field(
    desk: Desk, client: Client
) -> None:
    make_policy(client)
    condition_on_title = {"field": "title", "operator": "matches", "value": r"\pL{1000}"}
    desk.apply("RoutingRule", "db", rule(conditions=[condition_on_title]))
    found = desk.await_object("RoutingRule", "db", stalls("Rejected"))
    assert "spec.conditions[0].value" in condition(found, "Ready")["message"]
    desk.await_event("db", "Rejected", "spec.conditions[0].value")
    desk.apply("RoutingRule", "db", rule())
    desk.await_object("RoutingRule", "db", is_ready)
    assert len(list(client.iterate(RoutingRule))) == 1
