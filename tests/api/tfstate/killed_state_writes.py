"""A program that writes the second version of a state again and again, each time in a process that
is killed four steps later than the one before, until one comes to its end. It prints how many were
killed, and fails where one has left anything but the old state or the new one.
"""

import os
import signal
import sys
from contextlib import closing
from itertools import count
from pathlib import Path

from signalcraft.api.http.call import Incoming, Upload
from signalcraft.api.http.metrics import Metrics
from signalcraft.api.http.routes import Routes
from signalcraft.api.operations import operations
from signalcraft.api.server.dispatcher import Dispatcher
from signalcraft.api.server.limits import Limits
from signalcraft.store.db.database import Database
from signalcraft.store.tfstate import versions
from signalcraft.store.tfstate.content import Content
from signalcraft.store.tfstate.keyring import Keyring
from signalcraft.store.tfstate.writing import Settings
from tests.api.killed_writes import die_at_call_of_store

WRITE, NAME = Routes(operations()).find("POST", "/v1/terraform/states/main")


def write(database_url: str, api_key: str, keys: Path, content: bytes, step: int) -> None:
    settings = Settings(Keyring.read(keys))
    dispatcher = Dispatcher(Database(database_url), Metrics(), Limits(), state_settings=settings)
    headers = {"authorization": f"Bearer {api_key}"}
    path = "/v1/terraform/states/main"
    with closing(Content.of(content)) as received:
        upload = Upload(received)
        incoming = Incoming(
            "POST", path, NAME, "", headers, b"", "", f"killed-{step}", upload=upload
        )
        die_at_call_of_store(step)
        dispatcher.perform(WRITE, incoming)
        sys.setprofile(None)


def stored(database_url: str, keys: Path) -> bytes:
    """What is stored now, all of it decrypted."""
    database = Database(database_url)
    connection = database.connection()
    [(state_id,)] = connection.query("SELECT id FROM terraform_state ORDER BY id DESC LIMIT 1")
    version = versions.latest(connection, state_id)
    assert version is not None
    content = versions.plain(connection, version, Keyring.read(keys))
    database.close()
    return content


def main(database_url: str, api_key: str, keys: str, content: str) -> None:
    either = {stored(database_url, Path(keys)), Path(content).read_bytes()}
    for step in count(step=4):
        child = os.fork()
        if child == 0:
            write(database_url, api_key, Path(keys), Path(content).read_bytes(), step)
            return
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            sys.stdout.write(f"{step}\n")
            return
        assert os.WTERMSIG(status) == signal.SIGKILL
        assert stored(database_url, Path(keys)) in either


if __name__ == "__main__":
    main(*sys.argv[1:])
