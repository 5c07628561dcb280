"""How far something is, on standard error."""

import sys
from time import perf_counter
from types import TracebackType
from typing import Self

# Seconds between two lines where standard error is no terminal.
_EVERY = 10.0


class Progress:
    """Says how many of all are done: in one line of a terminal, or else in a line now and then."""

    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = total
        self._start = self._said = perf_counter()
        self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._say("\n")

    def show(self, done: int) -> int:
        """Says so, if it is time to; returns the number."""
        self._done = done
        lively = sys.stderr.isatty()
        if perf_counter() - self._said > (0.2 if lively else _EVERY):
            self._said = perf_counter()
            self._say("" if lively else "\n")
        return done

    def _say(self, end: str) -> None:
        seconds = perf_counter() - self._start
        text = f"{self._done:>6,} of {self._total:,} {self._what} after {seconds:.0f} s"
        lead = "\r" if sys.stderr.isatty() else ""
        print(f"{lead}{text}", end=end, file=sys.stderr, flush=True)
