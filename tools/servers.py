"""Real servers for tests: `signalcraft serve` in a process of its own, over a real database."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Literal

import httpx
import psutil

from signalcraft.client import Client, Retries
from signalcraft.store.config import setup
from signalcraft.store.db.database import Database
from signalcraft.store.db.migrate import migrate
from signalcraft.store.tfstate.keyring import add_key
from tools.commands import running_command
from tools.postgres import PostgresServer, postgres_server

Dialect = Literal["sqlite", "postgresql"]

# One for all clients: making one takes longer than most requests.
_CERTIFICATES = httpx.create_ssl_context()
# A test server that doesn't answer has failed: nothing is tried twice in silence.
_NEVER = Retries(within=0)


@dataclass(frozen=True)
class Tenant:
    """A workspace of its own, with an API key that may do everything in it."""

    workspace_id: str
    api_key: str


@dataclass(frozen=True)
class Server:
    """A server that answers at `url`."""

    url: str
    database_url: str
    process: psutil.Process
    said: Sequence[str] = ()
    """The lines that it has printed before it answered."""

    def new_tenant(self, name: str = "Test") -> Tenant:
        """A new workspace, made beside the server in its database."""
        database = Database(self.database_url)
        try:
            with database.transaction() as connection:
                workspace_id = setup.create_workspace(
                    connection, name=name, owner_email="owner@example.com", owner_name="Owner"
                )
                setup.create_account(connection, workspace_id, "admin", setup.ALL_SCOPES)
                api_key = setup.create_key(connection, workspace_id, "admin", "test")
        finally:
            database.close()
        return Tenant(workspace_id, api_key)

    def client(self, tenant: Tenant, *, manager: str | None = None) -> Client:
        """The typed client, for a workspace."""
        return Client(
            self.url,
            tenant.api_key,
            manager=manager,
            retries=_NEVER,
            certificates=_CERTIFICATES,
        )

    def http(self, tenant: Tenant) -> httpx.Client:
        """Plain HTTP, for a workspace."""
        return httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {tenant.api_key}"},
            verify=_CERTIFICATES,
            timeout=30,
        )


class Servers:
    """One server for each kind of database, started when it is first asked for."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        """Only a durable PostgreSQL waits until what it commits has reached the disk."""
        self._folder = folder
        self.state_key_file = folder / "state-keys"
        """The keys that encrypt Terraform states."""
        add_key(self.state_key_file)
        self._durable = durable
        self._stack = ExitStack()
        self._running: dict[Dialect, Server] = {}
        self._beside: list[Server] = []
        self._postgres: PostgresServer | None = None
        self._numbers = count()

    def running(self, dialect: Dialect) -> Server:
        """The server that tests share, each in workspaces of its own."""
        if dialect not in self._running:
            url = self._stack.enter_context(self.new_database(dialect))
            migrate(Database(url))
            self._running[dialect] = self._started(url)
        return self._running[dialect]

    def all_of(self, dialect: Dialect) -> list[Server]:
        """The running server and, where several may use one database, two more beside it."""
        first = self.running(dialect)
        if dialect == "sqlite":
            return [first]
        while len(self._beside) < 2:
            self._beside.append(self._started(first.database_url))
        return [first, *self._beside]

    def _started(self, url: str) -> Server:
        # Tests of wrong keys all come from one address.
        options = ("--wrong-keys", "1000000", "--state-key-file", str(self.state_key_file))
        return self._stack.enter_context(running_server(url, *options))

    @contextmanager
    def new_database(self, dialect: Dialect) -> Iterator[str]:
        """The URL of an empty database, which is there for the block."""
        name = f"test{next(self._numbers)}"
        if dialect == "sqlite":
            file = self._folder / f"{name}.db"
            yield f"sqlite:///{file}"
            for part in self._folder.glob(f"{name}.db*"):
                part.unlink()
        else:
            postgres = self._postgres or self._stack.enter_context(
                postgres_server(durable=self._durable)
            )
            self._postgres = postgres
            yield postgres.create_database(name).replace("+psycopg", "")
            postgres.drop_database(name)

    def close(self) -> None:
        """Stops everything."""
        self._stack.close()


@contextmanager
def running_server(
    database_url: str, *options: str, folder: Path | None = None
) -> Iterator[Server]:
    """A server on a free port, which ends with the block, and is not to have failed in it.

    It is started in a folder, if one is given; without a database, options must name one.
    """
    environment = {"SIGNALCRAFT_DATABASE": database_url} if database_url else {}
    arguments = ["serve", "--port", "0", *options]
    with running_command(arguments, environment=environment, folder=folder) as command:
        yield Server(command.url, database_url, command.process, command.said)
