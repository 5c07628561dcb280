"""A review as JSON, complete where the Markdown has to leave things out."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from whenever import Instant

from signalcraft.model.alert import Alert
from signalcraft.review.review import Review


def document(review: Review) -> dict[str, Any]:
    """The review as values that JSON can hold: people by e-mail address, instants in UTC."""
    values: dict[str, Any] = _plain(asdict(review))
    routing = values["routing"]
    for shown, rerouting in zip(routing["changed"], review.routing.changed, strict=True):
        shown["newly_unreached"] = rerouting.is_newly_unreached
    return values


def _plain(value: Any) -> Any:
    match value:
        case Instant():
            plain: Any = value.format_iso()
        case Alert():
            plain = value.model_dump(exclude_defaults=True)
        case Mapping():
            plain = {name: _plain(item) for name, item in value.items()}
        case tuple() if hasattr(value, "_asdict"):
            plain = _plain(value._asdict())
        case tuple() | list():
            plain = [_plain(item) for item in value]
        case _:
            plain = value
    return plain
