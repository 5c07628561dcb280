"""The definitions, as a real Kubernetes API understands them."""

import json
from typing import Any

import httpx
import pytest
import yaml

from tests.operator.crd.dry_run import PLURALS, refusal
from tools.kubernetes import KubernetesApi
from tools.stand_in import ROOT

ALERT_POLICY = (ROOT / "examples" / "kubernetes" / "alert-policy.yaml").read_text("utf-8")
ROUTING_RULE = """\
apiVersion: signalcraft.io/v1alpha1
kind: RoutingRule
metadata:
  name: critical-db-alerts
spec:
  description: Databases page their own people.
  priority: 100
  match: any
  conditions:
    - alertPolicyRef: {name: critical-db-alerts}
    - {field: routing_key, operator: in, values: [db-team, dba]}
    - {field: severity, operator: gte, value: error}
    - {field: labels.env, operator: matches, value: "^prod-[0-9]+$"}
    - {field: service, operator: exists}
  action:
    escalate_to: {name: Database SRE Policy}
    assign_to: {name: Database SRE}
    set_severity: critical
  connectionRef: {name: default}
  deletionPolicy: Retain
"""
CONNECTION = """\
apiVersion: signalcraft.io/v1alpha1
kind: Connection
metadata:
  name: default
spec:
  endpoint: https://signalcraft.example.com
  apiKeySecretRef: {name: signalcraft}
"""
CLUSTER_CONNECTION = """\
apiVersion: signalcraft.io/v1alpha1
kind: ClusterConnection
metadata:
  name: default
spec:
  endpoint: http://signalcraft.signalcraft.svc:8080
  apiKeySecretRef: {name: signalcraft, key: token}
  namespaceSelector:
    matchLabels: {team: payments}
    matchExpressions:
      - {key: env, operator: In, values: [prod, staging]}
"""
OBJECTS = {
    "AlertPolicy": ALERT_POLICY,
    "RoutingRule": ROUTING_RULE,
    "Connection": CONNECTION,
    "ClusterConnection": CLUSTER_CONNECTION,
}
METRIC = {"type": "metric_threshold", "metric": "cpu_usage", "operator": "gt", "value": 90}


def with_spec(kind: str, **fields: Any) -> str:
    """The kind's example with other fields; None removes one."""
    document = yaml.safe_load(OBJECTS[kind])
    document["spec"] |= fields
    document["spec"] = {key: value for key, value in document["spec"].items() if value is not None}
    return json.dumps(document)


def condition(**fields: Any) -> dict[str, Any]:
    return {"conditions": [fields]}


