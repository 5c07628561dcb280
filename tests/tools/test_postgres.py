import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from tools.postgres import postgres_server
from tools.stand_in import ROOT

HOLD_A_SERVER = """
from tools.postgres import postgres_server
with postgres_server() as server:
    print(server.socket_folder, flush=True)
    input()
"""


def test_a_database_is_made_used_and_dropped_and_the_server_leaves_no_files() -> None:
    with postgres_server() as server:
        engine = sa.create_engine(server.create_database("a b"))
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT current_database()")) == "a b"
        server.drop_database("a b")
        engine.dispose()
    assert not server.socket_folder.exists()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_caller_that_is_ended_leaves_no_server_and_no_files(how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_A_SERVER],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as caller:
        assert caller.stdout is not None
        folder = Path(caller.stdout.readline().strip())
        [server_life] = psutil.Process(caller.pid).children()
        processes = [server_life, *_server(folder)]
        caller.send_signal(how)
        gone, alive = psutil.wait_procs(processes, timeout=20)
    assert len(gone) == 2
    assert not alive
    assert not folder.exists()


def _server(folder: Path) -> list[psutil.Process]:
    pid = (folder / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0]
    return [psutil.Process(int(pid))]
