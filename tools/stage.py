"""What demos share: how they tell what happens, and how they end."""

import json
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from rich.console import Console

from tools.terraform_folder import without_settings

_SIGNALCRAFT = Path(sys.prefix, "bin", "signalcraft")

console = Console(highlight=False, markup=False, soft_wrap=True)


class DemoFailed(Exception):
    """A step did not do what it is there to show; the message says what happened instead."""


def say(text: str, style: str | None = None) -> None:
    """Prints a line, at once."""
    console.print(text, style=style)


def command(line: str) -> None:
    """Shows a command, or a request, as a person would send it."""
    say(f"  {line}", style="cyan")


def heading(number: int, title: str, explanation: str) -> None:
    """Begins a step."""
    say(f"\n{number}. {title}", style="bold green")
    say(textwrap.fill(explanation, 76, initial_indent="   ", subsequent_indent="   ") + "\n")


def init(database: str) -> str:
    """Makes the workspace; returns the key of its service account."""
    ran = subprocess.run(
        [
            *(_SIGNALCRAFT, "init", "--database", database, "--output", "json"),
            *("--owner-email", "owner@example.com", "--owner-name", "Olivia Example"),
        ],
        env=without_settings(),
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise DemoFailed(f"signalcraft init failed:\n{ran.stderr}")
    key: str = json.loads(ran.stdout)["api_key"]
    return key


class Interrupted(BaseException):
    """A signal says to stop. No `Exception`: nothing but `main` is to take it for its own."""


def _interrupt(number: int, _: object) -> NoReturn:
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)  # Nothing is to interrupt the tidying up.
    raise Interrupted(number)


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def perform(demo: Callable[[], None]) -> int:
    """Runs a demo; 1 if a step failed, what shells expect if a signal ended it."""
    for number in _SIGNALS:
        signal.signal(number, _interrupt)
    try:
        demo()
    except DemoFailed as failed:
        say(f"\nThe demo failed. {failed}", style="bold red")
        return 1
    except Interrupted as interrupted:
        say("\nInterrupted. What was started is stopped, and nothing is left behind.")
        return 128 + int(interrupted.args[0])
    return 0
