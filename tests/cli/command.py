"""Runs commands as somebody would at a terminal, without starting Python for each."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from signalcraft.cli import main

EXAMPLE = Path(__file__).parents[2] / "examples" / "alert-tests"
CONFIG = EXAMPLE / "config.json"


def run(
    *arguments: str | Path, width: int = 80, environment: Mapping[str, str] | None = None
) -> Result:
    """What a command says and how it ends; it may fail, but not by a mistake of ours."""
    result = CliRunner().invoke(
        main, [str(a) for a in arguments], env={"COLUMNS": str(width), **(environment or {})}
    )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def said(*arguments: str | Path, width: int = 80) -> list[str]:
    """The lines of a command's answer, which is to succeed."""
    result = run(*arguments, width=width)
    assert result.exit_code == 0, result.output
    lines = [line.rstrip() for line in result.stdout.splitlines()]
    assert all(len(line) <= width for line in lines)
    return lines


def told(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Any:
    """A command's answer for scripts."""
    result = run(*arguments, "--output", "json", environment=environment)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> str:
    """What a command says that is to fail."""
    result = run(*arguments, environment=environment)
    assert result.exit_code != 0, result.output
    assert "Traceback" not in result.output
    return result.stderr
