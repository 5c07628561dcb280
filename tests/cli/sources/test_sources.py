"""A server and a file give the same answers; and what is said where there is none."""

import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.command import CONFIG, EXAMPLE, refused, run
from tools.servers import Server, Tenant

AT = ("--at", "2026-03-25 09:00")
RANGE = ("--from", "2026-03-20", "--until", "2026-04-10")
NOWHERE = {"SIGNALCRAFT_ENDPOINT": "", "SIGNALCRAFT_API_KEY": ""}


@pytest.fixture
def served(server: Server, tenant: Tenant) -> Mapping[str, str]:
    """The environment in which commands ask a server that has the example's configuration."""
    where = ("--database", server.database_url, "--workspace", tenant.workspace_id)
    assert run("import", CONFIG, *where).exit_code == 0
    return {"SIGNALCRAFT_ENDPOINT": server.url, "SIGNALCRAFT_API_KEY": tenant.api_key}


def test_a_server_and_a_file_give_the_same_answers(
    served: Mapping[str, str], server: Server, tenant: Tenant, tmp_path: Path
) -> None:
    file = tmp_path / "config.json"
    where = ("--database", server.database_url, "--workspace", tenant.workspace_id)
    run("export", file, *where)
    questions = [
        ("oncall", *AT),
        ("oncall", "Payments primary", *AT),
        ("oncall", *AT, "--output", "json"),
        ("shifts", "Payments primary", *RANGE),
        ("shifts", "Office hours", *RANGE, "--output", "json"),
        ("shifts", "--user", "eve@example.com", *RANGE),
        ("route", *AT, "--service", "Checkout", "--label", "error_rate=9", "--severity", "info"),
        ("route", *AT, "--label", "env=test", "--output", "json"),
        ("route", *AT, "--service", "Wiki", "--output", "json"),
        ("test", EXAMPLE / "payments.test.yaml"),
        # What is wrong is said alike, too.
        ("oncall", "payments"),
        ("shifts", "--user", "ada"),
        ("shifts", "Office hours", "--from", "2026-01-01", "--until", "2028-01-01"),
        ("shifts", "Office hours", "--from", "2026-01-02", "--until", "2026-01-01"),
    ]
    for question in questions:
        asked_server = run(*question, environment=served)
        asked_file = run(*question, "--file", file, environment=NOWHERE)
        assert (asked_server.exit_code, asked_server.output) == (
            asked_file.exit_code,
            asked_file.output,
        ), question


def test_calendars_differ_only_in_when_they_were_written(served: Mapping[str, str]) -> None:
    question = ("shifts", "Payments primary", *RANGE, "--output", "ics")
    answers = [
        run(*question, environment=served).stdout,
        run(*question, "--file", CONFIG, environment=NOWHERE).stdout,
    ]
    texts = [
        [line for line in answer.splitlines() if not line.startswith(("DTSTAMP", "UID"))]
        for answer in answers
    ]
    assert texts[0] == texts[1]


def test_without_anything_to_ask_the_command_says_what_it_needs() -> None:
    assert "--endpoint or SIGNALCRAFT_ENDPOINT, or a file with --file" in " ".join(
        refused("oncall", environment=NOWHERE).split()
    )
    endpoint = ("--endpoint", "http://127.0.0.1:1")
    assert "Set SIGNALCRAFT_API_KEY" in refused("oncall", *endpoint, environment=NOWHERE)


def test_an_unknown_key_is_told(served: Mapping[str, str]) -> None:
    key = "sck_" + "0" * 42
    said = refused("oncall", environment={**served, "SIGNALCRAFT_API_KEY": key})
    assert said.startswith("Error: ")
    assert said.endswith("Set SIGNALCRAFT_API_KEY to another key.\n")
    assert len(said.splitlines()) == 1
    assert key not in said


def test_something_else_than_a_key_is_told_without_repeating_it(served: Mapping[str, str]) -> None:
    said = refused("oncall", environment={**served, "SIGNALCRAFT_API_KEY": "ghp_hello"})
    assert "SIGNALCRAFT_API_KEY isn't an API key of SignalCraft: those begin with 'sck_'." in said
    assert "hello" not in said


def test_a_file_and_a_server_on_one_command_line_conflict(served: Mapping[str, str]) -> None:
    both = ("--file", CONFIG, "--endpoint", served["SIGNALCRAFT_ENDPOINT"])
    said = refused("oncall", *both, environment=served)
    assert "Choose a file with --file or a server with --endpoint." in said


def test_what_is_no_endpoint_is_told() -> None:
    for endpoint in ("here", "ftp://example.com", "http://user:secret@example.com"):
        key = {"SIGNALCRAFT_API_KEY": "sck_x"}
        said = refused("oncall", "--endpoint", endpoint, environment=key)
        assert "must be a URL such as https://signalcraft.example.com" in said


def test_a_server_that_is_not_there_is_told_on_one_line(served: Mapping[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    said = refused("oncall", "--endpoint", url, environment=served)
    assert said.startswith(f"Error: No answer from {url}: ")
    assert len(said.splitlines()) == 1


def test_what_is_no_such_server_is_told(served: Mapping[str, str]) -> None:
    endpoint = served["SIGNALCRAFT_ENDPOINT"] + "/somewhere"
    said = refused("oncall", "--endpoint", endpoint, environment=served)
    assert said.startswith("Error: ")
