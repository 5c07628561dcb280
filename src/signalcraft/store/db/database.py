"""An open database: a connection for every thread, and transactions on it."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from signalcraft.store.db.statement import Statement

Row = tuple[Any, ...]


class UnusableDatabase(Exception):
    """The database's URL is wrong, or it can't be reached; the message says which."""


Driver = sqlite3.Connection | psycopg.Connection[Row]


_FAILURES = (psycopg.OperationalError, sqlite3.OperationalError)

CHANNEL = "signalcraft"
"""Where PostgreSQL tells of changes (LISTEN, NOTIFY)."""

_URLS = "Write sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME."


class Connection:
    """A thread's own connection. Outside `Database.transaction` every statement stands alone."""

    def __init__(self, driver: Driver, dialect: str) -> None:
        # Any: the two drivers' cursors do the same, but share no type.
        self._driver: Any = driver
        self.dialect = dialect

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

    def run_many(self, statement: Statement, rows: list[dict[str, Any]]) -> None:
        """Runs a statement once for each of the rows."""
        if not rows:
            return
        sql, _ = statement.bind(self.dialect, {})
        try:
            self._driver.cursor().executemany(sql, rows)
        except _FAILURES as error:
            raise UnusableDatabase(f"The database fails: {error}") from error

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
        except _FAILURES as error:
            raise UnusableDatabase(f"The database fails: {error}") from error

    def query(self, sql: str) -> list[Row]:
        """All rows of a question about the database itself, which is no statement of ours."""
        rows: list[Row] = self._cursor(sql, {}).fetchall()
        return rows

    def _cursor(self, sql: str, parameters: dict[str, Any]) -> Any:
        try:
            return self._driver.execute(sql, parameters)
        except _FAILURES as error:
            raise UnusableDatabase(f"The database fails: {error}") from error

    @property
    def usable(self) -> bool:
        """Whether it is still open, as far as the driver knows."""
        return not getattr(self._driver, "closed", False)

    def close(self) -> None:
        """Closes it."""
        self._driver.close()


class Database:
    """A database at a URL: `sqlite:///path/to/file.db` or `postgresql://user@host/name`."""

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
        except (ArgumentError, ValueError):  # The latter for a port that is no number, say.
            raise UnusableDatabase("That is no database URL. " + _URLS) from None
        self.dialect = self.url.get_backend_name()
        if self.dialect not in {"sqlite", "postgresql"} or not self.url.database:
            raise UnusableDatabase(f"{self.url!r} is no database of ours. " + _URLS)
        self._local = threading.local()
        self._opened: list[Connection] = []
        # SQLite has one writer at a time; waiting for it here is fair and wakes at once, whereas
        # SQLite itself polls.
        self._writer = threading.Lock()
        self._after_commit: Callable[[], None] = lambda: None

    @property
    def engine_url(self) -> URL:
        """The URL as SQLAlchemy takes it."""
        driver = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}[self.dialect]
        return self.url.set(drivername=driver)

    @property
    def dsn(self) -> str:
        """The URL as PostgreSQL's own client takes it, with its password."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def __str__(self) -> str:
        return self.url.render_as_string()

    def connection(self) -> Connection:
        """This thread's connection, opened at its first use and again after it broke."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None or not connection.usable:
            connection = Connection(self._connect(), self.dialect)
            self._local.connection = connection
            self._opened.append(connection)
        return connection

    def after_commit(self, act: Callable[[], None]) -> None:
        """Has `act` called, in the writing thread, after each transaction."""
        self._after_commit = act

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction that may write: all of it is durable at the end, or none of it."""
        connection = self.connection()
        if self.dialect == "sqlite":
            with self._writer:
                yield from _transaction(connection, "BEGIN IMMEDIATE")
        else:
            yield from _transaction(connection, "BEGIN")
        self._after_commit()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One transaction that only reads: everything as it is at one moment. Nobody waits."""
        begin = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
        yield from _transaction(self.connection(), begin[self.dialect])

    def close(self) -> None:
        """Closes every thread's connection."""
        while self._opened:
            self._opened.pop().close()

    def _connect(self) -> Driver:
        try:
            return self._postgresql() if self.dialect == "postgresql" else self._sqlite()
        except (psycopg.Error, sqlite3.Error) as error:
            raise UnusableDatabase(f"Can't open {self.url!r}: {error}") from None

    def _postgresql(self) -> Driver:
        driver = psycopg.connect(self.dsn, autocommit=True)
        # A process that hangs, or whose host is gone, must not keep a workspace locked.
        driver.execute("SET idle_in_transaction_session_timeout = '30s'")
        driver.execute("SET lock_timeout = '20s'")
        return driver

    def _sqlite(self) -> Driver:
        driver = sqlite3.connect(
            self.url.database or "", isolation_level=None, check_same_thread=False, timeout=30
        )
        for setting in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            driver.execute(f"PRAGMA {setting}")
        return driver


def _transaction(connection: Connection, begin: str) -> Iterator[Connection]:
    try:
        with connection.pipeline():
            connection.execute(begin)
            yield connection
            connection.execute("COMMIT")
    except BaseException as error:
        if connection.dialect == "postgresql" and isinstance(
            error, UnusableDatabase | psycopg.Error
        ):
            # What was sent behind the statement that failed was skipped, and psycopg may take
            # statements to be prepared that never were: on this connection they would fail for ever.
            connection.close()
        elif connection.usable:
            connection.execute("ROLLBACK")
        raise