@pytest.mark.parametrize("kind", OBJECTS)
def test_applying_the_same_file_again_changes_nothing(
    defined: KubernetesApi, namespace: str, kind: str
) -> None:
    apply = ("apply", "--namespace", namespace, "--filename", "-")
    assert " created" in defined.kubectl(*apply, stdin=OBJECTS[kind]).stdout
    assert " unchanged" in defined.kubectl(*apply, stdin=OBJECTS[kind]).stdout
    get = ("get", kind.lower(), "--namespace", namespace, "--output", "json")
    [before] = json.loads(defined.kubectl(*get).stdout)["items"]
    defined.kubectl(*apply, "--server-side", "--force-conflicts", stdin=OBJECTS[kind])
    defined.kubectl(*apply, "--server-side", stdin=OBJECTS[kind])
    [after] = json.loads(defined.kubectl(*get).stdout)["items"]
    assert after["metadata"]["generation"] == before["metadata"]["generation"] == 1
    assert after["status"] == {"observedGeneration": -1}


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("AlertPolicy", {"severity": "bad"}, 'severity: Unsupported value: "bad"'),
    ("AlertPolicy", {"severity": None}, "severity: Required value"),
    ("AlertPolicy", {"routing_key": ""}, "routing_key: Invalid value"),
    ("AlertPolicy", {"routing_key": "k" * 257}, "routing_key: Too long"),
    ("AlertPolicy", {"conditions": []}, "conditions: Invalid value"),
    ("AlertPolicy", {"conditions": [METRIC] * 21}, "conditions: Too many"),
    ("AlertPolicy", condition(**METRIC | {"value": "90"}), "conditions[0].value: Invalid value"),
    ("AlertPolicy", condition(**METRIC | {"operator": "at"}), "conditions[0].operator: Unsupp"),
    ("AlertPolicy", condition(**METRIC | {"for_minutes": 1441}), "conditions[0].for_minutes: Inv"),
    ("AlertPolicy", condition(**METRIC | {"labels": {"": "x"}}), "Names have 1 to 128 characters"),
    ("AlertPolicy", {"name": "another"}, 'name"'),
    ("AlertPolicy", {"routingKey": "db-team"}, 'routingKey"'),
    ("AlertPolicy", {"deletionPolicy": "Orphan"}, "deletionPolicy: Unsupported value"),
    ("AlertPolicy", {"connectionRef": {"name": "A b"}}, "connectionRef.name: Invalid value"),
    ("RoutingRule", {"priority": -1}, "priority: Invalid value"),
    ("RoutingRule", {"action": {}}, "action: Invalid value: Must set at least one of escalate_to"),
    (
        "RoutingRule",
        {"action": {"escalate_to": {"name": "A"}, "suppress": True}},
        "action.suppress: Invalid value: A suppressed alert pages nobody",
    ),
    ("RoutingRule", {"action": {"escalate_to": "esc_1"}}, "action.escalate_to: Invalid value"),
    ("RoutingRule", condition(field="colour", operator="exists"), "conditions[0].field: Invalid"),
    ("RoutingRule", condition(operator="exists"), "Required: the field to look at."),
    ("RoutingRule", condition(field="title"), "Required: how to compare."),
    (
        "RoutingRule",
        condition(field="title", operator="eq"),
        "Required: this operator needs something to compare.",
    ),
    (
        "RoutingRule",
        condition(field="title", operator="in", value="x"),
        "conditions[0].value: Invalid value: Remove it",
    ),
    (
        "RoutingRule",
        condition(field="title", operator="in"),
        "Required: in and not_in need something to compare.",
    ),
    (
        "RoutingRule",
        condition(field="title", operator="eq", value="x", values=["x"]),
        "conditions[0].values: Invalid value: Remove it",
    ),
    (
        "RoutingRule",
        condition(field="title", operator="matches", value="(a"),
        "error parsing regexp: missing closing )",
    ),
    (
        "RoutingRule",
        condition(field="title", operator="matches", value="a" * 501),
        "A pattern has at most 500 characters.",
    ),
    (
        "RoutingRule",
        condition(field="severity", operator="gte", value="bad"),
        "conditions[0].value: Invalid value: Must be one of critical",
    ),
    (
        "RoutingRule",
        condition(alertPolicyRef={"name": "a"}, operator="gt"),
        "conditions[0].operator: Invalid value: alertPolicyRef is compared",
    ),
    (
        "RoutingRule",
        condition(alertPolicyRef={"name": "a"}, field="title"),
        "conditions[0].field: Invalid value: Remove it, or write alert_policy",
    ),
    (
        "RoutingRule",
        condition(alertPolicyRef={"name": "a"}, value="b"),
        "conditions[0].value: Invalid value: Remove it: alertPolicyRef",
    ),
    ("Connection", {"endpoint": "example.com"}, 'endpoint: Invalid value: "example.com": Must be'),
    ("Connection", {"endpoint": "ftp://example.com"}, "endpoint: Invalid value"),
    ("ClusterConnection", {"endpoint": "https://"}, "endpoint: Invalid value"),
    ("ClusterConnection", {"apiKeySecretRef": {}}, "apiKeySecretRef.name: Required value"),
    (
        "Connection",
        {"tokenExchange": {"trustID": "trust_0", "serviceAccountName": "a"}},
        "spec.tokenExchange.trustID: Invalid value",
    ),
    (
        "Connection",
        {"tokenExchange": {"trustID": f"trust_{'0' * 26}"}},
        "spec.tokenExchange.serviceAccountName: Required value",
    ),
    (
        "ClusterConnection",
        {"tokenExchange": {"trustID": f"trust_{'0' * 26}"}},
        "spec: Invalid value: Set either apiKeySecretRef or tokenExchange.",
    ),
]


