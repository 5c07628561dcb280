"""Whatever happens, in the end the cluster and SignalCraft agree."""

import random
from contextlib import ExitStack

import pytest

from signalcraft.client import ApiProblem, Client
from signalcraft.model.alert_policy import AlertPolicy
from tests.fault_proxy import Fault, FaultProxy
from tests.operator.cluster import Desk, is_ready, policy
from tests.until import until
from tools.commands import Command
from tools.kubernetes import KubernetesApi
from tools.operators import running_operator
from tools.servers import Tenant

NAMES = [f"p{i}" for i in range(5)]
SEVERITIES = ["info", "warning", "error", "critical"]
FAULTS = [
    Fault(status=503),
    Fault(status=500),
    Fault(),
    Fault(after_commit=True),
    Fault(status=504, after_commit=True),
    Fault(status=429, headers={"Retry-After": "1"}),
]
STEPS = 40


class Run:
    """Random acts of everybody who has to do with some policies."""

    def __init__(self, seed: int, desk: Desk, client: Client, proxy: FaultProxy) -> None:
        self.random = random.Random(seed)  # noqa: S311 — no secret
        self.desk = desk
        self.client = client
        self.proxy = proxy
        self.wanted: dict[str, str] = {}

    def edit(self) -> None:
        name, severity = self.random.choice(NAMES), self.random.choice(SEVERITIES)
        found = self.desk.get("AlertPolicy", name)
        if found is not None and "deletionTimestamp" in found["metadata"]:
            return  # It has to go first, and isn't wanted any more.
        self.desk.apply("AlertPolicy", name, policy(severity=severity))
        self.wanted[name] = severity

    def delete(self) -> None:
        if self.wanted:
            name = self.random.choice(sorted(self.wanted))
            del self.wanted[name]
            self.desk.delete("AlertPolicy", name)

    def drift(self) -> None:
        """Somebody works on a policy by hand, who may come too late."""
        stored = list(self.client.iterate(AlertPolicy))
        if not stored:
            return
        one = self.random.choice(stored)
        try:
            if self.random.random() < 0.3:
                self.client.delete(AlertPolicy, one.id)
            else:
                body = one.body.model_copy(update={"severity": self.random.choice(SEVERITIES)})
                self.client.replace(one.id, body)
        except ApiProblem as problem:
            assert problem.status == 404  # noqa: PT017 — another outcome is one of ours

    def fail(self) -> None:
        chance, fault = self.random.choice([0, 0.3, 0.6]), self.random.choice(FAULTS)

        def judge(_method: str, _path: str) -> Fault | None:
            return fault if self.random.random() < chance else None

        self.proxy.judge = judge

    def agrees(self) -> bool:
        """Whether everything is as it was asked for."""
        stored = {each.body.name: each for each in self.client.iterate(AlertPolicy)}
        names = {f"test/{self.desk.namespace}/{name}": name for name in self.wanted}
        if stored.keys() != names.keys():
            return False
        for full_name, name in names.items():
            found = self.desk.get("AlertPolicy", name)
            if found is None or not is_ready(found):
                return False
            if (found["status"]["id"], found["status"]["version"]) != (
                stored[full_name].id,
                stored[full_name].version,
            ):
                return False
            if stored[full_name].body.severity != self.wanted[name]:
                return False
        gone = [name for name in NAMES if name not in self.wanted]
        return all(self.desk.get("AlertPolicy", name) is None for name in gone)


@pytest.mark.parametrize("seed", [1, 2])
def test_in_the_end_everything_agrees(
    desk: Desk,
    defined: KubernetesApi,
    client: Client,
    proxy: FaultProxy,
    tenant: Tenant,
    seed: int,
) -> None:
    desk.connect(proxy.url, tenant.api_key)
    run = Run(seed, desk, client, proxy)
    with ExitStack() as stack:

        def start() -> Command:
            options = ("--lease", "2", "1", "0.2")
            return stack.enter_context(
                running_operator(defined.kubeconfig, "test", desk.namespace, *options)
            )

        operator = start()
        acts = [run.edit] * 5 + [run.drift] * 3 + [run.delete, run.fail]
        for step in range(STEPS):
            run.random.choice(acts)()
            if step % 15 == 14:
                operator.process.kill()
                operator = start()
        proxy.judge = lambda _method, _path: None
        until(run.agrees)
