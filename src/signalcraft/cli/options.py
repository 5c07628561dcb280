"""Options that several commands share."""

import json
from collections.abc import Callable
from typing import Any

import click

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


def tell(output: str, text: str, values: dict[str, Any]) -> None:
    """Says a result on standard output, as text or as one JSON object."""
    click.echo(json.dumps(values) if output == "json" else text)
