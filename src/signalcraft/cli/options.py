"""Options that several commands share."""

import json
from collections.abc import Callable
from typing import Any

import click

from signalcraft.model.kinds import KINDS

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

database: Decorator = click.option(
    "--database",
    "url",
    envvar="SIGNALCRAFT_DATABASE",
    show_envvar=True,
    metavar="URL",
    required=True,
    help="sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME.",
)
workspace: Decorator = click.option(
    "--workspace", metavar="ID", help="The workspace, if the database has several."
)
output: Decorator = click.option(
    "--output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for scripts.",
)


def listening(prefix: str, *, port: int, purpose: str) -> Decorator:
    """Where a command that runs until it is stopped listens, and for what. The environment variables
    begin with the prefix, as for all of these.
    """
    host = click.option(
        "--host",
        default="127.0.0.1",
        show_default=True,
        envvar=f"{prefix}_HOST",
        show_envvar=True,
        help=f"Address to listen on for {purpose}.",
    )
    number = click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=port,
        show_default=True,
        envvar=f"{prefix}_PORT",
        show_envvar=True,
        help=f"Port to listen on for {purpose}; 0 takes a free one.",
    )
    return lambda command: host(number(command))


def rate(prefix: str, *, per_second: float, burst: int, sustained: str, at_once: str) -> Decorator:
    """How many requests there may be with one API key: sustained, and at once."""
    requests = click.option(
        "--requests-per-second",
        type=click.FloatRange(min=0, min_open=True),
        default=per_second,
        show_default=True,
        envvar=f"{prefix}_REQUESTS_PER_SECOND",
        show_envvar=True,
        help=sustained,
    )
    most = click.option(
        "--burst",
        type=click.IntRange(min=1),
        default=burst,
        show_default=True,
        envvar=f"{prefix}_BURST",
        show_envvar=True,
        help=at_once,
    )
    return lambda command: requests(most(command))


def log_level(prefix: str, more: str = "") -> Decorator:
    """What is logged; `more` is said after it."""
    return click.option(
        "--log-level",
        type=click.Choice(["debug", "info", "warning", "error"]),
        default="info",
        show_default=True,
        envvar=f"{prefix}_LOG_LEVEL",
        show_envvar=True,
        help=f"What is logged, as JSON on standard error{more}.",
    )


def kind(*, required: bool = True) -> Decorator:
    """A kind of resource."""
    kinds = [kind.replace("_", "-") for kind in KINDS]
    # By default the usage would list all kinds.
    metavar = "KIND" if required else "[KIND]"
    return click.argument("kind", metavar=metavar, required=required, type=click.Choice(kinds))


def tell(output: str, text: str, values: dict[str, Any]) -> None:
    """Says a result on standard output, as text or as one JSON object."""
    click.echo(json.dumps(values) if output == "json" else text)
