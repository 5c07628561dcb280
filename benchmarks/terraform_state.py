"""What a Terraform state of 10 MB costs on the server, beside Terraform's local backend, and what
memory ten states of 20 MB at once take.

Run it with `python -m benchmarks.terraform_state` on a machine that does nothing else.
"""

import hashlib
import json
import os
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from time import perf_counter

import httpx

from benchmarks.subject import durable_servers
from tools.servers import Server, Tenant
from tools.terraform_folder import TerraformFolder

ROUNDS = 5
MB = 1_000_000
AT_ONCE = 10
BACKEND = """\
terraform {{
  backend "http" {{
    address        = "{url}/v1/terraform/states/{name}"
    lock_address   = "{url}/v1/terraform/states/{name}/lock"
    unlock_address = "{url}/v1/terraform/states/{name}/lock"
    lock_method    = "POST"
    unlock_method  = "DELETE"
  }}
}}
"""
Action = Callable[[], object]
RESOURCE = 'resource "terraform_data" "one" {}\n'


def state(size: int, serial: int) -> bytes:
    """A state of about so many bytes, of resources of about 800 bytes, no two of them alike."""
    resources = [
        {
            "mode": "managed",
            "type": "terraform_data",
            "name": "one" if number == 0 else f"r{number}",
            "provider": 'provider["terraform.io/builtin/terraform"]',
            "instances": [{"schema_version": 0, "attributes": _attributes(number)}],
        }
        for number in range(size // 800)
    ]
    document = {"version": 4, "terraform_version": "1.11.4", "serial": serial}
    document |= {"lineage": "benchmark", "outputs": {}, "resources": resources}
    return json.dumps(document, indent=2).encode()


def _attributes(number: int) -> dict[str, object]:
    text = hashlib.shake_256(str(number).encode()).hexdigest(200)
    return {"id": f"id-{number}", "input": None, "output": text, "triggers_replace": None}


def terraform_seconds(terraform: TerraformFolder) -> float:
    """How long Terraform takes to mark a resource and to unmark it: each locks, reads, writes and
    unlocks the state.
    """
    began = perf_counter()
    for command in ("taint", "untaint"):
        ran = terraform.run(command, "terraform_data.one")
        assert ran.status == 0, ran.output
    return (perf_counter() - began) / 2


def compare(folder: Path, server: Server, tenant: Tenant) -> None:
    """Prints how long commands of real Terraform take with either backend, measured in turns."""
    content = state(10 * MB, 1)
    local, remote = folder / "local", folder / "remote"
    for each in (local, remote):
        each.mkdir()
    (local / "main.tf").write_text(RESOURCE, encoding="utf-8")
    (local / "terraform.tfstate").write_bytes(content)
    backend = BACKEND.format(url=server.url, name="benchmark")
    (remote / "main.tf").write_text(backend + RESOURCE, encoding="utf-8")
    with server.http(tenant) as http:
        http.post("/v1/terraform/states/benchmark", content=content).raise_for_status()
    on_disk = TerraformFolder(local, "", "")
    on_server = TerraformFolder(remote, server.url, tenant.api_key)
    on_server.environment |= {
        "TF_HTTP_USERNAME": "benchmark",
        "TF_HTTP_PASSWORD": tenant.api_key,
    }
    for terraform in (on_disk, on_server):
        assert terraform.run("init").status == 0
    took = [(terraform_seconds(on_disk), terraform_seconds(on_server)) for _ in range(ROUNDS)]
    local_seconds, remote_seconds = (median(column) for column in zip(*took, strict=True))
    print(f"a Terraform command that writes a state of {len(content) / MB:.1f} MB")
    print(f"  local backend  {local_seconds * 1000:8.0f} ms")
    print(f"  SignalCraft    {remote_seconds * 1000:8.0f} ms")
    print(f"  ratio          {remote_seconds / local_seconds:8.2f}")


def steps(folder: Path, server: Server, tenant: Tenant) -> None:
    """Prints what each request takes, beside writing a file that has reached the disk."""
    path, lock = "/v1/terraform/states/steps", {"ID": "steps", "Operation": "x", "Who": "x"}
    contents = iter([state(10 * MB, serial) for serial in range(2, 3 + ROUNDS)])
    file = folder / "state"

    def store() -> None:
        with file.open("wb") as opened:
            opened.write(next(contents_of_file))
            opened.flush()
            os.fsync(opened.fileno())

    contents_of_file = iter([state(10 * MB, serial) for serial in range(2, 3 + ROUNDS)])
    with server.http(tenant) as http:
        http.post(path, content=next(contents)).raise_for_status()
        actions: dict[str, Action] = {
            "lock": lambda: http.post(f"{path}/lock", json=lock).raise_for_status(),
            "read": lambda: http.get(path).raise_for_status(),
            "write": lambda: http.post(
                path, params={"ID": "steps"}, content=next(contents)
            ).raise_for_status(),
            "unlock": lambda: http.request("DELETE", f"{path}/lock", json=lock).raise_for_status(),
            "a file, written and synced": store,
        }
        took: dict[str, list[float]] = {what: [] for what in actions}
        for _ in range(ROUNDS):
            for what, action in actions.items():
                began = perf_counter()
                action()
                took[what].append(perf_counter() - began)
    print("each step with 10 MB")
    for what, seconds in took.items():
        print(f"  {what:26} {median(seconds) * 1000:8.1f} ms")


class Peak:
    """The most memory that a server takes while something goes on."""

    def __init__(self, server: Server) -> None:
        self._process = server.process
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.before = self._process.memory_info().rss
        self.bytes = self.before
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(0.005):
            self.bytes = max(self.bytes, self._process.memory_info().rss)

    def end(self) -> int:
        """Returns by how many bytes it has grown at most."""
        self._over.set()
        self._thread.join()
        return self.bytes - self.before


def memory(server: Server, tenant: Tenant) -> None:
    """Prints what ten states of 20 MB at once add to the server's memory."""
    content = state(20 * MB, 1)

    def client(number: int) -> None:
        with server.http(tenant) as http:
            http.timeout = httpx.Timeout(300)
            path = f"/v1/terraform/states/memory-{number}"
            http.post(path, content=content).raise_for_status()
            assert http.get(path).raise_for_status().content == content

    peak = Peak(server)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(client, range(AT_ONCE)))
    grown = peak.end()
    print(f"{AT_ONCE} states of {len(content) / MB:.0f} MB at once, written and read")
    print(f"  before         {peak.before / MB:8.0f} MB")
    print(f"  more at most   {grown / MB:8.0f} MB")
    print(f"  of the states  {100 * grown / (AT_ONCE * len(content)):8.0f} %")


def main() -> None:
    """Measures, and prints the tables."""
    with durable_servers() as servers, tempfile.TemporaryDirectory() as folder:
        server = servers.running("sqlite")
        tenant = server.new_tenant()
        memory(server, tenant)
        steps(Path(folder), server, tenant)
        compare(Path(folder), server, tenant)


if __name__ == "__main__":
    main()
