"""A program that begins a write again and again, each time in a process that is killed one step
later than the one before, until one comes to its end. It prints how many were killed.

Each write creates a team named by its step, with the Idempotency-Key `step <step>`.
"""

import json
import os
import signal
import sys
from itertools import count
from types import FrameType

from signalcraft import store
from signalcraft.api.http.call import Incoming
from signalcraft.api.http.metrics import Metrics
from signalcraft.api.http.routes import Routes
from signalcraft.api.operations import operations
from signalcraft.api.server.dispatcher import Dispatcher
from signalcraft.api.server.limits import Limits
from signalcraft.store.db.database import Database

[STORE] = store.__path__


CREATE_TEAM, NOTHING = Routes(operations()).find("POST", "/v1/teams")


def create_team(database_url: str, api_key: str, step: int) -> None:
    headers = {"authorization": f"Bearer {api_key}", "idempotency-key": f"step {step}"}
    # As httpx writes it: the same request has the same bytes.
    body = json.dumps({"name": f"Step {step}"}, separators=(",", ":")).encode()
    incoming = Incoming("POST", "/v1/teams", NOTHING, "", headers, body, "", f"killed-{step}")
    performer = Dispatcher(Database(database_url), Metrics(), Limits())
    die_at_call_of_store(step)
    performer.perform(CREATE_TEAM, incoming)
    sys.setprofile(None)


def die_at_call_of_store(number: int) -> None:
    """Kills this process when something in `store` is called for the so manieth time."""
    calls = count()

    def look(frame: FrameType, event: str, _: object) -> None:
        in_store = event == "call" and frame.f_code.co_filename.startswith(STORE)
        if in_store and next(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(look)


def main(database_url: str, api_key: str) -> None:
    for step in count():
        child = os.fork()
        if child == 0:
            create_team(database_url, api_key, step)
            return
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            sys.stdout.write(f"{step}\n")
            return
        assert os.WTERMSIG(status) == signal.SIGKILL


if __name__ == "__main__":
    main(*sys.argv[1:])
