"""A bound on the work that one question may cause, whatever it asks for.

Work is counted where it is done, in steps of about a microsecond: a rule tried, a person reached, a
stretch of time looked at. So a question that is small by every other measure can't hold up others.
"""

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


class limited:  # noqa: N801 — it reads as a function; a generator would cost each request more
    """Allows so many steps of work in the block, as far as what is around it allows them."""

    def __init__(self, steps: int) -> None:
        self._steps = steps

    def __enter__(self) -> Budget:
        self._outer = outer = _current.get()
        self._allowed = self._steps if outer is None else max(0, min(self._steps, outer.left))
        self._budget = Budget(self._allowed)
        self._token = _current.set(self._budget)
        return self._budget

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)
        if self._outer is not None:
            self._outer.left -= self._allowed - max(0, self._budget.left)


def spend(steps: int) -> None:
    """Counts work that is done; where nothing limits it, does nothing. Raises `TooMuchWork`."""
    budget = _current.get()
    if budget is not None:
        budget.spend(steps)
