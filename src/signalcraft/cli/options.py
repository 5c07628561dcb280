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


def kind(*, required: bool = True) -> Decorator:
    """A kind of resource."""
    kinds = [kind.replace("_", "-") for kind in KINDS]
    # By default the usage would list all kinds.
    metavar = "KIND" if required else "[KIND]"
    return click.argument("kind", metavar=metavar, required=required, type=click.Choice(kinds))


def tell(output: str, text: str, values: dict[str, Any]) -> None:
    """Says a result on standard output, as text or as one JSON object."""
    click.echo(json.dumps(values) if output == "json" else text)
