"""Hearing of changes that other processes make to the database."""

import sqlite3
import threading
from collections.abc import Callable

import psycopg
import structlog
from sqlalchemy import select

from signalcraft.store.db.database import CHANNEL, Connection, Database
from signalcraft.store.db.failures import UnusableDatabase
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import workspace

_SECONDS = 1.0
"""How often SQLite is asked; how often PostgreSQL is tried again after it was lost; and how long
stopping may take."""

_REVISIONS = Statement(select(workspace.c.id, workspace.c.revision))

log = structlog.get_logger()

Changed = Callable[[str | None], None]


def watch(database: Database, changed: Changed, stop: threading.Event) -> None:
    """Calls `changed` with a workspace's id soon after each change to it, until `stop` is set. Has a
    thread to itself.

    It is called with None, for all workspaces, when listening begins, at first and after the
    database was lost: whatever came before that was not heard.
    """
    follow = _follow_postgresql if database.dialect == "postgresql" else _follow_sqlite
    while not stop.is_set():
        try:
            follow(database, changed, stop)
        except (psycopg.Error, sqlite3.Error, UnusableDatabase):
            stop.wait(_SECONDS)
        except Exception:  # Without this thread, nobody would ever be woken again.
            log.exception("listening for changes failed and is started again")
            stop.wait(_SECONDS)


def _follow_postgresql(database: Database, changed: Changed, stop: threading.Event) -> None:
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        changed(None)
        while not stop.is_set():
            for notification in connection.notifies(timeout=_SECONDS, stop_after=1):
                changed(notification.payload or None)


def _follow_sqlite(database: Database, changed: Changed, stop: threading.Event) -> None:
    connection = database.connection()
    version, revisions = _data_version(connection), _revisions(connection)
    changed(None)
    while not stop.wait(_SECONDS):
        before, version = version, _data_version(connection)
        if version == before:
            continue
        known, revisions = revisions, _revisions(connection)
        for workspace_id, revision in revisions.items():
            if known.get(workspace_id) != revision:
                changed(workspace_id)


def _data_version(connection: Connection) -> int:
    """A number that is another one after another connection has written."""
    version: int = connection.query("PRAGMA data_version")[0][0]
    return version


def _revisions(connection: Connection) -> dict[str, int]:
    """Each workspace's newest revision."""
    return dict(connection.all(_REVISIONS))
