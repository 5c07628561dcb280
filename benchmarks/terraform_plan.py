"""What `terraform plan` of many unchanged resources costs, beside a provider that does no work.

Run it with `python -m benchmarks.terraform_plan` on a machine that does nothing else. Both
providers have the same schema; the other one (terraform-provider-signalcraft/benchmarks/inmemory)
keeps everything in memory, so a plan with it is what Terraform and its framework cost.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import httpx

from tools.go import go
from tools.terraform import locked_terraform

ROOT = Path(__file__).resolve().parents[1]
PROVIDER = ROOT / "terraform-provider-signalcraft"

POLICY = """
resource "signalcraft_escalation_policy" "p{n}" {{
  name        = "Policy {n}"
  description = "Whom to page when service {n} is down."

  rules {{
    delay_minutes = 0
    targets {{
      type = "user"
      id   = "{user}"
    }}
  }}
  rules {{
    delay_minutes = 15
    targets {{
      type = "user"
      id   = "{user}"
    }}
  }}
}}
"""
REQUIRED = """
terraform {
  required_providers {
    signalcraft = { source = "signalcraft/signalcraft" }
  }
}
"""


@dataclass(frozen=True)
class Server:
    """A server for development, on a database of its own."""

    endpoint: str
    key: str

    def requests(self) -> int:
        """How many requests it has answered, those for its own figures left out."""
        figures = httpx.get(f"{self.endpoint}/metrics").text
        counts = re.findall(
            r'^signalcraft_http_requests_total\{operation="(\w+)".*\} (\S+)$', figures, re.MULTILINE
        )
        return sum(int(float(count)) for operation, count in counts if "metrics" not in operation)

    def create_user(self) -> str:
        """Makes somebody to page; returns the id."""
        answer = httpx.post(
            f"{self.endpoint}/v1/users",
            headers={"Authorization": f"Bearer {self.key}"},
            json={"email": "ada@example.com", "name": "Ada", "role": "responder"},
        )
        answer.raise_for_status()
        user_id: str = answer.json()["id"]
        return user_id


@contextmanager
def running_server(folder: Path) -> Iterator[Server]:
    """Runs one for the block, with its database in the folder."""
    program = Path(sys.prefix, "bin", "signalcraft")
    with Path(folder, "server.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [program, "serve", "--dev", "--port", "0"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    try:
        assert process.stdout is not None
        said = ""
        while not (address := re.search(r"https?://\S+", said)):
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"the server did not start: {said}")
            said += line
        key = re.search(r"^sck_\S+$", said, re.MULTILINE)
        assert key is not None
        yield Server(address[0], key[0])
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


class Workspace:
    """A folder with a configuration of many policies, and a provider to apply it with."""

    def __init__(self, folder: Path, provider: str, server: Server, configuration: str) -> None:
        self.folder = folder
        folder.mkdir()
        programs = folder / "provider"
        programs.mkdir()
        program = programs / "terraform-provider-signalcraft"
        subprocess.run(
            [go(), "build", "-buildvcs=false", "-o", program, provider], cwd=PROVIDER, check=True
        )
        (folder / "terraform.rc").write_text(
            f'provider_installation {{ dev_overrides {{ "signalcraft/signalcraft" = "{programs}" }} }}'
        )
        (folder / "main.tf").write_text(REQUIRED + configuration)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
        self._environment = kept | {
            "TF_CLI_CONFIG_FILE": str(folder / "terraform.rc"),
            "SIGNALCRAFT_ENDPOINT": server.endpoint,
            "SIGNALCRAFT_API_KEY": server.key,
            "CHECKPOINT_DISABLE": "1",
        }

    def terraform(self, *arguments: str) -> float:
        """Runs Terraform; returns the seconds that it took."""
        started = perf_counter()
        subprocess.run(
            [locked_terraform(), *arguments],
            cwd=self.folder,
            env=self._environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return perf_counter() - started

    def apply(self) -> None:
        """Makes the policies."""
        self.terraform("apply", "-auto-approve", "-no-color")

    def plan(self) -> float:
        """Plans, and insists that there is nothing to do; returns the seconds that it took."""
        return self.terraform("plan", "-detailed-exitcode", "-no-color")


def main() -> None:
    """Prints the ratio, and how many requests a plan sends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policies", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, running_server(folder := Path(name)) as server:
        user = server.create_user()
        configuration = "".join(POLICY.format(n=n, user=user) for n in range(options.policies))
        ours = Workspace(folder / "ours", ".", server, configuration)
        rival = Workspace(folder / "rival", "./benchmarks/inmemory", server, configuration)
        ours.apply()
        rival.apply()
        before = server.requests()
        ours.plan()
        requests = server.requests() - before
        rival.plan()
        # One after the other, so that what else the machine does hits both alike.
        pairs = [(ours.plan(), rival.plan()) for _ in range(options.runs)]
    our_seconds, rival_seconds = (median(seconds) for seconds in zip(*pairs, strict=True))
    print(
        f"terraform plan of {options.policies:,} unchanged escalation policies, {options.runs} runs"
    )
    print(f"  SignalCraft's provider, real server  {our_seconds:6.2f} s   {requests} requests")
    print(f"  a provider that does no work         {rival_seconds:6.2f} s")
    print(f"  ratio                                {our_seconds / rival_seconds:6.2f}")


if __name__ == "__main__":
    main()
