"""Replacements under one name, plans applied later, and applies that fail half-way."""

import re

import httpx
import pytest

from tests.e2e.command_lines import COMMAND_LINES
from tests.e2e.desk import PROVIDER, Desk, succeeded
from tests.e2e.test_one_apply import ORDER, PARALLELISM, shared_names, teams

X_AND_Y = {"x": "X", "y": "Y"}
SWAPPED = {"x": "Y", "y": "X"}
EACH = pytest.mark.parametrize("command_line", COMMAND_LINES)


def team_of_one(lifecycle: str, revision: int = 1) -> str:
    """A user and the team that the user is in; the user is replaced with the revision."""
    return (
        PROVIDER
        + f"""
resource "terraform_data" "revision" {{
  input = {revision}
}}
resource "signalcraft_user" "ada" {{
  email = "ada@example.com"
  name  = "Ada"
  role  = "responder"
  lifecycle {{
    replace_triggered_by = [terraform_data.revision]
    {lifecycle}
  }}
}}
resource "signalcraft_team" "team" {{
  name       = "Team"
  member_ids = [signalcraft_user.ada.id]
}}
"""
    )


@PARALLELISM
@pytest.mark.parametrize("lifecycle", ["", "create_before_destroy = true"])
@pytest.mark.parametrize("how", ["replace", "taint", "triggered"])
def test_a_resource_is_replaced_under_its_name(
    desk: Desk, http: httpx.Client, parallelism: int, lifecycle: str, how: str
) -> None:
    before = team_of_one(lifecycle)
    desk.apply(before)
    options = [f"-parallelism={parallelism}"]
    after = team_of_one(lifecycle, 2) if how == "triggered" else before
    if how == "replace":
        options.append("-replace=signalcraft_user.ada")
    if how == "taint":
        succeeded(desk.terraform.run("taint", "signalcraft_user.ada"))
    said = desk.apply(after, *options)
    assert "There is already" not in said
    assert shared_names(http) == []
    assert "No changes." in desk.plan(after)


@EACH
@ORDER
def test_a_saved_plan_is_applied_later(desk: Desk, http: httpx.Client, lifecycle: str) -> None:
    desk.apply(PROVIDER + teams({"old": "Same"} | X_AND_Y, lifecycle))
    renamed = PROVIDER + teams({"new": "Same"} | SWAPPED, lifecycle)
    desk.plan(renamed, "-out=later.plan")
    desk.plan(PROVIDER + teams({"old": "Same"} | X_AND_Y, lifecycle))
    succeeded(desk.terraform.run("apply", "-parallelism=1", "later.plan"))
    assert shared_names(http) == []
    assert "No changes." in desk.plan(renamed)


@EACH
@pytest.mark.parametrize("ending", [X_AND_Y, SWAPPED], ids=["reverted", "again"])
def test_a_swap_that_fails_half_way_is_healed_by_one_apply(
    desk: Desk, http: httpx.Client, ending: dict[str, str]
) -> None:
    desk.apply(PROVIDER + teams(X_AND_Y, ""))
    half = PROVIDER + teams(SWAPPED, "")
    desk.apply(half, "-target=signalcraft_team.x")
    assert shared_names(http) == ["Y"]
    desk.apply(PROVIDER + teams(ending, ""), "-parallelism=1")
    assert shared_names(http) == []
    assert "No changes." in desk.plan(PROVIDER + teams(ending, ""))


def test_what_a_lost_state_managed_is_refused_with_the_block_that_imports_it(
    desk: Desk, http: httpx.Client
) -> None:
    configuration = PROVIDER + teams(X_AND_Y, "")
    desk.apply(configuration)
    (desk.folder / "terraform.tfstate").unlink()
    said = desk.fail_to_apply(configuration)
    for team in http.get("/v1/teams").json()["items"]:
        assert said.count(f'import {{ to = signalcraft_team.NAME id = "{team["id"]}" }}') == 1


def test_two_new_resources_of_one_name_stop_the_plan(desk: Desk) -> None:
    configuration = PROVIDER + "".join(
        f'resource "signalcraft_team" "{label}" {{\n  name        = "Same"\n'
        f'  description = "Called {label}"\n}}\n'
        for label in ("x", "y")
    )
    said = desk.fail_to_plan(configuration)
    assert 'Two resources would have the name "Same"' in said
    # Terraform names one of them, and the other is described.
    found = re.search(
        r'with signalcraft_team\.(\w), .* a new one, with description = "Called (\w)"', said
    )
    assert found
    assert set(found.groups()) == {"x", "y"}


def test_the_other_of_two_resources_of_one_name_is_named_by_its_id(
    desk: Desk, http: httpx.Client
) -> None:
    desk.apply(PROVIDER + teams({"x": "Same"}, ""))
    [team] = http.get("/v1/teams").json()["items"]
    said = desk.fail_to_plan(PROVIDER + teams({"x": "Same", "y": "Same"}, ""), "-parallelism=1")
    assert f"the one with the id {team['id']}" in said or "with signalcraft_team.x" in said
