"""Instants, between the texts that clients see and the values that the on-call core takes."""

from whenever import Instant, OffsetDateTime


def read_instant(text: str) -> Instant:
    """The instant that a text with an offset stands for; the text is known to be well-formed."""
    return OffsetDateTime.parse_iso(text.replace("Z", "+00:00")).to_instant()


def write_instant(instant: Instant) -> str:
    """RFC 3339, in UTC."""
    return instant.format_iso()
