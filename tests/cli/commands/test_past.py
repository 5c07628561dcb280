"""`signalcraft oncall` and `shifts` for the past, on a real server."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import httpx
import pytest

from tests.bodies import create, nowhere, schedule
from tests.cli.command import run, told
from tools.servers import Dialect, Server, Tenant


@pytest.fixture
def dialect() -> Dialect:
    return "sqlite"


@pytest.fixture
def environment(server: Server, tenant: Tenant) -> Mapping[str, str]:
    return {"SIGNALCRAFT_ENDPOINT": server.url, "SIGNALCRAFT_API_KEY": tenant.api_key}


def test_the_past_says_at_which_revision_it_changed(
    http: httpx.Client, environment: Mapping[str, str]
) -> None:
    ada, bo = (create(http, "user", nowhere(), name)["id"] for name in ("Ada", "Bo"))
    id = http.post("/v1/schedules", json=schedule(ada, "Primary")).json()["id"]
    after = schedule(bo, "Primary")
    http.put(f"/v1/schedules/{id}", json=after).raise_for_status()
    http.put(f"/v1/schedules/{id}", json=after | {"description": "Both"}).raise_for_status()
    _, made, changed = http.get("/v1/changes", params={"id": id}).json()["items"]
    between = datetime.fromisoformat(changed["at"]) - timedelta(microseconds=1)
    until = datetime.fromisoformat(changed["at"]) + timedelta(milliseconds=1)

    then = ("--at", between.isoformat())
    lines = run("oncall", "Primary", *then, environment=environment).stdout.splitlines()
    assert lines[0].split()[-1] == "REVISION"
    assert lines[1].split()[-1] == str(made["revision"])
    [answer] = told("oncall", "Primary", *then, environment=environment)["items"]
    assert answer["revision"] == made["revision"]
    assert "REVISION" not in run("oncall", "Primary", environment=environment).stdout

    since = ("shifts", "Primary", "--from", between.isoformat(), "--until", until.isoformat())
    shown = run(*since, environment=environment).stdout
    assert "Other shifts were in force from:" in shown
    assert shown.splitlines()[-1].endswith(f"revision {changed['revision']}  Primary")
    [change] = told(*since, environment=environment)["changes"]
    assert (change["schedule_id"], change["revision"]) == (id, changed["revision"])
    assert "in force" not in run("shifts", "Primary", environment=environment).stdout


def test_who_is_still_on_call_though_deleted_is_told(
    http: httpx.Client, environment: Mapping[str, str]
) -> None:
    ada = create(http, "user", nowhere(), "Ada")["id"]
    http.post("/v1/schedules", json=schedule(ada, "Primary")).raise_for_status()
    told = "Ada is marked for deletion, and stays on call until no schedule names them."
    assert told not in run("oncall", environment=environment).stdout
    http.delete(f"/v1/users/{ada}", params={"when_unreferenced": "true"}).raise_for_status()
    assert run("oncall", environment=environment).stdout.splitlines()[-1] == told
