"""`signalcraft test`: test files, asked of a file."""

import json
from pathlib import Path
from textwrap import dedent
from xml.etree import ElementTree as ET

import pytest

from tests.cli.command import CONFIG, EXAMPLE, refused, run, said

FILE = ("--file", CONFIG)
INSTANT = (
    "Must be an instant with its offset, such as 2026-01-05T09:00:00+01:00 or 2026-01-05T08:00:00Z."
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "some.test.yaml"


def write(file: Path, text: str) -> None:
    file.write_text(dedent(text))


def test_the_example_passes() -> None:
    assert said("test", EXAMPLE / "payments.test.yaml", *FILE, width=200)[1:] == [
        "  ok   A payment alert pages who is on call, and then the team",
        "  ok   An override is paged instead",
        "  ok   A checkout that fails is critical, whatever the alert says",
        "  ok   Staging pages nobody",
        "  ok   Outside of office hours the catch-all goes to Ada at once",
        "5 tests, all as expected",
    ]


WRONG = """\
    tests:
      - name: Right
        at: 2026-03-25T10:00:00+01:00
        alerts:
          - service: Checkout
        expect: { policy: Payments }
      - name: "Wrong & \\uFFFE odd"
        at: 2026-03-25T10:00:00+01:00
        alerts:
          - labels: { team: payments }
          - labels: { env: staging }
        expect:
          outcome: escalated
          team: Platform
          severity: info
          people:
            0: [ada@example.com]
            15: [Ben Bitdiddle, Ada Lovelace]
    """


def test_every_difference_is_told_with_names(file: Path) -> None:
    write(file, WRONG)
    result = run("test", file, *FILE, width=200)
    assert result.exit_code == 1
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[1] == "ok   Right"
    assert lines[3:] == [
        f"{file}:7",
        "alert 1, severity: expected info, got none",
        "alert 1, team: expected Platform, got Payments",
        "alert 1, minute 0: expected Ada Lovelace, got Eve Ng",
        "alert 2, outcome: expected escalated, got suppressed",
        "alert 2, severity: expected info, got none",
        "alert 2, team: expected Platform, got none",
        "alert 2, minute 0: expected Ada Lovelace, got nobody",
        "alert 2, minute 15: expected Ada Lovelace, Ben Bitdiddle, got nobody",
        "2 tests, 1 failed",
    ]


def test_an_alert_that_goes_to_several_policies_is_tested_against_all_of_them(
    file: Path, tmp_path: Path
) -> None:
    exported = json.loads(CONFIG.read_text())
    [rule] = [each for each in exported["routing_rules"] if each["name"] == "Money is critical"]
    [catch_all] = [p for p in exported["escalation_policies"] if p["name"] == "Catch-all"]
    rule["action"]["escalate_to"] = catch_all["id"]
    config = tmp_path / "config.json"
    config.write_text(json.dumps(exported))
    test = """\
        tests:
          - name: Both
            at: 2026-03-25T10:00:00+01:00
            alerts: [{ service: Checkout, labels: { error_rate: 7, team: payments } }]
            expect:
              policy: %s
              people:
                0: [eve@example.com, ada@example.com]
        """
    write(file, test % "[Payments, Catch-all]")
    assert said("test", file, "--file", config)[-1] == "1 test, all as expected"
    write(file, test % "Payments")
    failed = run("test", file, "--file", config)
    assert failed.exit_code == 1
    assert "policy: expected Payments, got Catch-all, Payments" in failed.stdout
    write(file, test % "[Payments, Paymets]")
    assert "some.test.yaml:6: There is no escalation policy called 'Paymets'." in refused(
        "test", file, "--file", config
    )


def test_results_are_written_as_junit_xml(file: Path, tmp_path: Path) -> None:
    write(file, WRONG)
    report = tmp_path / "report.xml"
    run("test", EXAMPLE / "payments.test.yaml", file, *FILE, "--junit", report)
    root = ET.parse(report).getroot()  # noqa: S314 — our own
    assert root.attrib == {"name": "signalcraft test", "tests": "7", "failures": "1", "errors": "0"}
    assert [suite.get("tests") for suite in root] == ["5", "2"]
    [_, wrong] = root[1]
    assert wrong.get("name") == "Wrong & \N{REPLACEMENT CHARACTER} odd"
    [failure] = wrong
    assert str(failure.get("message")).startswith(f"{file}:7: alert 1, severity: expected info")
    assert len(str(failure.text).splitlines()) == 8


def test_all_mistakes_of_all_files_are_told_with_their_lines(file: Path, tmp_path: Path) -> None:
    write(
        file,
        """\
        tests:
          - name: Wrong
            at: 2026-03-25 10:00
            alrts: 3
            alerts: []
            expect:
              outcom: unrouted
              people:
                now: [ada@example.com]
                0: ada
          - name: Unfinished
        """,
    )
    twice = tmp_path / "twice.yaml"
    twice.write_text("tests: []\ntests: []\n")
    lines = refused("test", file, twice, *FILE).removeprefix("Error: ").splitlines()
    assert [line.replace(f"{tmp_path}/", "").partition(". ")[0] for line in lines] == [
        f"some.test.yaml:3: tests.0.at: {INSTANT}",
        "some.test.yaml:4: tests.0.alrts: Unknown field",
        "some.test.yaml:5: tests.0.alerts: Must have at least 1 item; this has none.",
        "some.test.yaml:7: tests.0.expect.outcom: Unknown field",
        "some.test.yaml:9: tests.0.expect.people.now: Must be a whole number.",
        "some.test.yaml:10: tests.0.expect.people.0: Must be a list.",
        "some.test.yaml:11: tests.1.alerts: This field is required.",
        "some.test.yaml:11: tests.1.at: This field is required.",
        "some.test.yaml:11: tests.1.expect: This field is required.",
        "twice.yaml:2: The key 'tests' is duplicated.",
    ]


def test_names_that_mean_nothing_are_told_with_their_lines(file: Path) -> None:
    write(
        file,
        """\
        tests:
          - name: Misspelt
            at: 2026-03-25T10:00:00Z
            alerts: [{ severity: critical }]
            expect:
              policy: Paymnts
              team: Nobody at all
              people:
                0: [ada]
        """,
    )
    assert refused("test", file, *FILE) == (
        f"Error: {file}:6: There is no escalation policy called 'Paymnts'. Did you mean "
        "'Payments'?\n"
        f"{file}:7: There is no team called 'Nobody at all'.\n"
        f"{file}:9: There is no user called 'ada'. Did you mean 'ada@example.com'?\n"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "1: A test file starts with `tests:` and a list of tests."),
        (b"- x", "1: A test file starts with `tests:` and a list of tests."),
        (
            b"tests: [",
            "1: This is not YAML: expected the node content, but found '<stream end>' (a quotation",
        ),
        (b"tests:\n\t- name: x", "2: This is not YAML: found character '\\t'"),
        (b"tests: &a [*a]", "1: An alias contains itself."),
        (b"? [x]\n: y", "1: A key must be a string, not a list or a mapping."),
        (b"tests: \x01", "1: YAML doesn't allow the character U+0001."),
        (b"\xff\xfe\xff", "1: The file is not UTF-8."),
    ],
)
def test_what_is_no_test_file_is_refused(file: Path, text: bytes, said: str) -> None:
    file.write_bytes(text)
    assert refused("test", file, *FILE).startswith(f"Error: {file}:{said}")
