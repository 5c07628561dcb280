"""What Terraform's `http` backend sends, and states to send."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

LINEAGE = "3f1c0c1e-0000-4000-8000-000000000001"
STATES = "/v1/terraform/states"


def state(
    serial: int, *, lineage: str = LINEAGE, ids: tuple[str, ...] = (), note: str = ""
) -> bytes:
    """A state with our objects of these ids, in the form in which Terraform writes it."""
    resources = [
        {
            "mode": "managed",
            "type": "signalcraft_team",
            "name": f"t{number}",
            "provider": 'provider["registry.terraform.io/signalcraft/signalcraft"]',
            "instances": [{"schema_version": 0, "attributes": {"id": id}}],
        }
        for number, id in enumerate(ids)
    ]
    document = {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": serial,
        "lineage": lineage,
        "outputs": {"note": {"value": note, "type": "string"}},
        "resources": resources,
        "check_results": None,
    }
    return json.dumps(document, indent=2).encode() + b"\n"


@dataclass
class Run:
    """A run of Terraform, as the server sees it."""

    http: httpx.Client
    name: str = "main"
    operation: str = "OperationTypeApply"
    who: str = "ada@laptop"
    lock_id: str = field(default_factory=lambda: str(uuid4()))

    def lock(self) -> httpx.Response:
        info = {"ID": self.lock_id, "Operation": self.operation, "Who": self.who, "Info": ""}
        info |= {"Version": "1.11.4", "Created": "2026-01-05T09:00:00Z", "Path": ""}
        return self.http.post(f"{STATES}/{self.name}/lock", json=info)

    def unlock(self) -> httpx.Response:
        return unlock(self.http, self.name, {"ID": self.lock_id, "Operation": self.operation})

    def write(self, content: bytes) -> httpx.Response:
        return write(self.http, content, name=self.name, lock_id=self.lock_id)


def write(
    http: httpx.Client,
    content: bytes,
    *,
    name: str = "main",
    lock_id: str = "",
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """Writes a state as Terraform does; without a lock, as with `-lock=false`."""
    md5 = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
    return http.post(
        f"{STATES}/{name}",
        params={"ID": lock_id} if lock_id else {},
        content=content,
        headers={"Content-Type": "application/json", "Content-MD5": md5} | (headers or {}),
    )


def read(http: httpx.Client, name: str = "main") -> bytes:
    """The stored state."""
    answer = http.get(f"{STATES}/{name}")
    assert answer.status_code == 200, answer.text
    return answer.content


def unlock(http: httpx.Client, name: str, info: dict[str, str]) -> httpx.Response:
    """Releases a lock; without an `ID`, by force."""
    return http.request("DELETE", f"{STATES}/{name}/lock", json=info)


def why(http: httpx.Client, name: str = "main") -> Any:
    """What the server says happened to a state."""
    answer = http.get(f"{STATES}/{name}/why")
    assert answer.status_code == 200, answer.text
    return answer.json()


def ok(answer: httpx.Response) -> None:
    assert answer.is_success, answer.text
