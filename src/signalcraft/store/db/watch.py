"""Hearing of changes that other processes make to the database."""

import sqlite3
import threading
from collections.abc import Callable

import psycopg

from signalcraft.store.db.database import CHANNEL, Connection, Database, UnusableDatabase

_SECONDS = 1.0
"""How often SQLite is asked; how often PostgreSQL is tried again after it was lost; and how long
stopping may take."""


def watch(database: Database, changed: Callable[[], None], stop: threading.Event) -> None:
    """Calls `changed` soon after each change, until `stop` is set. Has a thread to itself.

    It is called when listening begins too, at first and after the database was lost: whatever came
    before that was not heard.
    """
    follow = _follow_postgresql if database.dialect == "postgresql" else _follow_sqlite
    while not stop.is_set():
        try:
            follow(database, changed, stop)
        except (psycopg.Error, sqlite3.Error, UnusableDatabase):
            stop.wait(_SECONDS)


def _follow_postgresql(
    database: Database, changed: Callable[[], None], stop: threading.Event
) -> None:
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        changed()
        while not stop.is_set():
            for _ in connection.notifies(timeout=_SECONDS, stop_after=1):
                changed()


def _follow_sqlite(database: Database, changed: Callable[[], None], stop: threading.Event) -> None:
    connection = database.connection()
    seen = _data_version(connection)
    changed()
    while not stop.wait(_SECONDS):
        version = _data_version(connection)
        if version != seen:
            changed()
        seen = version


def _data_version(connection: Connection) -> int:
    """A number that is another one after another connection has written."""
    version: int = connection.query("PRAGMA data_version")[0][0]
    return version
