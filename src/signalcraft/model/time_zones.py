"""The time zones that a configuration may name: those of the pinned tzdata release."""

from difflib import get_close_matches
from functools import cache
from importlib.resources import files

# Places of the database that are no zones for people: they differ from one machine to the next,
# count leap seconds, or stand for "not set up".
_NOT_FOR_PEOPLE = ("right/", "posix/", "localtime", "Factory")


@cache
def time_zone_names() -> frozenset[str]:
    """Every IANA name that is accepted, in the exact case in which it must be written."""
    names = files("tzdata").joinpath("zones").read_text(encoding="ascii").split()
    return frozenset(name for name in names if not name.startswith(_NOT_FOR_PEOPLE))


def zone_suggestion(name: str) -> str:
    """What to write instead of a name that no zone has, as a sentence."""
    similar = similar_zones(name)
    if not similar:
        return "Use one such as 'Europe/Berlin' or 'UTC', in its exact case."
    return f"Did you mean {' or '.join(repr(zone) for zone in similar)}?"


def similar_zones(name: str) -> list[str]:
    """The zones that a wrong name may mean, at most three: those of a city, or spelt much like it."""
    wanted = name.strip().replace(" ", "_").lower()
    zones = {zone.lower(): zone for zone in sorted(time_zone_names())}
    of_city = [zone for low, zone in zones.items() if low.rpartition("/")[2] == wanted]
    # Only names of places: `CEST` is seven hours from `EST`, which it is spelt much like.
    places = [low for low in zones if "/" in low]
    spelt_alike = get_close_matches(wanted, places, n=1, cutoff=0.85)
    return of_city[:3] or [zones[low] for low in spelt_alike]
