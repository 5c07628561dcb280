"""How groups of commands show help and errors."""

import re
import sys

import click
from click import formatting


class Commands(click.Group):
    """A group whose help shows the first sentence of each command in full."""

    group_class = type

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the list of commands."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(command)) for name, command in found if command])


def _summary(command: click.Command) -> str:
    paragraph = (command.help or "").split("\n\n")[0]
    sentence = re.split(r"(?<=[.])\s+(?=[A-Z])", " ".join(paragraph.split()))[0]
    return sentence.strip()


def wrapped(error: click.ClickException) -> click.ClickException:
    """The same error, with its lines as long as the terminal has room for; a file or a pipe gets
    them whole.
    """
    if sys.stderr.isatty():
        # As wide as the help is at most.
        width = formatting.HelpFormatter().width
        lines = [_wrap(line, width) for line in error.message.splitlines()]
        error.message = "\n".join(lines)  # type: ignore[misc]  # to be shown otherwise, it has to change
    return error


def _wrap(line: str, width: int) -> str:
    indent = re.match(r" *", line)
    before = indent.group() if indent else ""
    return click.wrap_text(line.strip(), width, before, before)
