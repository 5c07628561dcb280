"""`make demo-kubernetes`: an AlertPolicy in a real cluster, from nothing and leaving nothing."""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from tools.built import BuildFailedError
from tools.commands import running_command
from tools.kubernetes import KubernetesApi, KubernetesDidNotStartError, kubernetes_api
from tools.operators import running_operator
from tools.stage import DemoFailed, command, heading, init, perform, say
from tools.stand_in import ROOT, MissingToolError

CLUSTER = "demo"
NAMESPACE = "default"
POLICY = ROOT / "examples" / "kubernetes" / "alert-policy.yaml"
OBJECT = "alertpolicy/critical-db-alerts"
REMOTE_NAME = f"{CLUSTER}/{NAMESPACE}/critical-db-alerts"
_DEFINITIONS = ROOT / "charts" / "signalcraft-operator-crds" / "templates"
_CONNECTION = """\
apiVersion: v1
kind: Secret
metadata: {{name: signalcraft}}
stringData: {{api-key: {api_key}}}
---
apiVersion: signalcraft.io/v1alpha1
kind: Connection
metadata: {{name: default}}
spec:
  endpoint: {endpoint}
  apiKeySecretRef: {{name: signalcraft}}
"""
_PATIENCE = 30.0


class Demo:
    """The steps, told as they happen."""

    def __init__(self, kubernetes: KubernetesApi, api: httpx.Client) -> None:
        self._kubernetes = kubernetes
        self._api = api
        self._numbers = count(2)

    def run(self) -> None:
        """All steps, after everything's start. Raises `DemoFailed`."""
        self._create()
        self._ask()
        self._apply_again()
        self._mistake()
        self._break()
        self._delete()

    def _create(self) -> None:
        self._step(
            "An alert, beside the service that it watches",
            "An AlertPolicy is an object like any other, so a Helm chart can hold it. The operator "
            "creates it in SignalCraft.",
        )
        for line in POLICY.read_text("utf-8").splitlines():
            say(f"    {line}")
        say("")
        self._kubectl("apply", "--filename", str(POLICY))
        self._kubectl("wait", "--for=condition=Ready", OBJECT, "--timeout=30s")
        self._kubectl("get", "alertpolicies", "--output", "wide")

    def _ask(self) -> None:
        self._step(
            "The same, as SignalCraft sees it",
            "It carries the object's address: where it came from is never a question.",
        )
        command("GET /v1/alert-policies")
        policy = self._policy()
        fields = ("id", "version", "name", "severity", "managed_by")
        shown = {name: policy[name] for name in fields}
        for line in json.dumps(shown, indent=2).splitlines():
            say(f"    {line}")

    def _apply_again(self) -> None:
        self._step("The same file again", "Nothing is different, so nothing is written.")
        said = self._kubectl("apply", "--filename", str(POLICY))
        if " unchanged" not in said:
            raise DemoFailed("kubectl should have called the object unchanged.")

    def _mistake(self) -> None:
        self._step(
            "A mistake", "The cluster knows the fields and their bounds, and refuses at once."
        )
        wrong = POLICY.read_text("utf-8").replace("severity: critical", "severity: catastrophic")
        command("$ sed s/critical$/catastrophic/ alert-policy.yaml | kubectl apply --filename -")
        ran = self._kubernetes.kubectl("apply", "--filename", "-", stdin=wrong, check=False)
        if "spec.severity" not in ran.stderr:
            raise DemoFailed(f"kubectl should have named spec.severity:\n{ran.stderr}")
        for line in ran.stderr.strip().splitlines():
            say(f"    {line}")

    def _break(self) -> None:
        self._step(
            "Somebody changes it by hand",
            "Another program sets the severity to info over the API. The operator follows the "
            "change feed, puts it back, and says so.",
        )
        policy = self._policy()
        command(f"PUT /v1/alert-policies/{policy['id']} with severity info")
        self._answer("PUT", f"/v1/alert-policies/{policy['id']}", policy | {"severity": "info"})
        self._await(
            "the operator to put the severity back",
            lambda: "DriftCorrected" in self._events() and self._policy()["severity"] == "critical",
        )
        self._kubectl("events", "--for", OBJECT)

    def _delete(self) -> None:
        self._step("The object is deleted", "kubectl returns once SignalCraft has deleted it, too.")
        self._kubectl("delete", OBJECT, "--timeout=30s")
        command("GET /v1/alert-policies")
        if self._policies():
            raise DemoFailed("After the deletion SignalCraft still has the policy.")
        say("    nothing")

    def _step(self, title: str, explanation: str) -> None:
        heading(next(self._numbers), title, explanation)

    def _kubectl(self, *arguments: str) -> str:
        shown = [argument.replace(f"{ROOT}/", "") for argument in arguments]
        command(f"$ kubectl {' '.join(shown)}")
        said = kubectl(self._kubernetes, *arguments)
        for line in said.splitlines():
            say(f"    {line}".rstrip())
        return said

    def _events(self) -> str:
        return kubectl(self._kubernetes, "events", "--for", OBJECT)

    def _policy(self) -> dict[str, Any]:
        [policy] = self._policies()
        return policy

    def _policies(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._answer("GET", "/v1/alert-policies")["items"]
        return [policy for policy in found if policy["name"] == REMOTE_NAME]

    def _answer(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = self._api.request(method, path, json=body)
        if not answer.is_success:
            raise DemoFailed(f"{method} {path} answered {answer.status_code}: {answer.text}")
        document: dict[str, Any] = answer.json()
        return document

    def _await(self, what: str, happened: Callable[[], bool]) -> None:
        give_up = time.monotonic() + _PATIENCE
        while not happened():
            if time.monotonic() > give_up:
                raise DemoFailed(f"It took more than {_PATIENCE:.0f} s for {what}.")
            time.sleep(0.2)


def kubectl(kubernetes: KubernetesApi, *arguments: str, stdin: str | None = None) -> str:
    """What kubectl prints. Raises `DemoFailed`."""
    ran = kubernetes.kubectl(*arguments, stdin=stdin, check=False)
    if ran.returncode:
        raise DemoFailed(f"kubectl {arguments[0]} failed:\n{ran.stderr}")
    return ran.stdout


def demo() -> None:
    """Everything, in temporary folders. Raises `DemoFailed`."""
    say(
        "The SignalCraft operator keeps SignalCraft in line with a cluster's objects.\n"
        "Watch one object from its creation to its end."
    )
    heading(
        1,
        "A cluster, a server, an operator",
        "etcd and kube-apiserver are real, and built from their sources the first time, which "
        "takes some minutes. A Connection tells the operator where SignalCraft is.",
    )
    try:
        with tempfile.TemporaryDirectory(prefix="signalcraft-demo-") as name, kubernetes_api() as k:
            _show(k, f"sqlite:///{Path(name, 'demo.db')}")
    except (BuildFailedError, MissingToolError, KubernetesDidNotStartError) as failure:
        raise DemoFailed(str(failure)) from None
    say("\nThat was all: everything is stopped, and nothing is left behind.", style="bold")
    say("docs/kubernetes.md says how to install the operator in a cluster.")


def _show(kubernetes: KubernetesApi, database: str) -> None:
    api_key = init(database)
    authorization = {"Authorization": f"Bearer {api_key}"}
    command("$ kubectl apply --filename charts/signalcraft-operator-crds/templates")
    kubectl(kubernetes, "apply", "--server-side", "--filename", str(_DEFINITIONS))
    kubectl(kubernetes, "wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
    command("$ signalcraft serve --port 0")
    with running_command(
        ["serve", "--port", "0", "--database", database], environment={}
    ) as server:
        say(f"  SignalCraft answers at {server.url}")
        command(f"$ signalcraft operator --cluster-name {CLUSTER} --namespace {NAMESPACE}")
        connection = _CONNECTION.format(endpoint=server.url, api_key=api_key)
        kubectl(kubernetes, "apply", "--filename", "-", stdin=connection)
        with (
            running_operator(kubernetes.kubeconfig, CLUSTER, NAMESPACE),
            httpx.Client(base_url=server.url, headers=authorization, trust_env=False) as api,
        ):
            Demo(kubernetes, api).run()


if __name__ == "__main__":
    sys.exit(perform(demo))
