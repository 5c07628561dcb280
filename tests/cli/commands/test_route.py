"""`signalcraft route`, asked of a file."""

import json
from pathlib import Path

from tests.cli.command import CONFIG, refused, run, said, told

FILE = ("--file", CONFIG)
AT = ("--at", "2026-03-25 09:00")


def test_a_decision_is_told_as_a_person_would() -> None:
    asked = ("--service", "Checkout", "--label", "error_rate=12", "--label", "team=payments")
    assert said("route", *FILE, *AT, *asked, "--severity", "error") == [
        "Escalated to Payments",
        "  because the rule 'Payments' matches",
        "  assigned to the team Payments",
        "  severity critical, was error",
        "",
        "Paged if it opens Wed 25 Mar 09:00 CET and nobody acknowledges it:",
        "  at once       Eve Ng                       schedule Payments primary",
        "  after 15 min  Ada Lovelace, Ben Bitdiddle  team Payments",
        "  after 60 min  Eve Ng                       schedule Payments primary",
        "  after 75 min  Ada Lovelace, Ben Bitdiddle  team Payments",
        "",
        "Rules tried, in order:",
        '  no   Staging pages nobody  requires that labels.env is one of "staging",',
        '                             "test"; it is absent',
        '  yes  Money is critical     service is "Checkout" and labels.error_rate is',
        '                             above "5"; evaluation continues',
        '  yes  Payments              labels.team is "payments"',
    ]


def test_an_alert_that_is_suppressed_pages_nobody() -> None:
    assert said("route", *FILE, "--label", "env=staging", width=50)[:2] == [
        "Suppressed: nobody is paged",
        "  because the rule 'Staging pages nobody' matches",
    ]


def test_a_rule_that_could_not_be_evaluated_says_why() -> None:
    lines = said("route", *FILE, *AT, "--service", "Checkout", "--label", "error_rate=many")
    assert "Escalated to Payments" in lines
    assert "  no  Money is critical     Condition 2: 'many' is not a number." in lines


def test_a_rule_outside_its_windows_says_when_it_applies(tmp_path: Path) -> None:
    exported = json.loads(CONFIG.read_text())
    [rule] = [each for each in exported["routing_rules"] if each["name"] == "Payments"]
    rule["windows"] = [{"days": ["mon", "tue"], "start_time": "09:00", "end_time": "17:00"}]
    rule["time_zone"] = "Europe/Paris"
    file = tmp_path / "config.json"
    file.write_text(json.dumps(exported))
    asked = ("route", "--file", file, "--label", "team=payments")
    assert "Escalated to Payments" in said(*asked, "--at", "2026-03-24 09:00")
    lines = said(*asked, "--at", "2026-03-25 09:00", width=100)
    assert "Escalated to Catch-all" in lines
    assert any(line.endswith("applies only Mon, Tue 09:00–17:00 (Europe/Paris)") for line in lines)


def test_each_of_several_policies_has_its_own_timeline(tmp_path: Path) -> None:
    exported = json.loads(CONFIG.read_text())
    [rule] = [each for each in exported["routing_rules"] if each["name"] == "Money is critical"]
    [catch_all] = [p for p in exported["escalation_policies"] if p["name"] == "Catch-all"]
    rule["action"]["escalate_to"] = catch_all["id"]
    file = tmp_path / "config.json"
    file.write_text(json.dumps(exported))
    asked = ("--service", "Checkout", "--label", "error_rate=12", "--label", "team=payments")
    lines = said("route", "--file", file, *AT, *asked)
    assert lines[:2] == [
        "Escalated to Catch-all, Payments",
        "  because the rules 'Money is critical' and 'Payments' match",
    ]
    assert lines[6:10] == [
        "  Catch-all",
        "    at once       Eve Ng        schedule Office hours",
        "    after 30 min  Ada Lovelace  named directly",
        "  Payments",
    ]
    assert lines[10] == "    at once       Eve Ng                       schedule Payments primary"


def test_what_no_rule_is_about_goes_where_the_workspace_says() -> None:
    lines = said("route", *FILE, *AT, "--title", "Odd")
    assert lines[:2] == [
        "Escalated to Catch-all",
        "  because it is the workspace's default policy, and nothing overrides it",
    ]


def test_a_service_that_there_is_not_is_told_beside_the_answer() -> None:
    result = run("route", *FILE, *AT, "--service", "Chekout")
    assert result.exit_code == 0
    assert result.stderr == "There is no service called 'Chekout'. Did you mean 'Checkout'?\n"


def test_scripts_get_ids_and_names() -> None:
    answer = told("route", *FILE, *AT, "--routing-key", "pay-1", "--alert-policy", "x")
    assert (answer["outcome"], answer["by"], answer["rule_names"], answer["team_name"]) == (
        "escalated",
        "rule",
        ["Payments"],
        "Payments",
    )
    [timeline] = answer["timelines"]
    assert timeline["escalation_policy_name"] == "Payments"
    assert [user["user_email"] for user in timeline["steps"][0]["users"]] == ["eve@example.com"]
    assert [tried["matched"] for tried in answer["tried"]] == [False, False, True]


def test_a_label_that_is_none_is_refused() -> None:
    for label in ("env", "=prod"):
        assert "write name=value" in refused("route", *FILE, "--label", label)
