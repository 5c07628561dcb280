"""A bound on the work that one question may cause, whatever it asks for.

Work is counted where it is done, in steps of about a microsecond: a rule tried, a person reached, a
stretch of time looked at. So a question that is small by every other measure can't hold up others.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from signalcraft.oncall.errors import Unanswerable


class TooMuchWork(Unanswerable):
    """The question would take more work than is allowed."""

    def __init__(self) -> None:
        super().__init__(
            "This asks for too much at once. Ask about a shorter time, fewer alerts or fewer bodies, "
            "and for fewer details."
        )


class Budget:
    """What is left of the work allowed."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Counts work. Raises `TooMuchWork` when nothing is left."""
        self.left -= steps
        if self.left < 0:
            raise TooMuchWork


_current: ContextVar[Budget | None] = ContextVar("budget", default=None)


@contextmanager
def limited(steps: int) -> Iterator[Budget]:
    """Allows so many steps of work in the block, as far as what is around it allows them."""
    outer = _current.get()
    allowed = steps if outer is None else max(0, min(steps, outer.left))
    budget = Budget(allowed)
    token = _current.set(budget)
    try:
        yield budget
    finally:
        _current.reset(token)
        if outer is not None:
            outer.left -= allowed - max(0, budget.left)


def spend(steps: int) -> None:
    """Counts work that is done; where nothing limits it, does nothing. Raises `TooMuchWork`."""
    budget = _current.get()
    if budget is not None:
        budget.spend(steps)
