"""Where a command works: on a server, or on a database."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from signalcraft.client import Client

T = TypeVar("T")


def asks_where(
    on_server: Callable[[Client], T], on_database: Callable[[str, str | None], T]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Gives a command its options `--endpoint`, `--database` and `--workspace`, and hands it, first,
    what is made of the server's client, or of the database's URL and the workspace's id.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @click.option(
            "--endpoint",
            envvar="SIGNALCRAFT_ENDPOINT",
            show_envvar=True,
            metavar="URL",
            help="The server. Its API key is read from SIGNALCRAFT_API_KEY.",
        )
        @click.option(
            "--database",
            envvar="SIGNALCRAFT_DATABASE",
            show_envvar=True,
            metavar="URL",
            help="Work on this database instead: sqlite:///FILE, or "
            "postgresql://USER:PASSWORD@HOST/NAME.",
        )
        @click.option(
            "--workspace",
            metavar="ID",
            help="The workspace, if the database has several.",
        )
        @wraps(command)
        def with_place(
            *args: Any,
            endpoint: str | None,
            database: str | None,
            workspace: str | None,
            **options: Any,
        ) -> None:
            if _prefers_database(endpoint, database):
                return command(on_database(database or "", workspace), *args, **options)
            from signalcraft.cli.sources.connection import connect  # noqa: PLC0415 — for a quick start

            advice = "Name a server with --endpoint or a database with --database."
            with connect(endpoint, advice) as client:
                return command(on_server(client), *args, **options)

        return with_place

    return decorate


def _prefers_database(endpoint: str | None, database: str | None) -> bool:
    """Whether to work on the database: what is named on the command line counts before what is in
    the environment. Raises `click.UsageError` if both are named alike.
    """
    if not (endpoint and database):
        return database is not None
    named = list(filter(is_on_command_line, ("endpoint", "database")))
    if len(named) != 1:
        raise click.UsageError("Choose a server with --endpoint or a database with --database.")
    return named == ["database"]


def is_on_command_line(option: str) -> bool:
    """Whether an option of the command that runs was given there, and not by the environment."""
    found = click.get_current_context().get_parameter_source(option)
    return found is ParameterSource.COMMANDLINE
