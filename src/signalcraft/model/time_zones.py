"""The time zones that a configuration may name: those of the pinned tzdata release."""

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
