"""Whatever goes wrong between Terraform and the server, its state and the server agree in the end."""

import json
from collections.abc import Iterator
from threading import Lock

import httpx
import pytest

from tests.e2e.desk import PROVIDER, Desk, failed
from tests.fault_proxy import Fault, FaultProxy, Judge, fault_proxy
from tools.servers import Server

FAULTS = {
    "429": Fault(status=429, headers={"Retry-After": "1"}),
    "503": Fault(status=503),
    "503-after-commit": Fault(status=503, after_commit=True),
    "502-after-commit": Fault(status=502, after_commit=True),
    "dropped-before-commit": Fault(),
    "dropped-after-commit": Fault(after_commit=True),
    "slow": Fault(late_by=2),
    "half-a-body": Fault(halved=True),
}


@pytest.fixture
def proxy(server: Server) -> Iterator[FaultProxy]:
    """A proxy between Terraform and the server."""
    with fault_proxy(server.url) as proxy:
        yield proxy


@pytest.fixture
def distant(desk: Desk, proxy: FaultProxy) -> Desk:
    """A desk that reaches the server through the proxy."""
    desk.terraform.environment["SIGNALCRAFT_ENDPOINT"] = proxy.url
    return desk


def company(description: str) -> str:
    """A user, two teams, and a policy that pages one of them."""
    return (
        PROVIDER
        + f"""
resource "signalcraft_user" "ada" {{
  email = "ada@example.com"
  name  = "Ada {description}"
  role  = "responder"
}}
resource "signalcraft_team" "teams" {{
  for_each    = toset(["a", "b"])
  name        = each.key
  description = "{description}"
  member_ids  = [signalcraft_user.ada.id]
}}
resource "signalcraft_escalation_policy" "policy" {{
  name        = "Policy"
  description = "{description}"
  rules {{
    delay_minutes = 0
    targets {{
      type = "team"
      id   = signalcraft_team.teams["a"].id
    }}
  }}
}}
"""
    )


def every_write_once(fault: Fault) -> Judge:
    """Every write fails once, and works when it is repeated."""
    seen: set[tuple[str, str]] = set()

    def judge(method: str, path: str) -> Fault | None:
        request = method, path.partition("?")[0]
        if method == "GET" or path.startswith("/v1/validate") or request in seen:
            return None
        seen.add(request)
        return fault

    return judge


def stored(http: httpx.Client) -> list[tuple[str, str]]:
    """The name and the description of everything but the first owner."""
    return sorted(
        (item["name"], item.get("description", ""))
        for path in ("users", "teams", "escalation-policies")
        for item in http.get(f"/v1/{path}").json()["items"]
        if item.get("role") != "owner"
    )


def in_state(desk: Desk) -> set[str]:
    """The ids that Terraform's state has."""
    shown = json.loads(desk.terraform.run("show", "-json").output)
    resources = shown.get("values", {}).get("root_module", {}).get("resources", [])
    return {resource["values"]["id"] for resource in resources}


def on_server(http: httpx.Client) -> set[str]:
    """The ids that the server has, but for the first owner's."""
    return {
        item["id"]
        for path in ("users", "teams", "escalation-policies")
        for item in http.get(f"/v1/{path}").json()["items"]
        if item.get("role") != "owner"
    }


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_write_that_fails_once_is_done_once(
    distant: Desk, http: httpx.Client, proxy: FaultProxy, fault: Fault
) -> None:
    for text in ("first", "second"):
        proxy.judge = every_write_once(fault)
        distant.apply(company(text))
        expected = [(f"Ada {text}", ""), ("Policy", text), ("a", text), ("b", text)]
        assert stored(http) == expected
        assert in_state(distant) == on_server(http)
        assert "No changes." in distant.plan(company(text))
    proxy.judge = every_write_once(fault)
    distant.apply(PROVIDER)
    assert stored(http) == []


@pytest.mark.parametrize(
    "fault",
    [Fault(late_by=1), Fault(after_commit=True), Fault(halved=True)],
    ids=["answered", "answer-lost", "half-a-body"],
)
def test_ctrl_c_in_mid_apply_loses_nothing(
    distant: Desk, http: httpx.Client, proxy: FaultProxy, fault: Fault
) -> None:
    interrupting = Fault(
        after_commit=fault.after_commit,
        halved=fault.halved,
        late_by=fault.late_by,
        before_failing=distant.terraform.interrupt,
    )
    for text in ("first", "second"):
        proxy.judge = every_write_once(interrupting)
        (distant.folder / "main.tf").write_text(company(text), encoding="utf-8")
        failed(distant.terraform.run("apply", "-auto-approve"))
        assert in_state(distant) == on_server(http)
        proxy.judge = lambda _method, _path: None
        distant.apply(company(text))
        assert "No changes." in distant.plan(company(text))
        assert in_state(distant) == on_server(http)


def test_a_delete_whose_answer_is_lost_spares_what_somebody_kept(
    distant: Desk, http: httpx.Client, proxy: FaultProxy
) -> None:
    team = {"name": "Kept", "member_ids": []}
    configuration = PROVIDER + 'resource "signalcraft_team" "kept" {\n  name = "Kept"\n}\n'
    distant.apply(configuration)
    id = http.get("/v1/teams").json()["items"][0]["id"]
    rules = [{"delay_minutes": 0, "targets": [{"type": "team", "id": id}]}]
    answer = http.post("/v1/escalation-policies", json={"name": "Theirs", "rules": rules})
    assert answer.status_code == 201

    def keep() -> None:
        assert http.post("/v1/teams", json=team).json()["id"] == id

    proxy.judge = every_write_once(Fault(after_commit=True, before_failing=keep))
    said = distant.fail_to_apply(PROVIDER)
    assert "This team has changed since the plan was made" in said
    assert http.get(f"/v1/teams/{id}").json()["deletion_requested_at"] is None


def test_what_may_have_been_created_is_said_and_can_be_imported(
    distant: Desk, http: httpx.Client, proxy: FaultProxy
) -> None:
    configuration = PROVIDER + 'resource "signalcraft_team" "new" {\n  name = "New"\n}\n'
    configuration = configuration.replace(
        'provider "signalcraft" {}', 'provider "signalcraft" {\n  retry_timeout = "1s"\n}'
    )
    proxy.judge = lambda method, _path: Fault(after_commit=True) if method == "POST" else None
    said = distant.fail_to_apply(configuration)
    assert "The server may have made the change all the same." in said
    [team] = http.get("/v1/teams").json()["items"]
    proxy.judge = lambda _method, _path: None
    said = distant.fail_to_apply(configuration)
    assert f'id = "{team["id"]}"' in said
    block = f'import {{\n  to = signalcraft_team.new\n  id = "{team["id"]}"\n}}\n'
    assert "1 imported, 0 added, 0 changed" in distant.apply(configuration + block)


def test_an_apply_that_the_servers_limit_slows_ends_well_and_says_why(
    distant: Desk, http: httpx.Client, proxy: FaultProxy
) -> None:
    teams = "".join(
        f'resource "signalcraft_team" "t{n}" {{\n  name = "Team {n}"\n}}\n' for n in range(8)
    )
    lock, refused = Lock(), [8]

    def limit(method: str, path: str) -> Fault | None:
        if method != "POST" or path.startswith("/v1/validate"):
            return None
        with lock:
            refused[0] -= 1
            return Fault(status=429, headers={"Retry-After": "2"}) if refused[0] >= 0 else None

    proxy.judge = limit
    said = distant.apply(PROVIDER + teams)
    assert said.count("The server limits how many requests the API key may send") == 1
    assert len(http.get("/v1/teams").json()["items"]) == 8
