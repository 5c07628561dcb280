"""Copies of a database, and what tells a restored one from the one that it was copied from."""

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from sqlalchemy import bindparam, update

from signalcraft.store.db.database import Connection, Database
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import database as database_table

_RENEW = Statement(update(database_table).values(feed_id=bindparam("new_feed_id")))


class NoBackup(Exception):
    """There can be no such backup; the message says why, and what to do instead."""


def back_up(database: Database, file: Path) -> None:
    """Copies an SQLite database, as it is at one moment, into a new file, while it is in use.

    The copy has a feed id of its own. Raises `NoBackup`.
    """
    if database.dialect != "sqlite":
        raise NoBackup(
            "Backup is for SQLite databases. Use pg_dump for PostgreSQL; after restoring what it "
            "wrote, run `signalcraft renew-feed`."
        )
    try:
        # Claims the name; and nobody else may read what is going to be in it.
        file.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise NoBackup(f"{file} already exists. Choose a new file.") from None
    except OSError as error:
        raise NoBackup(f"Can't write {file}: {error.strerror}.") from None
    try:
        _copy(database, file)
    except BaseException:
        file.unlink()
        raise


def renew_feed(connection: Connection) -> None:
    """Gives a database another feed id, so that whoever follows its feed sees that it was restored,
    and reads everything anew.
    """
    connection.run(_RENEW, new_feed_id=uuid4().hex)


def _copy(database: Database, file: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(database.url.database or "")) as source,
            closing(sqlite3.connect(file, isolation_level=None)) as copy,
        ):
            source.backup(copy)
            # All in one file, so that there is no other one to forget.
            copy.execute("PRAGMA journal_mode=DELETE")
            renew_feed(Connection(copy, database.dialect))
    except sqlite3.Error as error:
        raise NoBackup(f"The backup failed: {error}.") from None