@pytest.mark.parametrize(("kind", "fields", "named"), REFUSALS, ids=range(len(REFUSALS)))
def test_a_mistake_is_refused_and_its_field_named(
    kube: httpx.Client, kind: str, fields: dict[str, Any], named: str
) -> None:
    said = refusal(kube, kind, json.loads(with_spec(kind, **fields))["spec"])
    assert "spec" in said
    assert named in said


@pytest.mark.parametrize("kind", OBJECTS)
def test_a_good_object_is_accepted(kube: httpx.Client, kind: str) -> None:
    assert refusal(kube, kind, yaml.safe_load(OBJECTS[kind])["spec"]) == ""


def test_all_mistakes_are_named_at_once(defined: KubernetesApi) -> None:
    document = with_spec("AlertPolicy", severity="bad", match="none", conditions=[])
    refused = defined.kubectl("apply", "--filename", "-", stdin=document, check=False)
    for field in ("spec.severity", "spec.match", "spec.conditions"):
        assert field in refused.stderr


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"name": "default"}, {"name": "other"}),
        ({"name": "default"}, {"kind": "ClusterConnection", "name": "default"}),
        ({"name": "default"}, None),
        (None, {"name": "default"}),
    ],
)
def test_a_connection_is_chosen_once(
    defined: KubernetesApi, namespace: str, before: Any, after: Any
) -> None:
    apply = ("apply", "--namespace", namespace, "--filename", "-")
    defined.kubectl(*apply, stdin=with_spec("RoutingRule", connectionRef=before))
    changed = with_spec("RoutingRule", connectionRef=after)
    refused = defined.kubectl(*apply, stdin=changed, check=False)
    assert "spec.connectionRef: Invalid value: connectionRef can't be changed" in refused.stderr


@pytest.mark.parametrize(
    ("kind", "resource", "fields"),
    [
        ("AlertPolicy", "scap", ["critical-db-alerts", "critical", "db-team", "True", "Fine"]),
        ("RoutingRule", "scrr", ["critical-db-alerts", "100", "True", "Fine"]),
        ("Connection", "scconn", ["default", "https://signalcraft.example.com", "True", "Fine"]),
    ],
)
def test_kubectl_get_shows_what_people_look_for(
    defined: KubernetesApi,
    kube: httpx.Client,
    namespace: str,
    kind: str,
    resource: str,
    fields: list[str],
) -> None:
    defined.kubectl("apply", "--namespace", namespace, "--filename", "-", stdin=OBJECTS[kind])
    conditions = [
        {
            "type": type,
            "status": "True",
            "reason": "Fine",
            "message": "",
            "lastTransitionTime": "2026-01-05T09:00:00Z",
        }
        for type in ("Ready", "Synced")
    ]
    path = PLURALS[kind].replace("default", namespace)
    patched = kube.patch(
        f"/apis/signalcraft.io/v1alpha1/{path}/{fields[0]}/status",
        json={"status": {"observedGeneration": 1, "conditions": conditions}},
        headers={"Content-Type": "application/merge-patch+json"},
    )
    assert patched.is_success, patched.text
    shown = defined.kubectl("get", resource, "--namespace", namespace, "--no-headers").stdout
    assert shown.split()[:-1] == fields


def test_policies_are_found_by_what_they_say(defined: KubernetesApi, namespace: str) -> None:
    defined.kubectl("apply", "--namespace", namespace, "--filename", "-", stdin=ALERT_POLICY)

    def found(selector: str) -> str:
        return defined.kubectl(
            *("get", "alertpolicies", "--namespace", namespace, "--output", "name"),
            *("--field-selector", selector),
        ).stdout

    assert "critical-db-alerts" in found("spec.severity=critical,spec.enabled=true")
    assert found("spec.routing_key=other") == ""


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("alertpolicy", "Opens an alert when conditions on metrics hold."),
        ("alertpolicy.spec.conditions.value", "The threshold."),
        ("routingrule.spec.action.escalate_to", "The escalation policy that handles the alert."),
        ("routingrule.spec.deletionPolicy", "Delete\n    Retain"),
        ("clusterconnection.spec.endpoint", "URL of the SignalCraft server"),
    ],
)
def test_kubectl_explain_reads_well(defined: KubernetesApi, path: str, said: str) -> None:
    assert said in defined.kubectl("explain", path).stdout
