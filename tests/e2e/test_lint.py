"""`signalcraft lint` of a server: it finds what is likely a mistake, and nothing else."""

import json

import httpx

from tests.cli.command import run
from tests.e2e.desk import QUICKSTART, Desk
from tests.e2e.test_review import COMPANY
from tools.servers import Server, Tenant


def test_the_quickstart_has_no_findings(desk: Desk, server: Server, tenant: Tenant) -> None:
    desk.apply(QUICKSTART)
    environment = {"SIGNALCRAFT_ENDPOINT": server.url, "SIGNALCRAFT_API_KEY": tenant.api_key}
    linted = run("lint", "--output", "json", environment=environment)
    assert json.loads(linted.stdout)["findings"] == []
    assert linted.exit_code == 0


def test_a_server_tells_what_a_file_would(
    desk: Desk, server: Server, tenant: Tenant, http: httpx.Client
) -> None:
    desk.apply(COMPANY)
    environment = {"SIGNALCRAFT_ENDPOINT": server.url, "SIGNALCRAFT_API_KEY": tenant.api_key}
    assert run("lint", environment=environment).exit_code == 0
    settings = http.get("/v1/workspace").json() | {"default_escalation_policy_id": None}
    assert http.put("/v1/workspace", json=settings).is_success
    linted = run("lint", environment=environment)
    assert linted.exit_code == 1
    assert "no-catch-all: The workspace has no default escalation policy" in linted.stdout
