"""The command as a whole."""

import os
import pty
import subprocess
import sys
from contextlib import redirect_stderr

import click
import pytest

from signalcraft.cli.groups import wrapped
from signalcraft.cli.main import COMMANDS, main
from tests.cli.command import run


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: main {name} ")


def test_help_lists_every_command() -> None:
    shown = run("--help").stdout
    assert list(main.list_commands(click.Context(main))) == list(COMMANDS)
    assert all(f"  {name} " in shown for name in COMMANDS)


def test_help_imports_nothing_that_a_single_command_needs() -> None:
    program = (
        "import sys, signalcraft.cli\n"
        "try: signalcraft.cli.main(['--help'])\n"
        "except SystemExit: print(sorted(sys.modules))"
    )
    modules = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    for heavy in ("pydantic", "sqlalchemy", "httpx", "granian", "rich", "whenever"):
        assert f"'{heavy}'" not in modules


@pytest.mark.parametrize("written", ["on-call", "on_call", "oncal", "OnCall"])
def test_an_unknown_command_is_refused_with_the_one_that_is_like_it(written: str) -> None:
    result = run(written)
    assert result.exit_code == 2
    assert f"No such command '{written}'. Did you mean 'oncall'?" in result.stderr


def test_help_shows_what_each_command_does_in_full() -> None:
    for group in (["key"], ["state"], ["trust"], ["trust", "create"]):
        shown = run(*group, "--help").stdout
        assert "..." not in shown.partition("Commands:")[2], shown


def test_an_error_is_as_wide_as_the_terminal_and_whole_in_a_pipe() -> None:
    error = click.ClickException("word " * 40 + "\n  second line " + "word " * 40)
    assert wrapped(error).message == error.message
    read, write = pty.openpty()
    with os.fdopen(read), os.fdopen(write, "w") as terminal, redirect_stderr(terminal):
        lines = wrapped(error).message.splitlines()
    assert len(lines) > 4
    assert max(map(len, lines)) <= 80
    assert [line for line in lines if line.startswith("  second line word")]
