"""How soon an applied change is in force, and what a review costs beside the plan that it reviews.

Run it with `python -m benchmarks.gitops` on a machine that does nothing else.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import httpx

from benchmarks.subject import DIALECTS, durable_servers
from tools.servers import Dialect, Servers, Tenant
from tools.terraform_folder import TerraformFolder

CHANGES = 100
RUNS = 3
SAMPLES = 200
SIGNALCRAFT = Path(sys.prefix, "bin", "signalcraft")

HEAD = """
terraform {
  required_providers {
    signalcraft = { source = "signalcraft/signalcraft" }
  }
}
"""
USER = """
resource "signalcraft_user" "u{n}" {{
  email = "user{n}@example.com"
  name  = "User {n}"
  role  = "responder"
}}
"""
SCHEDULE = """
resource "signalcraft_schedule" "s{n}" {{
  name      = "Schedule {n}"
  time_zone = "Europe/Berlin"
  rotations {{
    name         = "weekly"
    participants = [signalcraft_user.u{a}.id, signalcraft_user.u{b}.id]
    starts_at    = "2026-01-05T09:00:00"
    shift_length = {days}
    shift_unit   = "day"
  }}
}}
"""
POLICY = """
resource "signalcraft_escalation_policy" "p{n}" {{
  name = "Policy {n}"
  rules {{
    delay_minutes = 0
    targets {{
      type = "schedule"
      id   = signalcraft_schedule.s{a}.id
    }}
  }}
}}
"""
RULE = """
resource "signalcraft_routing_rule" "r{n}" {{
  name     = "Rule {n}"
  priority = {n}
  conditions {{
    field    = "labels.service"
    operator = "eq"
    value    = "{n}"
  }}
  action {{
    escalate_to = signalcraft_escalation_policy.p{a}.id
  }}
}}
"""


def configuration(*, changed: bool) -> str:
    """1,000 resources; with `changed`, 20 rules and 5 schedules of them are others."""
    parts = [HEAD]
    parts += [USER.format(n=n) for n in range(100)]
    for n in range(100):
        days = 3 if changed and n < 5 else 7
        parts.append(SCHEDULE.format(n=n, a=n, b=(n + 1) % 100, days=days))
    parts += [POLICY.format(n=n, a=n % 100) for n in range(200)]
    parts += [RULE.format(n=n, a=(n + 1 if changed and n < 20 else n) % 200) for n in range(600)]
    return "".join(parts)


def alert_tests() -> str:
    """Tests with as many sample alerts as are measured: YAML that is JSON."""
    alerts = [{"labels": {"service": str(n), "sample": "yes"}} for n in range(SAMPLES)]
    test = {"name": "Samples", "at": "2026-11-25T12:00:00Z", "alerts": alerts, "expect": {}}
    return json.dumps({"tests": [test]})


def in_force(servers: Servers, dialect: Dialect) -> list[float]:
    """Seconds from the end of a change to an answer by it, of the slowest process, for each change.

    The answer is the very first to be asked for, and it has to be by the new rule.
    """
    processes = servers.all_of(dialect)[:2]
    tenant = processes[0].new_tenant()
    with ExitStack() as stack:
        clients = [stack.enter_context(process.http(tenant)) for process in processes]
        first = clients[0]
        for client in clients:
            client.get("/v1/whoami")  # Connections are made before anything is measured.
        rule = made(first, 0)
        return [change(first, clients, rule, number) for number in range(CHANGES)]


def made(http: httpx.Client, number: int) -> str:
    """Makes the rule; returns its id."""
    answer = http.post("/v1/routing-rules", json=rule_body(number))
    return str(answer.raise_for_status().json()["id"])


def rule_body(number: int) -> dict[str, object]:
    """The rule as the change with this number leaves it."""
    severity = ("critical", "info")[number % 2]
    return {"name": "Rule", "priority": 1, "action": {"set_severity": severity}}


def change(http: httpx.Client, clients: Sequence[httpx.Client], rule: str, number: int) -> float:
    """Changes the rule, and asks every process at once; seconds of the slowest answer."""
    body = rule_body(number + 1)
    http.put(f"/v1/routing-rules/{rule}", json=body).raise_for_status()
    expected = ("critical", "info")[(number + 1) % 2]
    took = []
    for client in clients:
        started = perf_counter()
        answer = client.post("/v1/routing/test", json={"alerts": [{}]}).json()
        took.append(perf_counter() - started)
        assert answer["results"][0]["severity"] == expected, answer
    return max(took)


def review_beside_plan(servers: Servers) -> tuple[float, float]:
    """Seconds that a plan of 1,000 resources takes, and those that its review takes."""
    server = servers.running("sqlite")
    tenant = server.new_tenant()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        terraform = TerraformFolder(folder, server.url, tenant.api_key)
        main = folder / "main.tf"
        main.write_text(configuration(changed=False), encoding="utf-8")
        run(terraform, "apply", "-auto-approve")
        main.write_text(configuration(changed=True), encoding="utf-8")
        (folder / "samples.yaml").write_text(alert_tests(), encoding="utf-8")
        plans = [timed(run, terraform, "plan", "-out=plan") for _ in range(RUNS)]
        shown = run(terraform, "show", "-json", "plan")
        (folder / "plan.json").write_text(shown, encoding="utf-8")
        reviews = [timed(review, folder, server.url, tenant) for _ in range(RUNS)]
    return median(plans), median(reviews)


def run(terraform: TerraformFolder, *arguments: str) -> str:
    """Runs Terraform, which has to succeed; returns what it says."""
    ran = terraform.run(*arguments)
    assert ran.status == 0, ran.output
    return ran.output


def review(folder: Path, url: str, tenant: Tenant) -> None:
    """Reviews the plan, as CI does."""
    environment = {"SIGNALCRAFT_ENDPOINT": url, "SIGNALCRAFT_API_KEY": tenant.api_key}
    subprocess.run(
        [SIGNALCRAFT, "review", "plan.json", "--tests", "samples.yaml"],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )


def timed(function: object, *arguments: object) -> float:
    """Seconds that a call takes."""
    assert callable(function)
    started = perf_counter()
    function(*arguments)
    return perf_counter() - started


def table(servers: Servers) -> Iterator[str]:
    """The lines that are printed."""
    yield f"The next request after a change, over {CHANGES} changes (all are by the new rule):"
    for dialect in DIALECTS:
        took = in_force(servers, dialect)
        processes = 1 if dialect == "sqlite" else 2
        p99 = quantiles(took, n=100)[98]
        yield (
            f"  {dialect:<12}{processes} process{'es' if processes > 1 else '  '}  "
            f"median {median(took) * 1000:6.1f} ms   p99 {p99 * 1000:6.1f} ms"
        )
    plan, reviewed = review_beside_plan(servers)
    yield f"\nA plan of 1,000 resources, 25 of them changed, and its review with {SAMPLES} samples:"
    yield f"  terraform plan      {plan:6.2f} s"
    yield f"  signalcraft review  {reviewed:6.2f} s   {reviewed / plan:.2f} of the plan"


if __name__ == "__main__":
    with durable_servers() as servers:
        for line in table(servers):
            print(line, flush=True)
