"""A folder of Terraform configuration with many escalation policies, and a server to apply it to."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import httpx
import psutil

from tools.go import go
from tools.terraform import locked_terraform

ROOT = Path(__file__).resolve().parents[1]
PROVIDER = ROOT / "terraform-provider-signalcraft"

_POLICY = """
resource "signalcraft_escalation_policy" "p{n}" {{
  name        = "Policy {n}"
  description = "Whom to page when service {n} is down, version {version}."

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


def policies(count: int, user: str, version: int = 1) -> str:
    """The configuration of so many policies; another version is a change of each."""
    return "".join(_POLICY.format(n=n, user=user, version=version) for n in range(count))


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
def running_server(folder: Path, *options: str) -> Iterator[Server]:
    """Runs one for the block, with its database in the folder, a new one."""
    folder.mkdir()
    program = Path(sys.prefix, "bin", "signalcraft")
    with Path(folder, "server.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [program, "serve", "--dev", "--port", "0", *options],
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

    def write(self, configuration: str) -> None:
        """Writes another configuration."""
        (self.folder / "main.tf").write_text(REQUIRED + configuration)

    def run(self, *arguments: str) -> "Run":
        """Runs Terraform, which has to succeed."""
        started = perf_counter()
        with subprocess.Popen(
            [locked_terraform(), *arguments, "-no-color"],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as terraform:
            memory = _Memory(terraform.pid)
            output, _ = terraform.communicate()
            memory.stop()
        if terraform.returncode:
            raise RuntimeError(output)
        return Run(perf_counter() - started, memory.largest, output)

    def apply(self) -> "Run":
        """Makes it so."""
        return self.run("apply", "-auto-approve")

    def plan_nothing(self) -> "Run":
        """Plans, and insists that there is nothing to do."""
        return self.run("plan", "-detailed-exitcode")


@dataclass(frozen=True)
class Run:
    """What came of a run of Terraform."""

    seconds: float
    provider_bytes: int
    """The most memory that the provider's process had, as far as that was seen."""
    output: str


class _Memory:
    """Watches how much memory the provider of a Terraform takes."""

    def __init__(self, pid: int) -> None:
        self.largest = 0
        self._terraform = psutil.Process(pid)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> None:
        """Ends the watching."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            try:
                for process in self._terraform.children(recursive=True):
                    if "terraform-provider" in process.name():
                        self.largest = max(self.largest, process.memory_info().rss)
            except psutil.NoSuchProcess:
                continue
