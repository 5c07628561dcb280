"""From a review to its approval, the apply, and the proof that it came true."""

import json
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from click.testing import Result

from signalcraft.client import Client
from signalcraft.model.schedule import Schedule
from signalcraft.model.user import User
from tests.cli.command import run
from tests.e2e.desk import Desk
from tests.e2e.test_review import COMPANY
from tools.servers import Server, Tenant

JOINED = COMPANY.replace(
    "participants = [signalcraft_user.ada.id, signalcraft_user.ben.id]",
    "participants = [signalcraft_user.ada.id, signalcraft_user.hedy.id]",
) + (
    'resource "signalcraft_user" "hedy" {\n'
    '  email = "hedy@example.com"\n  name  = "Hedy Example"\n  role  = "responder"\n}\n'
)
TESTS = """\
tests:
  - name: The second week is for Hedy
    at: 2026-12-01T12:00:00+01:00
    alerts:
      - labels: { team: payments }
    expect:
      policy: Payments
      people:
        0: [hedy@example.com]
"""


@pytest.fixture
def environment(server: Server, tenant: Tenant) -> Mapping[str, str]:
    return {"SIGNALCRAFT_ENDPOINT": server.url, "SIGNALCRAFT_API_KEY": tenant.api_key}


@pytest.fixture
def reviewed(desk: Desk, environment: Mapping[str, str], tmp_path: Path) -> Path:
    """The review of a plan by which Hedy takes Ben's place."""
    desk.apply(COMPANY)
    review = tmp_path / "review.json"
    plan = desk.planned(JOINED)
    assert run("review", plan, "--json", review, environment=environment).exit_code == 0
    return review


def test_what_is_approved_is_applied_and_proved(
    desk: Desk, environment: Mapping[str, str], reviewed: Path
) -> None:
    again = desk.planned(JOINED, "again.json")
    approved = run("review", again, "--approved", reviewed, environment=environment)
    assert approved.exit_code == 0, approved.output
    assert "This is the plan that was approved: sha256:" in approved.stderr
    assert verified(reviewed, environment).exit_code == 4
    desk.apply(JOINED)
    proof = verified(reviewed, environment)
    assert proof.exit_code == 0, proof.output
    assert proof.stdout == "As reviewed: 5 alerts and 1 schedule answer as promised.\n"


def test_a_plan_that_is_not_the_approved_one_says_what_differs_and_who_changed_what(
    desk: Desk, environment: Mapping[str, str], reviewed: Path, client: Client
) -> None:
    ben = client.find(User, "ben@example.com")
    assert ben is not None
    client.replace(ben.id, ben.body.model_copy(update={"name": "Ben"}))
    again = desk.planned(JOINED, "again.json")
    other = run("review", again, "--approved", reviewed, environment=environment)
    assert other.exit_code == 4
    assert other.stderr.splitlines()[:3] == [
        "This is not the plan that was approved. What differs:",
        "  signalcraft_user.ben",
        "Changed on the server since the review (revision 15):",
    ]
    assert other.stderr.endswith('admin updated user "Ben"\n')


def test_an_override_made_since_the_review_is_shown_though_the_plan_is_equal(
    desk: Desk,
    environment: Mapping[str, str],
    reviewed: Path,
    client: Client,
    http: httpx.Client,
) -> None:
    promise = json.loads(reviewed.read_text())["promise"]
    [schedule] = client.list(Schedule).items
    ben = client.find(User, "ben@example.com")
    assert ben is not None
    override = {"participant": ben.id, "starts_at": promise["start"], "ends_at": promise["end"]}
    assert http.post(f"/v1/schedules/{schedule.id}/overrides", json=override).is_success
    again = desk.planned(JOINED, "again.json")
    same = run("review", again, "--approved", reviewed, environment=environment)
    assert same.exit_code == 0
    assert "Since the review, this has become different" in same.stderr
    assert '  schedule "Payments primary"\n' in same.stderr
    assert "now:      ben@example.com from" in same.stderr


@pytest.mark.usefixtures("reviewed")
def test_two_plans_that_never_agree_name_the_attribute(
    desk: Desk, environment: Mapping[str, str]
) -> None:
    plan = desk.folder / "plan.json"
    again = desk.planned(JOINED, "again.json")
    assert run("review", plan, "--same-as", again, environment=environment).exit_code == 0
    stamped = JOINED.replace('name = "Catch-all"', 'name = "Catch-all ${plantimestamp()}"')
    first, second = (desk.planned(stamped, f"{i}.json") for i in range(2))
    texts = first.read_text(), second.read_text()
    second.write_text(texts[1].replace("Catch-all 20", "Catch-all 19"))
    differ = run("review", first, "--same-as", second, environment=environment)
    assert differ.exit_code == 4
    assert "  signalcraft_escalation_policy.catch_all: name\n" in differ.stderr


@pytest.mark.usefixtures("reviewed")
def test_tests_run_against_what_a_plan_would_make(
    desk: Desk, environment: Mapping[str, str], tmp_path: Path
) -> None:
    tests = tmp_path / "hedy.test.yaml"
    tests.write_text(TESTS)
    plan = desk.folder / "plan.json"
    assert run("test", tests, environment=environment).exit_code == 1
    assert run("test", tests, "--plan", plan, environment=environment).exit_code == 0
    desk.apply(JOINED)
    assert run("test", tests, environment=environment).exit_code == 0


def test_a_partial_plan_is_refused(desk: Desk, environment: Mapping[str, str]) -> None:
    desk.apply(COMPANY)
    (desk.folder / "main.tf").write_text(JOINED)
    desk.terraform.run("plan", "-out=plan", "-target=signalcraft_user.hedy")
    file = desk.folder / "plan.json"
    file.write_text(desk.terraform.run("show", "-json", "plan").output)
    refused = run("review", file, environment=environment)
    assert refused.exit_code == 1
    assert "without -target" in refused.stderr


def verified(review: Path, environment: Mapping[str, str]) -> Result:
    return run("review", "--verify", review, environment=environment)
