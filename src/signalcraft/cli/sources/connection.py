"""A command's connection to a server."""

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from signalcraft.client import Client, Retries, TokenExchange
from signalcraft.model.secret import PREFIX

# Somebody waits at a terminal: a server that restarts is waited for, one that is gone isn't.
_RETRIES = Retries(within=3)

NO_CREDENTIAL = (
    "Set SIGNALCRAFT_API_KEY to an API key of the server; or, in a CI job or a pod, "
    "SIGNALCRAFT_TRUST to the id of a trust, and let the job have a token (docs/keyless-ci.md)."
)


def connect(endpoint: str | None, advice: str) -> Client:
    """A client for the workspace that the API key in the environment is for, or else the token of a
    CI job or a pod. Raises `click.UsageError`, with `advice` where there is no endpoint.
    """
    if not endpoint:
        raise click.UsageError(advice)
    api_key = os.environ.get("SIGNALCRAFT_API_KEY") or TokenExchange.found(os.environ)
    if not api_key:
        raise click.UsageError(NO_CREDENTIAL)
    if isinstance(api_key, str) and not api_key.startswith(PREFIX):
        raise click.UsageError(
            f"SIGNALCRAFT_API_KEY isn't an API key of SignalCraft: those begin with {PREFIX!r}."
        )
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
        with connect(endpoint, advice) as client:
            command(client, *args, **options)

    return with_client
