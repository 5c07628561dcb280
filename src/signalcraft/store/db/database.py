"""An open database: a connection for every thread, and transactions on it."""

import os
import re
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from typing import Any

import psycopg
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from signalcraft.store.db.failures import UnknownOutcome, UnusableDatabase, read_failure
from signalcraft.store.db.statement import Statement

Row = tuple[Any, ...]


Driver = sqlite3.Connection | psycopg.Connection[Row]

CHANNEL = "signalcraft"
"""Where PostgreSQL tells of changes (LISTEN, NOTIFY); the payload is the workspace's id."""

_URLS = "Write sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME."
_CONNECT_SECONDS = "5"
# Passwords may stand in a URL's query, too.
_SECRET_OPTIONS = ("password", "sslpassword", "passfile")
_HOST = re.compile(r"[A-Za-z0-9._:%/-]*")


class Connection:
    """A thread's own connection. Outside `Database.transaction` every statement stands alone."""

    def __init__(self, driver: Driver, dialect: str) -> None:
        # Any: the two drivers' cursors do the same, but share no type.
        self._driver: Any = driver
        self.dialect = dialect
        self.changed: set[str] = set()
        """The workspaces that the transaction in progress changes."""
        self.broken = False
        """Whether the server has ended it."""

    def run(self, statement: Statement, **parameters: Any) -> None:
        """Runs a statement that answers with no rows."""
        self._cursor(*statement.bind(self.dialect, parameters))

    def one(self, statement: Statement, **parameters: Any) -> Row | None:
        """The first row, if there is one."""
        row: Row | None = self._cursor(*statement.bind(self.dialect, parameters)).fetchone()
        return row

    def all(self, statement: Statement, **parameters: Any) -> list[Row]:
        """All rows."""
        rows: list[Row] = self._cursor(*statement.bind(self.dialect, parameters)).fetchall()
        return rows

    @contextmanager
    def rows(self, statement: Statement, **parameters: Any) -> Iterator[Iterator[Row]]:
        """The rows, each fetched when it is asked for: for those that may not all be wanted."""
        sql, bound = statement.bind(self.dialect, parameters)
        try:
            if self.dialect == "sqlite":
                with closing(self._driver.execute(sql, bound)) as cursor:
                    yield iter(cursor)
            elif self._driver.pgconn.pipeline_status:  # In which psycopg can't stream.
                yield iter(self.all(statement, **parameters))
            else:
                with self._driver.cursor() as cursor, closing(cursor.stream(sql, bound)) as rows:
                    yield rows
        except (psycopg.Error, sqlite3.Error) as error:
            raise self._failure(error) from error

    def run_many(self, statement: Statement, rows: list[dict[str, Any]]) -> None:
        """Runs a statement once for each of the rows."""
        if not rows:
            return
        sql, _ = statement.bind(self.dialect, {})
        try:
            self._driver.cursor().executemany(sql, rows)
        except (psycopg.Error, sqlite3.Error) as error:
            raise self._failure(error) from error

    def execute(self, sql: str) -> None:
        """Runs a command that is no statement of ours, such as BEGIN."""
        self._cursor(sql, {})

    @contextmanager
    def pipeline(self) -> Iterator[None]:
        """PostgreSQL: statements go out without waiting for the answers to those before, up to one
        whose rows are asked for, so that a write takes a few round trips instead of a dozen.
        """
        if self.dialect == "sqlite":
            yield
            return
        try:
            with self._driver.pipeline():
                yield
        except psycopg.Error as error:
            raise self._failure(error) from error

    def query(self, sql: str) -> list[Row]:
        """All rows of a question about the database itself, which is no statement of ours."""
        rows: list[Row] = self._cursor(sql, {}).fetchall()
        return rows

    def _cursor(self, sql: str, parameters: dict[str, Any]) -> Any:
        try:
            return self._driver.execute(sql, parameters)
        except (psycopg.Error, sqlite3.Error) as error:
            raise self._failure(error) from error

    def _failure(self, error: psycopg.Error | sqlite3.Error) -> Exception:
        self.broken = self.broken or not self.usable
        failure = read_failure(error)
        if isinstance(failure, UnusableDatabase):
            failure.disconnected = self.broken
        return failure

    @property
    def usable(self) -> bool:
        """Whether it is still open, as far as the driver knows."""
        return not getattr(self._driver, "closed", False)

    def roll_back(self) -> None:
        """Undoes the transaction in progress, if there is one."""
        if self.dialect == "sqlite" and not self._driver.in_transaction:
            return  # It never began, or SQLite has rolled it back itself.
        with suppress(psycopg.Error, sqlite3.Error):  # The failure that led here says more.
            self._driver.execute("ROLLBACK")

    def interrupt(self) -> None:
        """Makes what runs on it in another thread fail at once."""
        if self.dialect == "sqlite":
            self._driver.interrupt()
            return
        # A server that hangs answers no request to cancel, so the connection goes; unless it has gone.
        with (
            suppress(OSError, psycopg.Error),
            socket.socket(fileno=os.dup(self._driver.fileno())) as connection,
        ):
            connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Closes it."""
        self._driver.close()


class Database:
    """A database at a URL: `sqlite:///path/to/file.db` or `postgresql://user@host/name`."""

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
        except (ArgumentError, ValueError):  # The latter for a port that is not a number, say.
            raise UnusableDatabase("That is not a database URL. " + _URLS) from None
        self.dialect = self.url.get_backend_name()
        if self.dialect not in {"sqlite", "postgresql"} or not self.url.database:
            raise UnusableDatabase(f"{self} is not a supported database. " + _URLS)
        if not _HOST.fullmatch(self.url.host or ""):
            # What follows the first @ of a password would be taken for the host, and be shown.
            raise UnusableDatabase(
                "The database URL's host can't be read. Percent-encode the password in it: "
                "@ is %40, / is %2F, : is %3A."
            )
        self._local = threading.local()
        self._lock = threading.Lock()
        self._opened: dict[int, Connection] = {}
        self._generation = 0
        # SQLite has one writer at a time; waiting for it here is fair and wakes at once, whereas
        # SQLite itself polls.
        self._writer = threading.Lock() if self.dialect == "sqlite" else nullcontext()
        self._begin = "BEGIN IMMEDIATE" if self.dialect == "sqlite" else "BEGIN"
        self._after_commit: Callable[[str], None] = lambda _: None

    @property
    def engine_url(self) -> URL:
        """The URL as SQLAlchemy takes it."""
        driver = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}[self.dialect]
        return self.url.set(drivername=driver)

    @property
    def dsn(self) -> str:
        """The URL as PostgreSQL's own client takes it, with its password."""
        url = self.url.set(drivername="postgresql")
        if "connect_timeout" not in url.query:
            url = url.update_query_dict({"connect_timeout": _CONNECT_SECONDS})
        return url.render_as_string(hide_password=False)

    def __str__(self) -> str:
        """The URL without any password."""
        return self.url.difference_update_query(_SECRET_OPTIONS).render_as_string()

    def connection(self) -> Connection:
        """This thread's connection, opened at its first use and again after any broke."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            if self._local.generation == self._generation and connection.usable:
                return connection
            self._drop(connection)
        generation = self._generation
        connection = Connection(self._connect(), self.dialect)
        self._local.connection, self._local.generation = connection, generation
        with self._lock:
            self._opened[threading.get_ident()] = connection
        return connection

    @property
    def commits(self) -> int:
        """How many transactions this thread has committed."""
        commits: int = getattr(self._local, "commits", 0)
        return commits

    def interrupt(self, thread: int) -> None:
        """Makes what a thread does with the database fail at once."""
        with self._lock:
            connection = self._opened.get(thread)
        if connection is not None:
            connection.interrupt()

    def after_commit(self, act: Callable[[str], None]) -> None:
        """Has `act` called, in the writing thread, with each workspace that a transaction has
        changed.
        """
        self._after_commit = act

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction that may write: all of it is durable at the end, or none of it.

        Raises `UnknownOutcome` where the connection broke during the commit.
        """
        connection = self.connection()
        connection.changed.clear()
        with self._writer:
            yield from _transaction(connection, self._begin)
        self._local.commits = self.commits + 1
        for workspace_id in connection.changed:
            self._after_commit(workspace_id)

    @contextmanager
    def rehearsal(self) -> Iterator[Connection]:
        """One transaction that may write, and of which nothing is kept."""
        connection = self.connection()
        with self._writer:
            yield from _transaction(connection, self._begin, end="ROLLBACK")

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One transaction that only reads: everything as it is at one moment. Nobody waits."""
        begin = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
        yield from _transaction(self.connection(), begin[self.dialect])

    def claim_file(self) -> None:
        """Makes an SQLite database's file, if there is none, so that only its owner can read it.
        SQLite gives the files beside it the same permissions.
        """
        file = self.url.database or ""
        if self.dialect == "sqlite" and not file.startswith(("file:", ":")):
            with suppress(OSError):  # SQLite says what is wrong with it.
                os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    def close(self) -> None:
        """Closes every thread's connection."""
        with self._lock:
            opened = list(self._opened.values())
            self._opened.clear()
        for connection in opened:
            connection.close()

    def _drop(self, connection: Connection) -> None:
        """Closes this thread's connection; if it broke, so that all others are opened again too:
        a server that restarts ends all of them.
        """
        connection.close()
        with self._lock:
            if connection.broken and self._local.generation == self._generation:
                self._generation += 1

    def _connect(self) -> Driver:
        try:
            return self._postgresql() if self.dialect == "postgresql" else self._sqlite()
        except (psycopg.Error, sqlite3.Error) as error:
            raise UnusableDatabase(f"Can't open {self}: {error}") from None

    def _postgresql(self) -> Driver:
        driver = psycopg.connect(self.dsn, autocommit=True)
        # A process that hangs, or whose host is gone, must not keep a workspace locked.
        driver.execute("SET idle_in_transaction_session_timeout = '30s'")
        driver.execute("SET lock_timeout = '20s'")
        driver.execute("SET statement_timeout = '25s'")
        return driver

    def _sqlite(self) -> Driver:
        self.claim_file()
        driver = sqlite3.connect(
            self.url.database or "", isolation_level=None, check_same_thread=False, timeout=20
        )
        for setting in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            driver.execute(f"PRAGMA {setting}")
        return driver


def _transaction(connection: Connection, begin: str, end: str = "COMMIT") -> Iterator[Connection]:
    committing = False
    try:
        with connection.pipeline():
            connection.execute(begin)
            yield connection
            committing = end == "COMMIT"
            connection.execute(end)
    except BaseException as error:
        if connection.dialect == "postgresql" and isinstance(
            error, UnusableDatabase | psycopg.Error
        ):
            # What was sent behind the statement that failed was skipped, and psycopg may take
            # statements to be prepared that never were: on this connection they would fail for ever.
            connection.close()
        elif connection.usable:
            connection.roll_back()
        if (
            committing
            and isinstance(error, UnusableDatabase)
            and (connection.broken or error.durability)
        ):
            raise UnknownOutcome(str(error)) from error
        raise
