"""Instants in the one form in which they are stored and shown."""

from datetime import UTC, datetime


def timestamp(instant: datetime) -> str:
    """RFC 3339, UTC, microseconds: it sorts as time does. The instant must know its zone."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def now() -> str:
    """The time now."""
    return timestamp(datetime.now(UTC))
