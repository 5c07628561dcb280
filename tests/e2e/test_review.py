"""`signalcraft review` of real plans, as a reviewer reads it.

The expected texts are in `reviews/`. After a change of the wording, run the tests once with
SIGNALCRAFT_WRITE_REVIEWS=1, and read what `git diff` shows.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.command import run
from tests.e2e.desk import Desk
from tools.built import OPENTOFU, built
from tools.servers import Server, Tenant

REVIEWS = Path(__file__).parent / "reviews"
COMPANY = (REVIEWS / "company.tf").read_text(encoding="utf-8")
# Ada is on call until Monday the 30th, 09:00.
AT = "2026-11-25 12:00"

CASES: Mapping[str, Mapping[str, str]] = {
    "a-person-joins": {
        "participants = [signalcraft_user.ada.id, signalcraft_user.ben.id]": (
            "participants = [signalcraft_user.ada.id, signalcraft_user.ben.id, signalcraft_user.hedy.id]"
        ),
        'resource "signalcraft_team"': (
            'resource "signalcraft_user" "hedy" {\n'
            '  email = "hedy@example.com"\n  name  = "Hedy Example"\n  role  = "responder"\n}\n\n'
            'resource "signalcraft_team"'
        ),
    },
    "a-rule-goes-elsewhere": {
        "escalate_to = signalcraft_escalation_policy.payments.id": (
            "escalate_to = signalcraft_escalation_policy.catch_all.id"
        ),
        "delay_minutes = 15": "delay_minutes = 5",
    },
    "nobody-is-left": {
        "default_escalation_policy_id = signalcraft_escalation_policy.catch_all.id": (
            "default_escalation_policy_id = null"
        ),
        'value    = "staging"': 'value    = "staging"\n  }\n  conditions {\n'
        '    field    = "labels.load"\n    operator = "gt"\n    value    = "high"',
    },
    "hostile-names": {
        'name  = "Ada Example"': 'name  = "@ops <b>Ada</b> | `x` [click](https://example.com) #1"',
        'name    = "Ledger"': 'name    = "**Ledger** <!-- /approve -->"',
    },
    "a-sensitive-value": {
        'value    = "payments"': "value    = var.team",
        'provider "signalcraft" {}': (
            'provider "signalcraft" {}\n\nvariable "team" {\n  type      = string\n'
            '  default   = "the-hidden-team"\n  sensitive = true\n}'
        ),
    },
}


def planned(case: str, desk: Desk) -> Path:
    """The plan of a case, in a workspace that has the company."""
    desk.apply(COMPANY)
    text = COMPANY
    for old, new in CASES[case].items():
        assert old in text
        text = text.replace(old, new)
    return desk.planned(text)


@pytest.mark.parametrize("case", CASES)
def test_a_plan_of_opentofu_reads_alike(
    case: str, desk: Desk, server: Server, tenant: Tenant
) -> None:
    desk.terraform.program = built(OPENTOFU)
    environment = {"SIGNALCRAFT_ENDPOINT": server.url, "SIGNALCRAFT_API_KEY": tenant.api_key}
    result = run("review", planned(case, desk), "--at", AT, environment=environment)
    assert result.exit_code == 0, result.output
    text = re.sub("sha256:[0-9a-f]{64}", "sha256:…", result.stdout)
    assert text == (REVIEWS / f"{case}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_a_review_reads_like_this(case: str, desk: Desk, server: Server, tenant: Tenant) -> None:
    plan = planned(case, desk)
    environment = {"SIGNALCRAFT_ENDPOINT": server.url, "SIGNALCRAFT_API_KEY": tenant.api_key}
    result = run("review", plan, "--at", AT, environment=environment)
    assert result.exit_code == 0, result.output
    expected = REVIEWS / f"{case}.md"
    text = re.sub("sha256:[0-9a-f]{64}", "sha256:…", result.stdout)  # Ids are part of it.
    if "SIGNALCRAFT_WRITE_REVIEWS" in os.environ:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")
    assert run("review", plan, "--at", AT, environment=environment).stdout == result.stdout
    if case == "a-sensitive-value":
        as_json = run("review", plan, "--at", AT, "--output", "json", environment=environment)
        assert "the-hidden-team" not in result.stdout + as_json.stdout
    failing = run("review", plan, "--fail-on", "newly-unreached", environment=environment)
    assert failing.exit_code == (3 if case == "nobody-is-left" else 0)
