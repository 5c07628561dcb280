"""Processes that end with the one that started them, and the folder that they write in."""

import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

# The shell starts and stops what it reads, and answers each line. When its input ends, because the
# caller is done or because it was killed in whatever way, everything it started is killed and the
# folder removed: nothing in there is worth a graceful end.
_LIFE = """
started=
start() {
  eval "$1 &"
  started="$started $!"
  echo $!
}
stop() {
  others=
  for each in $started; do
    [ "$each" = "$1" ] || others="$others $each"
  done
  started=$others
  kill -KILL "$1"
  wait "$1"
  echo stopped
}
while read -r order what; do
  "$order" "$what"
done
[ -z "$started" ] || kill -KILL $started
wait
rm -rf "$1"
"""


class Nursery:
    """A temporary folder and the processes that write in it."""

    def __init__(self, folder: Path, life: subprocess.Popen[str]) -> None:
        self.folder = folder
        self._life = life

    def start(self, command: Sequence[str | Path], *, log: str) -> psutil.Process:
        """Start a program in the folder; what it says is appended to the file `log` there."""
        words = shlex.join(map(str, command))
        answer = self._order(f"start exec {words} </dev/null >>{shlex.quote(log)} 2>&1")
        return psutil.Process(int(answer))

    def stop(self, process: psutil.Process) -> None:
        """Kill a program that was started here, and wait until it is gone."""
        self._order(f"stop {process.pid}")

    def said(self, log: str) -> str:
        """What that file holds."""
        return (self.folder / log).read_text(encoding="utf-8", errors="replace")

    def _order(self, line: str) -> str:
        assert self._life.stdin is not None
        assert self._life.stdout is not None
        self._life.stdin.write(f"{line}\n")
        self._life.stdin.flush()
        return self._life.stdout.readline()


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery for the block; what it started and its folder are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="signalcraft-"))
    with subprocess.Popen(
        ["/bin/sh", "-c", _LIFE, "sh", folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # A shell may tell of every job that was killed.
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=folder,
        # Ctrl-C in the terminal is for the caller, who then ends the block.
        start_new_session=True,
    ) as life:
        try:
            yield Nursery(folder, life)
        finally:
            life.communicate()
