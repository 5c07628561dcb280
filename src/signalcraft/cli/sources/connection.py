"""A command's connection to a server."""

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from signalcraft.client import Client, Retries

# Somebody waits at a terminal: a server that restarts is waited for, one that is gone isn't.
_RETRIES = Retries(within=3)


def connect(endpoint: str | None, api_key: str | None, advice: str) -> Client:
    """A client for the workspace that an API key is for. Raises `click.UsageError`, with `advice`
    where there is no endpoint.
    """
    if not endpoint:
        raise click.UsageError(advice)
    if not api_key:
        raise click.UsageError("Set SIGNALCRAFT_API_KEY to an API key of the server.")
    try:
        return Client(endpoint, api_key, retries=_RETRIES)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def asks_a_server(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command its option `--endpoint`, and hands it a client of that server, first."""

    @click.option(
        "--endpoint",
        envvar="SIGNALCRAFT_ENDPOINT",
        show_envvar=True,
        metavar="URL",
        help="The server. Its API key is read from SIGNALCRAFT_API_KEY.",
    )
    @wraps(command)
    def with_client(*args: Any, endpoint: str | None, **options: Any) -> None:
        advice = "Name the server with --endpoint or SIGNALCRAFT_ENDPOINT."
        with connect(endpoint, os.environ.get("SIGNALCRAFT_API_KEY"), advice) as client:
            command(client, *args, **options)

    return with_client
