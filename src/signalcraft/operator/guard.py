"""The guard against mass deletion: how many resources may go before somebody has to agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whenever import Instant, TimeDelta

WINDOW = TimeDelta(minutes=10)
_ALWAYS = 10
_SHARE = 0.2

Counts = tuple[tuple[Instant, int], ...]


@dataclass(frozen=True)
class Deletions:
    """The deletions of a connection's last ten minutes, counted by the minute. Kept in the
    Connection's status, so that a restart forgets none.
    """

    counts: Counts = ()

    @classmethod
    def read(cls, status: Mapping[str, Any]) -> "Deletions":
        """What a Connection's status says."""
        entries: Sequence[Mapping[str, Any]] = status.get("recentDeletions") or ()
        return cls(tuple((Instant.parse_iso(each["at"]), int(each["count"])) for each in entries))

    def write(self) -> list[dict[str, Any]]:
        """As a Connection's status says it."""
        return [{"at": at.format_iso(), "count": count} for at, count in self.counts]

    def since(self, now: Instant) -> int:
        """How many there were in the last ten minutes."""
        return sum(count for at, count in self.counts if _counts(at, now))

    def and_one(self, now: Instant) -> "Deletions":
        """With one more; what is older than ten minutes is forgotten."""
        minute = now.round("minute", mode="floor")
        counts = {at: count for at, count in self.counts if _counts(at, now)}
        counts[minute] = counts.get(minute, 0) + 1
        return Deletions(tuple(sorted(counts.items())))


def _counts(at: Instant, now: Instant) -> bool:
    """Whether a minute's deletions, of which the last may be at its end, are recent."""
    return at + TimeDelta(minutes=1) > now - WINDOW


def allowed(objects: int) -> int:
    """How many of so many objects may go within ten minutes."""
    return max(_ALWAYS, int(objects * _SHARE))


def holds(
    deletions: Deletions, objects: int, now: Instant, *, allow_until: str | None, held: bool
) -> bool:
    """Whether another deletion has to wait. `objects` are the connection's, those included that
    were deleted; `allow_until` is what somebody has agreed to (RFC 3339), if anybody has. What was
    held before waits for that agreement.
    """
    if allow_until is not None and now < _instant(allow_until):
        return False
    return held or deletions.since(now) >= allowed(objects)


def _instant(text: str) -> Instant:
    """A time that a person wrote; one that can't be read allows nothing."""
    try:
        return Instant.parse_iso(text)
    except ValueError:
        return Instant.MIN
