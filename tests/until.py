"""Waiting for what happens in another process."""

import time
from collections.abc import Callable


def until(happened: Callable[[], object]) -> None:
    """Returns once it has happened; fails if it doesn't within 20 seconds."""
    give_up = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < give_up
