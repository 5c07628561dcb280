"""The server's log: one JSON object a line, on standard error.

A log that can't be written must neither hold up an answer nor break it, so lines are handed to a
thread that writes them. Where it can't keep up, lines are dropped, and counted.
"""

import logging
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any, TextIO

import structlog
from structlog.processors import ExceptionRenderer
from structlog.tracebacks import ExceptionDictTransformer

# Without the values of variables: among them are API keys.
_TRACEBACKS = ExceptionRenderer(ExceptionDictTransformer(show_locals=False))

_MOST_WAITING = 10_000
_FLUSH_SECONDS = 1.0


class LogWriter:
    """Writes lines to a file from a thread of its own."""

    def __init__(self, file: TextIO | None) -> None:
        """`file` may be None, as Python has it where standard error is closed."""
        self.dropped = 0
        """Lines that were not written."""
        self._lines: queue.Queue[str | threading.Event] = queue.Queue(_MOST_WAITING)
        target = file.fileno() if file else None
        threading.Thread(target=self._work, args=(target,), name="log", daemon=True).start()

    def write(self, line: str) -> None:
        """Hands a line to the thread. Never waits, never fails."""
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            self.dropped += 1

    def flush(self, seconds: float = _FLUSH_SECONDS) -> None:
        """Returns when all lines so far are written, or time is up."""
        written = threading.Event()
        try:
            self._lines.put(written, timeout=seconds)
        except queue.Full:
            return
        written.wait(seconds)

    def _work(self, target: int | None) -> None:
        while True:
            line = self._lines.get()
            if isinstance(line, threading.Event):
                line.set()
            elif target is None or not _written(target, line):
                self.dropped += 1


def _written(target: int, line: str) -> bool:
    left = (line + "\n").encode("utf-8", "backslashreplace")
    try:
        while left:
            left = left[os.write(target, left) :]
    except OSError:  # It is closed, or its disk is full.
        return False
    return True


class _Logger:
    """What structlog gives its lines to."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self.debug = self.info = self.warning = self.error = write


_writers: list[LogWriter] = []


def log_to_stderr(level: str) -> LogWriter:
    """Logs what is at least of this level: `debug`, `info`, `warning` or `error`."""
    writer = LogWriter(sys.stderr)
    _writers.append(writer)

    def make(*_: Any) -> _Logger:
        return _Logger(writer.write)

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper("iso", key="at"),
            _TRACEBACKS,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=make,
        cache_logger_on_first_use=True,
    )
    return writer


def dropped_lines() -> int:
    """How many lines of the log were not written."""
    return sum(writer.dropped for writer in _writers)


def flush_log() -> None:
    """Writes what waits to be logged, as far as that is possible within a second."""
    for writer in _writers:
        writer.flush()
