"""What it looks like when the database can't be used, as opposed to a mistake in a statement."""

import sqlite3

import psycopg
from psycopg import errors

# Classes of PostgreSQL's SQLSTATE (its documentation, appendix A): no connection, resources that
# have run out, an operator's intervention (restarts, timeouts), errors of the system itself.
_CLASSES = ("08", "53", "57", "58")
# A standby, or a primary that is failing over; a lock not granted in time; a deadlock or a
# serialization failure.
_STATES = frozenset({"25006", "25P03", "55P03", "40P01", "40001"})

# SQLite's primary result codes (https://www.sqlite.org/rescode.html).
_IO_ERROR = 10
_CODES = frozenset(
    {
        3,  # PERM
        5,  # BUSY
        6,  # LOCKED
        7,  # NOMEM
        8,  # READONLY
        9,  # INTERRUPT
        _IO_ERROR,
        11,  # CORRUPT
        13,  # FULL
        14,  # CANTOPEN
        15,  # PROTOCOL
        26,  # NOTADB
    }
)


class UnusableDatabase(Exception):
    """The database's URL is wrong, or it can't be used now; the message says which."""

    disconnected: bool = False
    """Whether the connection is lost: another attempt may well succeed."""
    durability: bool = False
    """Whether the failure says nothing of what is on the disk already."""


class UnknownOutcome(UnusableDatabase):
    """The connection broke during a commit: whether it happened is unknown."""


def read_failure(error: psycopg.Error | sqlite3.Error) -> Exception:
    """`UnusableDatabase` where the error is the database's own state; else the error itself."""
    if not (_is_sqlite(error) if isinstance(error, sqlite3.Error) else _is_postgresql(error)):
        return error
    unusable = UnusableDatabase(f"The database fails: {error}")
    unusable.durability = getattr(error, "sqlite_errorcode", 0) & 0xFF == _IO_ERROR
    return unusable


def _is_postgresql(error: psycopg.Error) -> bool:
    if error.sqlstate is not None:
        return error.sqlstate.startswith(_CLASSES) or error.sqlstate in _STATES
    # Without a state the driver itself speaks: the connection is lost, or was closed.
    return isinstance(error, errors.OperationalError | errors.InterfaceError)


def _is_sqlite(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in _CODES:
        return True
    # Also what has no code, or only that of an error in general: a table that isn't there yet.
    return isinstance(error, sqlite3.OperationalError | sqlite3.ProgrammingError)
