"""What the charts render, without a cluster."""

import os
import subprocess
import sys
from typing import Any

import click
import httpx
import pytest
import yaml

import signalcraft
from signalcraft.cli.commands.operator import operator
from signalcraft.cli.commands.serve import serve
from tests.charts.examples import EXAMPLES, OPERATOR, Values, options
from tools.commands import COMMAND, running_command
from tools.helm import CHARTS, Helm, HelmFailed
from tools.servers import Servers
from tools.stand_in import ROOT

Rendered = list[dict[str, Any]]


def rendered(helm: Helm, chart: str, values: Values) -> Rendered:
    text = helm.run("template", "example", chart, *options(values))
    return [document for document in yaml.safe_load_all(text) if document]


def only(documents: Rendered, kind: str) -> Any:
    [found] = [document for document in documents if document["kind"] == kind]
    return found


def pods(documents: Rendered) -> list[dict[str, Any]]:
    """The specs of all Pods."""
    templates = [
        each["spec"]["template"]["spec"] for each in documents if "template" in each.get("spec", {})
    ]
    return templates + [each["spec"] for each in documents if each["kind"] == "Pod"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_charts_are_linted(local_helm: Helm, example: str) -> None:
    chart, values = EXAMPLES[example]
    assert "0 chart(s) failed" in local_helm.run("lint", "--strict", chart, *options(values))


@pytest.mark.parametrize("chart", sorted(path.parent.name for path in CHARTS.glob("*/Chart.yaml")))
def test_a_chart_has_the_programs_version(chart: str) -> None:
    described = yaml.safe_load((CHARTS / chart / "Chart.yaml").read_text("utf-8"))
    assert described["version"] == described["appVersion"] == signalcraft.__version__


@pytest.mark.parametrize("example", [name for name in EXAMPLES if name != "definitions"])
def test_every_pod_is_restricted_and_asks_for_resources(local_helm: Helm, example: str) -> None:
    found = pods(rendered(local_helm, *EXAMPLES[example]))
    assert found
    for pod in found:
        assert pod["securityContext"]["runAsNonRoot"]
        for container in pod["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"]
            assert container["resources"]["requests"].keys() == {"cpu", "memory"}
            assert container["resources"]["limits"]["memory"]


def test_every_pod_takes_the_image_of_the_values(local_helm: Helm) -> None:
    for example in ("server with everything", "operator with everything"):
        for pod in pods(rendered(local_helm, *EXAMPLES[example])):
            assert pod["imagePullSecrets"] == [{"name": "registry"}]
            for container in pod["containers"]:
                assert container["image"] == "images.example.com/signalcraft:1.2.3"
                assert container["imagePullPolicy"] == "Always"


def test_under_an_autoscaler_a_deployment_has_no_replicas(local_helm: Helm) -> None:
    fixed = only(rendered(local_helm, "signalcraft", {}), "Deployment")
    assert fixed["spec"]["replicas"] == 2
    documents = rendered(local_helm, "signalcraft", {"autoscaling": {"enabled": True}})
    scaled = only(documents, "Deployment")
    assert "replicas" not in scaled["spec"]
    target = only(documents, "HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]
    assert target["name"] == scaled["metadata"]["name"]


def test_the_keys_of_terraform_states_are_mounted_where_the_server_reads_them(
    local_helm: Helm,
) -> None:
    values = {"stateKeys": {"secretName": "keys", "secretKey": "ring"}}
    [pod] = pods([only(rendered(local_helm, "signalcraft", values), "Deployment")])
    [container] = pod["containers"]
    assert "--state-key-file=/etc/signalcraft/ring" in container["args"]
    mount = {"name": "state-keys", "mountPath": "/etc/signalcraft", "readOnly": True}
    assert mount in container["volumeMounts"]
    [volume] = [each for each in pod["volumes"] if each["name"] == "state-keys"]
    assert volume["secret"]["secretName"] == "keys"


def test_services_select_only_what_serves(local_helm: Helm) -> None:
    for chart, values in (("signalcraft", {}), ("signalcraft-operator", OPERATOR)):
        documents = rendered(local_helm, chart, values)
        selector = only(documents, "Service")["spec"]["selector"].items()
        deployed = only(documents, "Deployment")["spec"]["template"]["metadata"]["labels"]
        others = [only(documents, "Pod")["metadata"]["labels"]]
        others += [
            each["spec"]["template"]["metadata"]["labels"]
            for each in documents
            if each["kind"] == "Job"
        ]
        assert selector <= deployed.items()
        assert not any(selector <= labels.items() for labels in others)


def test_the_operators_roles_list_the_namespaces_with_connections(local_helm: Helm) -> None:
    chart, values = EXAMPLES["operator with everything"]
    documents = rendered(local_helm, chart, values)
    of_secrets = {
        document["metadata"]["namespace"]
        for document in documents
        if document["kind"] == "Role" and document["rules"][0]["resources"] == ["secrets"]
    }
    assert of_secrets == {"default", "kube-public"}
    cluster_wide = [document for document in documents if document["kind"] == "ClusterRole"]
    granted = {
        resource
        for role in cluster_wide
        for rule in role["rules"]
        for resource in rule["resources"]
    }
    assert "secrets" not in granted
    assert not any("*" in rule["verbs"] for role in cluster_wide for rule in role["rules"])


@pytest.mark.parametrize(
    ("chart", "values", "named"),
    [
        ("signalcraft-operator", {}, "/clusterName"),
        ("signalcraft-operator", {"clusterName": "Prod"}, "/clusterName"),
        ("signalcraft-operator", {**OPERATOR, "clustername": "x"}, "clustername"),
        ("signalcraft-operator", {**OPERATOR, "replicas": "2"}, "/replicas"),
        (
            "signalcraft-operator",
            {**OPERATOR, "connectionNamespaces": "a"},
            "/connectionNamespaces",
        ),
        (
            "signalcraft-operator",
            {**OPERATOR, "connection": {"endpoint": "signalcraft.example.com"}},
            "/connection/endpoint",
        ),
        ("signalcraft", {"database": {"url": "postgresql://"}}, "/database"),
        ("signalcraft", {"ingress": {"enabled": True}}, "/ingress/host"),
        ("signalcraft", {"logLevel": "loud"}, "/logLevel"),
        ("signalcraft-operator-crds", {"enabled": True}, "enabled"),
    ],
)
def test_values_that_make_no_sense_are_refused_and_named(
    local_helm: Helm, chart: str, values: Values, named: str
) -> None:
    with pytest.raises(HelmFailed, match=named):
        local_helm.run("template", "example", chart, *options(values))


@pytest.mark.parametrize(
    ("chart", "values", "command", "others"),
    [
        ("signalcraft", {}, serve, {"--host", "--port"}),
        (
            *EXAMPLES["server with everything"],
            serve,
            {"--host", "--port", "--trusted-proxy", "--state-key-file"},
        ),
        ("signalcraft-operator", OPERATOR, operator, {"--host", "--cluster-name"}),
        (
            *EXAMPLES["operator with everything"],
            operator,
            {"--host", "--cluster-name", "--dry-run"},
        ),
    ],
)
def test_the_arguments_are_the_programs_own_defaults(
    local_helm: Helm, chart: str, values: Values, command: click.Command, others: set[str]
) -> None:
    [pod] = pods([only(rendered(local_helm, chart, values), "Deployment")])
    [container] = pod["containers"]
    name, *arguments = container["args"]
    assert name == command.name
    assert_are_defaults(command, arguments, others)


def assert_are_defaults(command: click.Command, arguments: list[str], others: set[str]) -> None:
    """Each argument is an option of the command; its value is the default, except for some."""
    by_name = {name: option for option in command.params for name in option.opts}
    for argument in arguments:
        name, _, value = argument.partition("=")
        option = by_name[name]
        if name not in others:
            assert option.type.convert(value, option, None) == option.default


def test_the_test_fails_where_nothing_is_ready_and_passes_where_something_is(
    local_helm: Helm, servers: Servers
) -> None:
    pod = only(rendered(local_helm, "signalcraft", {}), "Pod")
    python, *arguments, url = pod["spec"]["containers"][0]["command"]
    assert (python, url) == ("python", "http://example-signalcraft.default.svc:80/readyz")

    def run(url: str) -> int:
        command = [sys.executable, *arguments, url]
        return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode

    ready = servers.running("sqlite").url
    assert httpx.get(f"{ready}/readyz", trust_env=False).is_success
    assert run(f"{ready}/readyz") == 0
    assert run(f"{ready}/v1/whoami") != 0


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_the_commands_migrate_a_database_and_serve_it(local_helm: Helm, database_url: str) -> None:
    documents = rendered(local_helm, "signalcraft", {})
    environment = {"SIGNALCRAFT_DATABASE": database_url}
    for kind in ("Job", "Deployment"):
        [pod] = pods([only(documents, kind)])
        assert [each["name"] for each in pod["containers"][0]["env"]] == [*environment]
    [migrate] = pods([only(documents, "Job")])[0]["containers"]
    subprocess.run([COMMAND, *migrate["args"]], env=os.environ | environment, check=True)
    [serves] = pods([only(documents, "Deployment")])[0]["containers"]
    arguments = [*serves["args"], "--host=127.0.0.1", "--port=0"]
    with running_command(arguments, environment=environment) as server:
        for probe in ("livenessProbe", "readinessProbe"):
            path = serves[probe]["httpGet"]["path"]
            assert httpx.get(f"{server.url}{path}", trust_env=False).is_success


def test_the_image_runs_as_the_user_of_the_charts(local_helm: Helm) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    [pod] = pods([only(rendered(local_helm, "signalcraft", {}), "Deployment")])
    context = pod["securityContext"]
    assert f"\nUSER {context['runAsUser']}:{context['runAsGroup']}\n" in dockerfile
