"""`signalcraft changes` and `signalcraft history`, on a real server."""

from collections.abc import Mapping

import httpx
import pytest

from tests.cli.command import refused, run, told
from tools.servers import Dialect, Server, Tenant


@pytest.fixture
def dialect() -> Dialect:
    return "sqlite"


@pytest.fixture
def environment(server: Server, tenant: Tenant) -> Mapping[str, str]:
    return {"SIGNALCRAFT_ENDPOINT": server.url, "SIGNALCRAFT_API_KEY": tenant.api_key}


@pytest.fixture
def team(http: httpx.Client) -> str:
    """A team that was created, renamed by Terraform, and deleted again."""
    headers = {
        "SignalCraft-Manager": "terraform",
        "SignalCraft-Source": "https://git.example.com/monitoring",
    }
    id = http.post("/v1/teams", json={"name": "Payments"}).json()["id"]
    path = f"/v1/teams/{id}"
    http.put(path, json={"name": "Billing"}, headers=headers).raise_for_status()
    http.delete(path, headers=headers).raise_for_status()
    return str(id)


def says(environment: Mapping[str, str], *arguments: str) -> list[str]:
    result = run(*arguments, environment=environment)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_changes_are_listed_with_who_made_them_and_what_changed(
    environment: Mapping[str, str], team: str
) -> None:
    lines = says(environment, "changes", "--kind", "team")
    heads = [line for line in lines if not line.startswith(" ")]
    assert [line.split("  ")[2] for line in heads] == [
        "admin created team 'Payments'",
        "admin updated team 'Billing' (terraform, https://git.example.com/monitoring)",
        "admin deleted team 'Billing' (terraform, https://git.example.com/monitoring)",
    ]
    assert '    /name: "Payments" → "Billing"' in lines
    items = told("changes", "--kind", "team", environment=environment)["items"]
    assert {item["id"] for item in items} == {team}


@pytest.mark.usefixtures("team")
def test_changes_are_chosen_by_account_and_time(environment: Mapping[str, str]) -> None:
    assert says(environment, "changes", "--by", "nobody") == ["There are no such changes."]
    assert says(environment, "changes", "--since", "2199-01-01") == ["There are no such changes."]
    by_admin = says(environment, "changes", "--by", "admin", "--since", "2020-01-01")
    assert all("admin" in line for line in by_admin if not line.startswith(" "))
    assert len(by_admin) > 2


@pytest.mark.usefixtures("team")
def test_a_history_is_found_by_the_last_name_of_what_was_deleted(
    environment: Mapping[str, str],
) -> None:
    lines = says(environment, "history", "team", "Billing")
    assert [line.split("  ")[2].split()[1] for line in lines if line[0] != " "] == [
        "created",
        "updated",
        "deleted",
    ]
    assert "No team is or was called 'Nothing'" in refused(
        "history", "team", "Nothing", environment=environment
    )
