"""A server that is worth measuring: its workspace is filled, and it has a core to itself."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks.load import request, run
from signalcraft.model.draft import read_draft
from signalcraft.model.kinds import KINDS
from signalcraft.store.config import setup
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.config.write import Write
from signalcraft.store.db.database import Database
from signalcraft.store.db.migrate import migrate
from tools.servers import Dialect, Server, Servers, Tenant, running_server

SERVER_CORE, CLIENT_CORE = 0, 1

_UNLIMITED = ("--requests-per-second", "1000000", "--burst", "1000000000", "--log-level", "error")
# How many resources are made in one transaction.
_BATCH = 1000


def policy(name: str, users: list[str], note: str = "") -> bytes:
    """The body of an escalation policy: about 1.7 KB when it is read back."""
    targets = [{"type": "user", "id": user} for user in users]
    rules = [{"delay_minutes": 5 * i, "targets": targets} for i in range(4)]
    body = {"name": name, "description": note + "x" * 380, "rules": rules}
    return json.dumps(body).encode()


class Subject(NamedTuple):
    """A server, and a workspace on it that is full of escalation policies."""

    server: Server
    tenant: Tenant
    users: list[str]
    ids: list[str]
    """The policies' ids, in order."""

    @property
    def path(self) -> str:
        """Where the first policy is."""
        return f"/v1/escalation-policies/{self.ids[0]}"

    def request(self, method: str, path: str, body: bytes = b"") -> bytes:
        """A request with the workspace's key."""
        return request(method, path, self.tenant.api_key, body)

    def rate(self, requests: list[bytes], connections: int = 8) -> float:
        """Requests a second; all of them must succeed."""
        load = run(self.server.url, requests, connections)
        assert all(status < 300 for status in load.statuses), load.statuses
        return load.per_second

    @property
    def memory(self) -> float:
        """What the server takes, in MiB."""
        return float(self.server.process.memory_info().rss) / 2**20


DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgresql")


@contextmanager
def durable_servers() -> Iterator[Servers]:
    """Servers of which every write has reached the disk when it is answered."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Servers(Path(folder), durable=True)) as servers,
    ):
        yield servers


@contextmanager
def measured_server(servers: Servers, dialect: Dialect) -> Iterator[Server]:
    """A server on an empty database of its own, whose core no client takes from it."""
    with servers.new_database(dialect) as url:
        migrate(Database(url))
        with running_server(url, *_UNLIMITED) as server:
            pin(server.process.pid)
            os.sched_setaffinity(0, {CLIENT_CORE})
            yield server


def pin(pid: int) -> None:
    """Keeps all threads of a process on the servers' core."""
    for thread in psutil.Process(pid).threads():
        os.sched_setaffinity(thread.id, {SERVER_CORE})


def fill(server: Server, policies: int) -> Subject:
    """A workspace with so many policies, `Policy 0` first."""
    tenant = server.new_tenant()
    database = Database(server.database_url)
    author = setup.operator(tenant.workspace_id)
    people = [{"email": f"u{i}@example.com", "name": f"U{i}", "role": "viewer"} for i in range(3)]
    ids: list[str] = []
    try:
        with database.transaction() as connection:
            write = Write(ChangeLog(connection, author))
            drafts = [read_draft(KINDS["user"], json.dumps(one).encode()) for one in people]
            users = [write.create(draft).record.id for draft in drafts]
        while len(ids) < policies:
            with database.transaction() as connection:
                write = Write(ChangeLog(connection, author))
                for number in range(len(ids), min(len(ids) + _BATCH, policies)):
                    body = policy(f"Policy {number}", users)
                    draft = read_draft(KINDS["escalation_policy"], body)
                    ids.append(write.create(draft).record.id)
            if database.dialect == "postgresql":  # As it does by itself within a minute.
                database.connection().execute("ANALYZE")
    finally:
        database.close()
    return Subject(server, tenant, users, ids)
