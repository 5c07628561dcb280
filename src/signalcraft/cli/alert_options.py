"""Options that describe an alert."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, get_args

import click

from signalcraft.model.alert import Alert
from signalcraft.model.conditions import Severity

_FIELDS = {
    "title": "Title of the alert.",
    "source": "The system that sent the alert.",
    "service": "Name of the service that the alert is about.",
    "routing_key": "Routing key of the alert.",
    "alert_policy": "Name of the alert policy that opened the alert.",
}


def describes_an_alert(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options that describe an alert, and hands it the alert as `alert`."""

    @wraps(command)
    def with_alert(*args: Any, labels: Sequence[str], **options: Any) -> None:
        described = {name: options.pop(name) for name in ("severity", *_FIELDS)}
        alert = Alert(**described, labels=dict(map(_label, labels)))
        return command(*args, alert=alert, **options)

    decorated: Callable[..., None] = with_alert
    for name, help in reversed(_FIELDS.items()):
        decorated = click.option(f"--{name.replace('_', '-')}", name, help=help)(decorated)
    severities = click.Choice(get_args(Severity))
    decorated = click.option("--severity", type=severities, help="Severity of the alert.")(
        decorated
    )
    return click.option(
        "--label", "labels", metavar="NAME=VALUE", multiple=True, help="A label; may be repeated."
    )(decorated)


def _label(written: str) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    if not name or not equals:
        raise click.BadParameter(f"{written!r}: write name=value.", param_hint="--label")
    return name, value
