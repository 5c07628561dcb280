"""A log that can't be written holds up nothing and breaks nothing."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import httpx
import pytest

from signalcraft.api.server.logs import LogWriter
from tests.until import until
from tools.servers import Server

LINE = "x" * 1000


@pytest.fixture
def pipe() -> Iterator[tuple[TextIO, TextIO]]:
    """The reading and the writing end of a pipe."""
    reading, writing = os.pipe()
    with open(reading, encoding="utf-8") as reader, open(writing, "w", encoding="utf-8") as writer:  # noqa: PTH123 — a descriptor
        yield reader, writer


def test_a_pipe_that_nobody_reads_loses_lines_and_holds_up_nobody(
    pipe: tuple[TextIO, TextIO],
) -> None:
    reader, writer = pipe
    log = LogWriter(writer)
    for _ in range(11_000):  # Far more than a pipe and the queue hold.
        log.write(LINE)
    assert log.dropped > 0
    # What was kept is written once somebody reads.
    lines = iter(reader.readline, "")
    assert next(lines) == LINE + "\n"
    reading = threading.Thread(target=lambda: [None for _ in lines], daemon=True)
    reading.start()
    before = log.dropped
    until(lambda: log.dropped == before and _written(log))


def _written(log: LogWriter) -> bool:
    log.write("the end")
    log.flush(5)
    return True


def test_a_full_disk_loses_lines() -> None:
    with Path("/dev/full").open("w") as full:
        log = LogWriter(full)
        log.write(LINE)
        log.flush(5)
        assert log.dropped == 1


def test_a_closed_standard_error_loses_lines() -> None:
    log = LogWriter(None)
    log.write(LINE)
    log.flush(5)
    assert log.dropped == 1


def test_lines_lost_are_counted_in_the_metrics(server: Server) -> None:
    assert "signalcraft_dropped_log_lines 0.0" in httpx.get(server.url + "/metrics").text
