"""The command as a whole."""

import subprocess
import sys

import click
import pytest

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
