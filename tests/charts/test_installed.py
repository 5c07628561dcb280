"""The charts in a real cluster."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.charts.examples import EXAMPLES, OPERATOR, options
from tests.until import until
from tools.helm import CHARTS, Helm, HelmFailed
from tools.kubernetes import KubernetesApi

_POLICY: dict[str, Any] = {
    "apiVersion": "signalcraft.io/v1alpha1",
    "kind": "AlertPolicy",
    "metadata": {"name": "kept"},
    "spec": {
        "severity": "critical",
        "routing_key": "db-team",
        "conditions": [
            {"type": "metric_threshold", "metric": "cpu", "operator": "gt", "value": 90}
        ],
    },
}
# As much of the Prometheus Operator's kind as the charts use.
_SERVICE_MONITOR = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "servicemonitors.monitoring.coreos.com"},
    "spec": {
        "group": "monitoring.coreos.com",
        "scope": "Namespaced",
        "names": {"kind": "ServiceMonitor", "plural": "servicemonitors"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": {
                                "type": "object",
                                "required": ["selector", "endpoints"],
                                "properties": {
                                    "selector": {
                                        "type": "object",
                                        "properties": {
                                            "matchLabels": {
                                                "type": "object",
                                                "additionalProperties": {"type": "string"},
                                            }
                                        },
                                    },
                                    "endpoints": {
                                        "type": "array",
                                        "items": {
                                            "type": "object",
                                            "properties": {
                                                "port": {"type": "string"},
                                                "interval": {"type": "string"},
                                            },
                                        },
                                    },
                                },
                            }
                        },
                    }
                },
            }
        ],
    },
}


def found(cluster: KubernetesApi, *what: str) -> Any:
    """Objects, decoded."""
    return json.loads(cluster.kubectl("get", *what, "--output", "json").stdout)


def create_database_secret(cluster: KubernetesApi, namespace: str) -> None:
    cluster.kubectl(
        *("create", "secret", "generic", "signalcraft-database", "--namespace", namespace),
        "--from-literal=url=postgresql://signalcraft@db.example.com/signalcraft",
    )


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.usefixtures("definitions")
def test_the_api_accepts_every_object_and_knows_every_field(
    cluster: KubernetesApi, helm: Helm, restricted: str, example: str
) -> None:
    cluster.kubectl("apply", "--filename", "-", stdin=json.dumps(_SERVICE_MONITOR))
    cluster.kubectl(
        "wait", "--for=condition=Established", "crd/servicemonitors.monitoring.coreos.com"
    )
    chart, values = EXAMPLES[example]
    text = helm.run("template", "example", chart, "--namespace", restricted, *options(values))
    said = cluster.kubectl(
        *("apply", "--server-side", "--dry-run=server", "--validate=strict", "--force-conflicts"),
        *("--filename", "-"),
        stdin=text,
    )
    objects = [document for document in yaml.safe_load_all(text) if document]
    assert said.stdout.count("serverside-applied (server dry run)") == len(objects)
    assert "Warning" not in said.stderr


@pytest.mark.usefixtures("definitions")
def test_the_operator_is_installed_tested_and_uninstalled(
    cluster: KubernetesApi, helm: Helm, restricted: str
) -> None:
    where = ("--namespace", restricted)
    values = {**OPERATOR, "connection": {"create": False}}
    chart = "signalcraft-operator"
    told = helm.run(
        "install", restricted, chart, *where, *options(values), "--wait", "--timeout=60s"
    )
    assert '"prod-eu-1"' in told
    [deployment] = found(cluster, "deployments", *where)["items"]
    assert deployment["status"]["readyReplicas"] == 2
    assert "Phase:          Succeeded" in helm.run("test", restricted, *where, "--timeout=60s")
    helm.run("uninstall", restricted, *where)
    assert found(cluster, "deployments,services,poddisruptionbudgets,roles", *where)["items"] == []


@pytest.mark.usefixtures("definitions")
def test_the_connection_outlives_the_operators_release_and_is_taken_back(
    cluster: KubernetesApi, helm: Helm, restricted: str
) -> None:
    values = options({**OPERATOR, "connection": {"name": restricted}})
    for time in ("first", "again"):
        helm.run("install", "operator", "signalcraft-operator", "--namespace", restricted, *values)
        helm.run("uninstall", "operator", "--namespace", restricted)
        kept = found(cluster, "clusterconnection", restricted)
        assert kept["spec"]["apiKeySecretRef"]["name"] == "signalcraft-operator", time
    cluster.kubectl("delete", "clusterconnection", restricted)


def test_the_server_migrates_before_it_is_installed(
    cluster: KubernetesApi, helm: Helm, restricted: str
) -> None:
    where = ("--namespace", restricted)
    create_database_secret(cluster, restricted)
    told = helm.run("install", "signalcraft", "signalcraft", *where, "--wait", "--timeout=60s")
    assert f"http://signalcraft.{restricted}.svc\n" in told
    assert f"kubectl --namespace {restricted} exec deployment/signalcraft" in told
    [deployment] = found(cluster, "deployments", *where)["items"]
    assert deployment["status"]["readyReplicas"] == 2
    said = cluster.kubectl("get", "events", *where).stdout
    assert "job/signalcraft-migrate" in said
    assert "Phase:          Succeeded" in helm.run("test", "signalcraft", *where, "--timeout=60s")
    helm.run("uninstall", "signalcraft", *where)


def test_objects_and_definitions_outlive_their_release(
    cluster: KubernetesApi, helm: Helm, definitions: str, restricted: str
) -> None:
    where = ("--namespace", restricted)
    cluster.kubectl("apply", *where, "--filename", "-", stdin=json.dumps(_POLICY))
    helm.run("uninstall", definitions)
    assert found(cluster, "alertpolicy", "kept", *where)["spec"]["severity"] == "critical"
    helm.run("install", definitions, "signalcraft-operator-crds", "--wait")


def test_a_chart_with_objects_of_unknown_kinds_says_what_to_do(
    helm: Helm, tmp_path: Path, restricted: str
) -> None:
    chart = tmp_path / "unknown"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: unknown\nversion: 0.1.0\n", "utf-8")
    policy = _POLICY | {"apiVersion": "signalcraft.io/v9"}
    (chart / "templates" / "policy.yaml").write_text(yaml.safe_dump(policy), "utf-8")
    with pytest.raises(HelmFailed, match="ensure CRDs are installed first"):
        helm.run("install", "unknown", chart, "--namespace", restricted)


def earlier(chart: str, folder: Path) -> Path:
    """The chart as a version before: with another number, image and default."""
    before = folder / chart
    shutil.copytree(CHARTS / chart, before)
    described = before / "Chart.yaml"
    text = described.read_text("utf-8")
    described.write_text(text.replace("ersion: 0.1.0", "ersion: 0.0.9"), "utf-8")
    return before


def test_charts_upgrade_from_the_version_before(
    cluster: KubernetesApi, helm: Helm, definitions: str, restricted: str, tmp_path: Path
) -> None:
    where = ("--namespace", restricted, "--wait", "--timeout=60s")
    create_database_secret(cluster, restricted)
    values = options({**OPERATOR, "connection": {"create": False}})
    helm.run("upgrade", definitions, without_suspend(tmp_path), "--wait")
    cluster.kubectl(
        "apply", "--namespace", restricted, "--filename", "-", stdin=json.dumps(_POLICY)
    )
    helm.run("install", "server", earlier("signalcraft", tmp_path), *where)
    helm.run("install", restricted, earlier("signalcraft-operator", tmp_path), *where, *values)

    helm.run("upgrade", definitions, "signalcraft-operator-crds", "--wait")
    helm.run("upgrade", "server", "signalcraft", *where)
    helm.run("upgrade", restricted, "signalcraft-operator", *where, "--reset-then-reuse-values")

    policy = found(cluster, "alertpolicy", "kept", "--namespace", restricted)
    assert policy["spec"] == _POLICY["spec"] | {
        "description": "",
        "enabled": True,
        "match": "all",
        "suspend": False,
        "deletionPolicy": "Delete",
    }
    for deployment in found(cluster, "deployments", "--namespace", restricted)["items"]:
        [container] = deployment["spec"]["template"]["spec"]["containers"]
        assert container["image"].endswith(":0.1.0")
        assert deployment["status"]["updatedReplicas"] == 2


def without_suspend(folder: Path) -> Path:
    """The definitions as they were before there was `suspend`."""
    before = earlier("signalcraft-operator-crds", folder)
    file = before / "templates" / "alertpolicies.yaml"
    definition = yaml.safe_load(file.read_text("utf-8"))
    [version] = definition["spec"]["versions"]
    del version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["suspend"]
    file.write_text(yaml.safe_dump(definition), "utf-8")
    return before


@pytest.mark.usefixtures("definitions")
def test_the_operator_may_do_what_it_must_and_no_more(
    cluster: KubernetesApi, helm: Helm, restricted: str
) -> None:
    values = {
        **OPERATOR,
        "connection": {"create": False},
        "connectionNamespaces": ["kube-public"],
        "connectionServiceAccounts": [{"namespace": "kube-public", "name": "signalcraft"}],
    }
    helm.run(
        "install", "operator", "signalcraft-operator", "--namespace", restricted, *options(values)
    )
    account = f"system:serviceaccount:{restricted}:operator-signalcraft-operator"

    def may(verb: str, resource: str, namespace: str) -> bool:
        plural, _, rest = resource.partition("/")
        name, _, subresource = rest.partition("/")
        what = (f"{plural}/{name}" if name else plural, f"--subresource={subresource}")
        asked = ("auth", "can-i", verb, *what, "--namespace", namespace, "--as", account)
        return cluster.kubectl(*asked, check=False).stdout.strip() == "yes"

    for verb, resource, namespace in [
        ("watch", "alertpolicies.signalcraft.io", "default"),
        ("patch", "routingrules.signalcraft.io/status", "default"),
        ("patch", "clusterconnections.signalcraft.io", "default"),
        ("watch", "namespaces", "default"),
        ("create", "events.events.k8s.io", "default"),
        ("update", "leases/signalcraft-operator", restricted),
        ("watch", "secrets", restricted),
        ("get", "secrets", "kube-public"),
        ("create", "serviceaccounts/signalcraft/token", "kube-public"),
        ("get", "customresourcedefinitions/alertpolicies.signalcraft.io", "default"),
    ]:
        assert may(verb, resource, namespace), (verb, resource, namespace)
    for verb, resource, namespace in [
        ("get", "secrets", "default"),
        ("create", "secrets", restricted),
        ("delete", "alertpolicies.signalcraft.io", "default"),
        ("create", "alertpolicies.signalcraft.io", "default"),
        ("update", "leases/another", restricted),
        ("update", "leases/signalcraft-operator", "default"),
        ("list", "customresourcedefinitions", "default"),
        ("get", "pods", restricted),
        ("create", "serviceaccounts/another/token", "kube-public"),
        ("create", "serviceaccounts/signalcraft/token", restricted),
    ]:
        assert not may(verb, resource, namespace), (verb, resource, namespace)
    helm.run("uninstall", "operator", "--namespace", restricted)


@pytest.mark.usefixtures("definitions")
def test_developers_get_policies_and_rules_with_the_default_roles(
    cluster: KubernetesApi, helm: Helm, restricted: str
) -> None:
    where = ("--namespace", restricted)
    values = {**OPERATOR, "connection": {"create": False}}
    helm.run("install", restricted, "signalcraft-operator", *where, *options(values))
    for role in ("view", "edit", "admin"):
        user = f"{role}@example.com"
        cluster.kubectl(
            "create", "rolebinding", role, f"--clusterrole={role}", f"--user={user}", *where
        )

    def may(role: str, verb: str, resource: str) -> bool:
        asked = ("auth", "can-i", verb, f"{resource}.signalcraft.io", *where)
        user = ("--as", f"{role}@example.com")
        return cluster.kubectl(*asked, *user, check=False).stdout.strip() == "yes"

    # Roles are aggregated one after another.
    until(lambda: may("view", "list", "alertpolicies") and may("admin", "create", "connections"))
    assert not may("view", "create", "alertpolicies")
    until(lambda: may("edit", "create", "routingrules"))
    assert may("edit", "get", "connections")
    assert not may("edit", "create", "connections")
    helm.run("uninstall", restricted, *where)
