"""Which revision of the tables a database has, and which this version of the code needs."""

from functools import cache
from pathlib import Path

from sqlalchemy import Text, column, select, table

from signalcraft.store.db.database import Database
from signalcraft.store.db.statement import Statement

MIGRATIONS = Path(__file__).parent / "migrations"

_CURRENT = Statement(select(table("alembic_version", column("version_num", Text))))
_HAS_TABLES = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'",
    "postgresql": "SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL",
}


def pending(database: Database) -> bool:
    """Whether the tables are older, or newer, than this version of the code needs."""
    return current(database) != newest()


def current(database: Database) -> str | None:
    """The revision that the tables have; None if there are none."""
    connection = database.connection()
    if not connection.query(_HAS_TABLES[database.dialect]):
        return None
    row = connection.one(_CURRENT)
    return row[0] if row else None


@cache
def newest() -> str:
    """The revision that this version of the code needs: migrations are numbered `0001_…`."""
    return max(path.stem.partition("_")[0] for path in MIGRATIONS.glob("versions/*.py"))
