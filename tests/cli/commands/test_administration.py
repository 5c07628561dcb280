"""Commands that work on a database: what they make, and what they say when they can't."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import click
import pytest

from signalcraft.cli import main
from signalcraft.model.ids import new_id
from signalcraft.model.secret import is_well_formed
from tests.cli.command import run, said, told
from tools.servers import Tenant, running_server


def init(database_url: str, *more: str) -> Any:
    return told("init", "--database", database_url, "--owner-email", "ada@example.com", *more)


def test_init_makes_a_workspace_whose_key_works(database_url: str) -> None:
    made = init(database_url, "--name", "Acme", "--owner-name", "Ada", "--account", "ci")
    tenant = Tenant(made["workspace_id"], made["api_key"])
    with running_server(database_url) as server, server.http(tenant) as http:
        who = http.get("/v1/whoami").json()
        [owner] = http.get("/v1/users").json()["items"]
    assert (who["workspace_id"], who["workspace_name"]) == (made["workspace_id"], "Acme")
    assert who["service_account_name"] == "ci"
    assert (owner["email"], owner["name"], owner["role"]) == ("ada@example.com", "Ada", "owner")


def test_init_shows_the_key_on_a_line_of_its_own(database_url: str) -> None:
    lines = said("init", "--database", database_url, "--owner-email", "a@example.com", width=200)
    assert is_well_formed(lines[-1])


def test_init_refuses_with_all_that_is_wrong_and_makes_nothing(database_url: str) -> None:
    arguments = ["--database", database_url, "--owner-email", "ada", "--owner-name", " "]
    result = run("init", *arguments)
    assert result.exit_code == 1
    assert "e-mail address" in result.stderr
    assert "Must not start or end with a space" in result.stderr
    missing = run("key", "create", "admin", "--database", database_url)
    assert missing.exit_code == 1
    assert "Run `signalcraft init` first" in missing.stderr


def test_of_two_workspaces_one_must_be_chosen(database_url: str) -> None:
    first, second = init(database_url), init(database_url)
    create = ["key", "create", "admin", "--database", database_url]
    result = run(*create)
    assert result.exit_code == 2
    assert "--workspace" in result.stderr
    for made in (first, second):
        chosen = told(*create, "--workspace", made["workspace_id"])
        assert chosen["workspace_id"] == made["workspace_id"]
    unknown = run(*create, "--workspace", new_id("ws"))
    assert unknown.exit_code == 1
    assert "workspace" in unknown.stderr


def test_migrate_says_what_it_did(database_url: str) -> None:
    first, second = (told("migrate", "--database", database_url) for _ in range(2))
    assert first["before"] is None
    assert second == {"before": first["after"], "after": first["after"]}


def is_no_database(folder: Path) -> str:
    file = folder / "notes.db"
    file.write_text("These are my notes.\n" * 100, encoding="utf-8")
    return f"sqlite:///{file}"


def belongs_to_another_program(folder: Path) -> str:
    file = folder / "other.db"
    database = sqlite3.connect(file)
    database.execute("CREATE TABLE alembic_version (version_num TEXT)")
    database.execute("INSERT INTO alembic_version VALUES ('a1b2c3')")
    database.commit()
    database.close()
    return f"sqlite:///{file}"


@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("migrate", []),
        ("init", ["--owner-email", "ada@example.com"]),
        ("key", ["create", "admin"]),
        ("serve", ["--port", "0"]),
    ],
)
@pytest.mark.parametrize(
    "url",
    [
        pytest.param(lambda _: "dev.db", id="a path"),
        pytest.param(lambda _: "mysql://root@localhost/x", id="another database"),
        pytest.param(lambda _: "sqlite://", id="no file"),
        pytest.param(lambda _: "postgresql://ada:hush@[::1/x", id="brackets"),
        pytest.param(lambda _: "postgresql://ada:hush@localhost:port/x", id="a port of letters"),
        pytest.param(lambda _: "postgresql://ada:hush@127.0.0.1:1/x", id="nobody listens"),
        pytest.param(lambda folder: f"sqlite:///{folder}/none/x.db", id="no such folder"),
        pytest.param(lambda folder: f"sqlite:///{folder}", id="a folder"),
        pytest.param(is_no_database, id="a file of text"),
        pytest.param(belongs_to_another_program, id="another program's database"),
    ],
)
def test_a_database_that_cannot_be_used_is_an_error_in_words(
    tmp_path: Path, command: str, more: list[str], url: Any
) -> None:
    result = run(command, *more, "--database", url(tmp_path))
    assert result.exit_code in {1, 2}
    assert result.stderr.startswith(("Error: ", "Usage: "))
    assert "hush" not in result.output


def test_a_folder_that_cannot_be_written_to_is_an_error_in_words() -> None:
    result = run("migrate", "--database", "sqlite:////proc/x.db")  # Not even root writes there.
    assert result.exit_code == 1
    assert "Error: " in result.stderr


def commands(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [path]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            found += commands(inner, (*path, name))
    return found


@pytest.mark.parametrize("path", commands(main), ids=" ".join)
def test_every_command_and_option_has_help(path: tuple[str, ...]) -> None:
    command: click.Command = main
    for name in path:
        assert isinstance(command, click.Group)
        inner = command.get_command(click.Context(command), name)
        assert inner is not None
        command = inner
    result = run(*path, "--help")
    assert result.exit_code == 0
    assert command.help
    for parameter in command.params:
        assert isinstance(parameter, click.Argument) or getattr(parameter, "help", None)


@pytest.mark.parametrize(
    "arguments", [["serv"], ["serve", "--prot", "1"], ["serve", "--port", "x"], ["key"], ["init"]]
)
def test_a_slip_of_the_pen_is_told_what_there_is(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "--help" in result.stderr or "Commands:" in result.stderr


def test_output_for_scripts_is_one_json_object(database_url: str) -> None:
    arguments = ["--database", database_url, "--owner-email", "a@example.com", "--output", "json"]
    [line] = said("init", *arguments, width=400)
    assert set(json.loads(line)) == {"workspace_id", "api_key"}
