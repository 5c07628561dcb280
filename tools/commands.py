"""`signalcraft` commands that run until they are stopped, each in a process of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

import psutil

COMMAND = Path(sys.prefix, "bin", "signalcraft")

# The command is bound to this shell's standard input: when that closes, because the test is done or
# because its process was killed in whatever way, the command is stopped too. The output is the
# command's alone, so that it ends when a command does that could not start.
_LIFE = '"$@" & command=$!; exec >&- 2>&-; read -r _; kill "$command"; wait "$command"'

# What the log says where something failed that should not have.
_FAILURE = re.compile(r'Traceback|"level": ?"error"')


@dataclass(frozen=True)
class Command:
    """A command that answers at `url`."""

    url: str
    process: psutil.Process
    said: Sequence[str]
    """The lines that it has printed up to now."""


@contextmanager
def running_command(
    arguments: Sequence[str], *, environment: Mapping[str, str], folder: Path | None = None
) -> Iterator[Command]:
    """`signalcraft` with these arguments, once it answers. It ends with the block, and is not to
    have failed in it.
    """
    with subprocess.Popen(
        ["/bin/sh", "-c", _LIFE, "sh", COMMAND, *arguments],
        env={**os.environ, **environment},
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Ctrl-C in the terminal is for the tests, which then end the block.
        start_new_session=True,
    ) as life:
        output = _Output(life)
        try:
            url = output.url()
            [process] = psutil.Process(life.pid).children()
            yield Command(url, process, output.said)
        finally:
            said = output.rest()
    assert not _FAILURE.search(said), said


class _Output:
    """What a command says, read all the time, so that it never waits for a reader."""

    def __init__(self, life: subprocess.Popen[str]) -> None:
        self._life = life
        self.said: list[str] = []
        """Its lines up to now."""
        self._url: SimpleQueue[str | None] = SimpleQueue()
        self._reader = Thread(target=self._read)
        self._reader.start()

    def url(self) -> str:
        """Where the command answers, once it does."""
        url = self._url.get()
        assert url is not None, "".join(self.said)
        return url

    def rest(self) -> str:
        """Ends the command; returns all that it said."""
        assert self._life.stdin is not None
        self._life.stdin.close()
        self._reader.join()
        return "".join(self.said)

    def _read(self) -> None:
        assert self._life.stdout is not None
        for line in self._life.stdout:
            self.said.append(line)
            if answering := re.search(r"answers at (http\S+)", line):
                self._url.put(answering[1])
        self._url.put(None)
