"""`signalcraft restore`, on a real server."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from tests.bodies import create, nowhere
from tests.cli.command import refused, run
from tools.servers import Dialect, Server, Tenant


@pytest.fixture
def dialect() -> Dialect:
    return "sqlite"


@pytest.fixture
def environment(server: Server, tenant: Tenant) -> Mapping[str, str]:
    return {"SIGNALCRAFT_ENDPOINT": server.url, "SIGNALCRAFT_API_KEY": tenant.api_key}


@pytest.fixture
def versions(http: httpx.Client) -> list[Any]:
    """A team's versions, as they were read: members come and go, and Terraform takes it over."""
    ada, bo = (create(http, "user", nowhere(), name)["id"] for name in ("Ada", "Bo"))
    bodies: list[dict[str, Any]] = [
        {"name": "Payments", "member_ids": [ada]},
        {"name": "Payments", "member_ids": [ada, bo], "description": "both"},
        {"name": "Payments", "member_ids": [bo]},
        {"name": "Payments", "member_ids": []},
    ]
    path = "/v1/teams/" + http.post("/v1/teams", json=bodies[0]).json()["id"]
    read = [http.get(path).json()]
    for number, body in enumerate(bodies[1:]):
        headers = {"SignalCraft-Manager": "terraform"} if number == 1 else {}
        http.put(path, json=body, headers=headers).raise_for_status()
        read.append(http.get(path).json())
    return read


FIELDS = ("name", "description", "member_ids")


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_version_comes_back_as_it_was(
    http: httpx.Client, environment: Mapping[str, str], versions: list[Any], version: int
) -> None:
    question = ("restore", "team", "Payments", "--version", str(version))
    assert [each["version"] for each in versions] == [1, 2, 3, 4]
    shown = run(*question, "--dry-run", environment=environment)
    assert shown.exit_code == 0, shown.output
    assert f"Restoring version {version} of 'Payments' changes:\n    /" in shown.stdout
    path = f"/v1/teams/{versions[0]['id']}"
    assert http.get(path).json() == versions[-1]
    done = run(*question, "--yes", environment=environment)
    assert done.stdout.endswith("Restored. It is at version 5.\n")
    now = http.get(path).json()
    assert {f: now[f] for f in FIELDS} == {f: versions[version - 1][f] for f in FIELDS}


@pytest.mark.usefixtures("versions")
def test_a_version_that_is_not_older_is_refused(environment: Mapping[str, str]) -> None:
    for version in ("4", "9"):
        said = refused("restore", "team", "Payments", "--version", version, environment=environment)
        assert "is at version 4. Name an older one." in said
    said = refused("restore", "team", "None", "--version", "1", environment=environment)
    assert "There is no team called 'None'." in said
