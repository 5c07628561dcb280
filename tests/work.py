"""How much work something is, counted, so that a loaded machine doesn't change the outcome."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def lines_run(act: Callable[[], object]) -> int:
    """How many lines of Python run while something is done, in this thread."""
    count = 0

    def look(_: FrameType, event: str, __: object) -> Any:
        nonlocal count
        count += event == "line"
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        act()
    finally:
        sys.settrace(before)
    return count
