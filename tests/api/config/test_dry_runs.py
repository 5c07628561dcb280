"""`validate_only`: what a write would be answered with, and nothing written."""

from typing import Any

import httpx
import pytest

from signalcraft.model.escalation_policy import EscalationPolicy, EscalationRule, Target
from signalcraft.model.ids import no_id
from signalcraft.model.service import Service
from signalcraft.model.team import Team
from tests.api.problems import refused
from tools.servers import Server, Tenant

DRY = {"validate_only": "true"}
# What is made when a resource is stored.
OF_STORED = {"id", "created_at", "updated_at"}


def comparable(answer: httpx.Response) -> tuple[int, dict[str, Any], str | None]:
    body = {name: value for name, value in answer.json().items() if name not in OF_STORED}
    return answer.status_code, body, answer.headers.get("SignalCraft-Warnings")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        pytest.param("POST", "/v1/teams", {"name": "New"}, id="create"),
        pytest.param("PUT", "/v1/teams?name=New", {"name": "New"}, id="create by name"),
        pytest.param(
            "PUT", "/v1/teams?name=Old", {"name": "Old", "description": "x"}, id="by name"
        ),
        pytest.param("PUT", "{old}", {"name": "Taken"}, id="a shared name"),
        pytest.param("PUT", "{old}", {"name": "Old"}, id="the same"),
        pytest.param("PUT", "/v1/workspace", {"name": "W", "time_zone": "UTC"}, id="workspace"),
    ],
)
def test_a_dry_run_is_answered_as_the_write_is_and_writes_nothing(
    http: httpx.Client, method: str, path: str, body: dict[str, Any]
) -> None:
    old = http.post("/v1/teams", json={"name": "Old"}).headers["Location"]
    http.post("/v1/teams", json={"name": "Taken"})
    where = path.format(old=old)
    before = http.get("/v1/changes").json()

    dry = http.request(method, httpx.URL(where).copy_merge_params(DRY), json=body)

    assert http.get("/v1/changes").json() == before
    assert "ETag" not in dry.headers
    assert "Location" not in dry.headers
    real = http.request(method, where, json=body)
    assert comparable(dry) == comparable(real)
    wanted = real.json()["id"] if real.status_code == 200 else no_id("team")
    assert dry.json()["id"] == wanted


def test_a_dry_run_is_refused_as_the_write_is(http: httpx.Client) -> None:
    made = http.post("/v1/teams", json={"name": "T"}, headers={"SignalCraft-Manager": "terraform"})
    where, stale = made.headers["Location"], {"If-Match": '"team_x.1"'}
    other = {"SignalCraft-Manager": "kubernetes/c/n/t"}
    for headers, expected in (
        (stale, (412, "version-mismatch")),
        ({"If-None-Match": "*"}, (412, "version-mismatch")),
        (other, (409, "managed-elsewhere")),
    ):
        for query in (DRY, {}):
            body = {"name": "T", "description": "x"}
            assert refused(http.put(where, params=query, json=body, headers=headers)) == expected
    assert refused(http.post("/v1/teams", params=DRY, json={"name": "T"})) == (409, "name-taken")


def test_the_last_owner_is_warned_of_in_a_dry_run_too(http: httpx.Client) -> None:
    owner = http.get("/v1/users").json()["items"][0]
    body = {"email": owner["email"], "name": owner["name"], "role": "viewer"}
    where = f"/v1/users/{owner['id']}"
    dry, real = http.put(where, params=DRY, json=body), http.put(where, json=body)
    assert "last-owner" in dry.headers["SignalCraft-Warnings"]
    assert comparable(dry) == comparable(real)


def test_the_client_returns_what_would_be_stored(server: Server, tenant: Tenant) -> None:
    with server.client(tenant) as client:
        team = client.create(Team(name="T"), validate_only=True)
        assert (team.id, team.version, team.body) == (no_id("team"), 1, Team(name="T"))
        assert client.find(Team, "T") is None
        stored = client.put(Team(name="T"))
        changed = client.replace(stored.id, Team(name="U"), validate_only=True)
        assert (changed.id, changed.version, changed.body.name) == (stored.id, 2, "U")
        rule = EscalationRule(delay_minutes=5, targets=(Target(type="team", id=stored.id),))
        policy = client.put(EscalationPolicy(name="P", rules=(rule,)), validate_only=True)
        assert {warning.code for warning in policy.warnings} == {
            "first-page-late",
            "reaches-nobody",
        }
        assert client.put(Service(name="S"), validate_only=True).created
