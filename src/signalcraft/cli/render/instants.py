"""Times as people write and read them in a terminal."""

import re

import click
from whenever import Instant, TimeDelta

from signalcraft.oncall import local_time
from signalcraft.oncall.instants import read_instant as parse_instant

_LOCAL = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d))?)?", re.ASCII)
_UNITS = (
    ("week", "weeks", 604_800),
    ("day", "days", 86_400),
    ("h", "h", 3_600),
    ("min", "min", 60),
    ("s", "s", 1),
)


def read_instant(text: str, zone: str, option: str) -> Instant:
    """The instant that somebody wrote for an option: with an offset (`2026-03-23T09:00+01:00`), or
    a local time of the zone (`2026-03-23 09:00`, `2026-03-23`).
    """
    try:
        local = _LOCAL.fullmatch(text)
        if local is None:
            return parse_instant(text.replace(" ", "T"))
        date, time, seconds = local.groups()
        written = f"{date}T{time or '00:00'}:{seconds or '00'}"
        shown = local_time.read_local(written)
    except ValueError:
        midnight = " Midnight is 00:00 of the next day." if "24:00" in text else ""
        raise click.BadParameter(
            f"{text!r} is not a valid time.{midnight} Write 2026-03-23, '2026-03-23 09:00' (local time in {zone}), or "
            "2026-03-23T09:00+01:00.",
            param_hint=option,
        ) from None
    return local_time.instant(local_time.clock(zone).first(shown))


def now() -> Instant:
    """The time now, to the second."""
    return Instant.now().round("second", mode="floor")


def tell_instant(instant: Instant, zone: str) -> str:
    """`Mon 23 Mar 09:00 CET`; with its year where that is another than today's."""
    return f"{tell_local(instant, zone, now())} {instant.to_tz(zone).tz_abbrev()}"


def tell_local(instant: Instant, zone: str, near: Instant | None = None) -> str:
    """`Mon 23 Mar 2026 09:00`; without the year where that is the same as that of `near`."""
    shown = instant.to_tz(zone).to_stdlib()
    year = "" if near and shown.year == near.to_tz(zone).year else f" {shown.year}"
    return f"{shown:%a} {shown.day} {shown:%b}{year} {shown:%H:%M}"


def tell_length(length: TimeDelta) -> str:
    """The two largest units of a length of time: `1 week 2 days`, `8 h`, `1 h 30 min`."""
    left = round(length.total("seconds"))
    parts = []
    for one, several, seconds in _UNITS:
        number, left = divmod(left, seconds)
        if number:
            parts.append(f"{number} {one if number == 1 else several}")
    return " ".join(parts[:2]) or "0 min"
