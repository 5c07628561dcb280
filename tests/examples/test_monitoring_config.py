"""`examples/monitoring-config`: its scripts, run as CI and people run them."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from signalcraft.client import Client
from signalcraft.model.schedule import Schedule
from signalcraft.model.service_account import Scope, ServiceAccount
from signalcraft.model.user import User
from tests.cli.command import run
from tests.examples.checkout import EXAMPLE, Checkout, approve
from tests.until import until
from tools.built import ACTIONLINT, built


def test_the_workflows_are_sound() -> None:
    workflows = sorted((EXAMPLE / ".github" / "workflows").glob("*.yml"))
    assert len(workflows) == 3
    environment = {"PATH": f"{Path(sys.prefix, 'bin')}"}
    ran = subprocess.run(
        [built(ACTIONLINT), *workflows],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert "pull_request_target" not in "".join(file.read_text() for file in workflows)


def test_the_first_plan_is_applied_as_it_was_reviewed(checkout: Checkout, client: Client) -> None:
    assert "**Plan: 20 to create" in checkout.succeed("plan")
    assert not list(client.iterate(Schedule))
    approve(checkout)
    assert "As reviewed" in checkout.succeed("apply", APPROVED="approved.json")
    assert {s.body.name for s in client.iterate(Schedule)} == {
        "Payments primary",
        "Platform, around the clock",
    }
    assert checkout.script("drift").returncode == 0
    linted = run("lint", environment=checkout.environment)
    assert linted.exit_code == 0, linted.output


def test_a_change_goes_from_review_to_proof(applied: Checkout) -> None:
    applied.edit(
        "routing.tf",
        "escalate_to = signalcraft_escalation_policy.payments",
        "escalate_to = signalcraft_escalation_policy.platform",
    )
    said = applied.succeed("plan")
    assert "### Who gets paged differently" in said
    assert "  ok   Staging pages nobody" in said
    approve(applied)
    proof = applied.succeed("apply", APPROVED="approved.json")
    assert "answer as promised" in proof.splitlines()[-1]
    assert json.loads((applied.folder / "out" / "applied.json").read_text())["digest"]


def test_a_stale_approval_is_refused_and_says_who_changed_what(
    applied: Checkout, client: Client
) -> None:
    applied.edit("services.tf", '"Ledger"', '"General ledger"')
    applied.edit("routing.tf", "signalcraft_service.ledger.name", '"General ledger"')
    applied.succeed("plan")
    approve(applied)
    ada = client.find(User, "ada@example.com")
    assert ada is not None
    client.replace(ada.id, ada.body.model_copy(update={"name": "Ada"}), force=True)
    stopped = applied.script("apply", APPROVED="approved.json")
    assert stopped.returncode == 4
    assert 'signalcraft_user.people["ada"]' in stopped.stderr
    assert 'admin updated user "Ada"' in stopped.stderr
    assert client.find(User, "ada@example.com") != ada


def test_drift_by_hand_is_found_and_put_back(applied: Checkout, client: Client) -> None:
    ada = client.find(User, "ada@example.com")
    assert ada is not None
    client.replace(ada.id, ada.body.model_copy(update={"name": "Ada"}), force=True)
    drift = applied.script("drift")
    assert drift.returncode == 2, drift.stdout + drift.stderr
    report = (applied.folder / "out" / "drift.md").read_text()
    assert '`~` name: "Ada" → "Ada Example"' in report
    assert "Changed outside of Terraform" in report


def test_a_base_branch_that_has_moved_on_is_merged_before_planning(applied: Checkout) -> None:
    applied.git("switch", "--quiet", "--create", "feature")
    applied.edit("services.tf", '"Kubernetes"', '"Cluster"')
    applied.git("switch", "--quiet", "main")
    applied.edit("people.tf", "Ben Example", "Benjamin Example")
    applied.git("push", "--quiet", "origin", "main")
    applied.succeed("plan")
    approve(applied)
    applied.succeed("apply", APPROVED="approved.json")
    applied.git("switch", "--quiet", "feature")
    said = applied.succeed("plan", BASE_REF="main")
    assert "**Plan: 1 to change" in said
    assert "Benjamin" not in said
    applied.git("reset", "--quiet", "--hard", "HEAD~1")
    applied.edit("people.tf", "Ben Example", "Benny Example")
    conflict = applied.script("plan", BASE_REF="main")
    assert conflict.returncode == 1
    assert "Merge main into it" in conflict.stderr


def test_without_an_approval_nothing_is_applied(checkout: Checkout, client: Client) -> None:
    refused = checkout.script("apply")
    assert refused.returncode != 0
    assert "Set it to the review that was approved" in refused.stderr
    assert not list(client.iterate(Schedule))


def test_a_cancelled_job_leaves_no_plan_behind(checkout: Checkout) -> None:
    temporary = Path(checkout.environment["TMPDIR"])
    with subprocess.Popen(
        [checkout.folder / "scripts" / "plan"],
        env=checkout.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as job:
        until(lambda: list(temporary.glob("tmp.*/plan")))
        os.killpg(job.pid, signal.SIGTERM)
    assert job.returncode != 0
    assert list(temporary.glob("tmp.*")) == []


LOCKED_OUT = """
# Takes away, in the middle of the apply, what it would need to save the state.
resource "terraform_data" "locked_out" {
  provisioner "local-exec" {
    command = "curl --fail --silent --request PUT --header \\"Authorization: Bearer $OWNER_KEY\\" --json \\"$DISABLED\\" $SIGNALCRAFT_ENDPOINT/v1/service-accounts/$ACCOUNT"
  }
}
"""


def test_a_state_that_can_not_be_saved_is_kept_and_the_apply_says_so_loudly(
    applied: Checkout, client: Client
) -> None:
    scopes: tuple[Scope, ...] = ("config:read", "state:read", "state:write")
    account = client.create(ServiceAccount(name="ci", scopes=scopes))
    key = applied.create_key(account.id)
    (applied.folder / "locked_out.tf").write_text(LOCKED_OUT)
    applied.succeed("plan")
    approve(applied)
    ended = applied.script(
        "apply",
        APPROVED="approved.json",
        SIGNALCRAFT_API_KEY=key,
        OWNER_KEY=applied.environment["SIGNALCRAFT_API_KEY"],
        ACCOUNT=account.id,
        DISABLED=json.dumps({"name": "ci", "scopes": scopes, "disabled": True}),
    )
    assert ended.returncode != 0
    assert "THE STATE IS NOT SAVED. Keep errored.tfstate" in ended.stderr, ended.stderr
    kept = json.loads((applied.folder / "errored.tfstate").read_text())
    assert "terraform_data" in {resource["type"] for resource in kept["resources"]}
