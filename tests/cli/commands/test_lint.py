"""`signalcraft lint`, asked of a file; and that docs/lint.md is true."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from signalcraft.review.findings import CODES
from tests.cli.command import CONFIG, run, said

PAGE = Path(__file__).parents[3] / "docs" / "lint.md"
AT = ("--at", "2026-03-25")


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A configuration with a rule that never matches, and a late first page."""
    exported: dict[str, Any] = json.loads(CONFIG.read_text())
    exported["routing_rules"][0]["conditions"] = [
        {"field": "labels.rate", "operator": "gte", "value": "95%"}
    ]
    exported["escalation_policies"][0]["rules"][0]["delay_minutes"] = 5
    file = tmp_path / "config.json"
    file.write_text(json.dumps(exported))
    return file


def test_the_page_has_every_code_and_its_example_is_true() -> None:
    page = PAGE.read_text()
    assert re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE) == list(CODES)
    assert f"\n{said('lint', '--file', CONFIG, *AT)[0]}\n```" in page


def test_findings_are_told_by_resource_and_the_command_fails(wrong: Path) -> None:
    result = run("lint", "--file", wrong, *AT, width=200)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "Escalation policy Catch-all",
        (
            '  first-page-late: Escalation policy "Catch-all": Nobody is paged in the first 5 minutes of an '
            "alert. Set 0 to page at once."
        ),
        "Routing rule Money is critical",
        (
            '  never-matches: Rule "Money is critical" has no effect. It compares labels.rate with "95%", '
            "which is not a number, so it never matches. Write a number."
        ),
        "2 findings in 18 resources",
    ]


def test_scripts_get_kind_name_code_and_place(wrong: Path) -> None:
    result = run("lint", "--file", wrong, *AT, "--output", "json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["resources"] == 18
    assert [
        (each["kind"], each["name"], each["code"], each["pointer"]) for each in told["findings"]
    ] == [
        ("escalation_policy", "Catch-all", "first-page-late", "/rules/0/delay_minutes"),
        ("routing_rule", "Money is critical", "never-matches", "/conditions"),
    ]
