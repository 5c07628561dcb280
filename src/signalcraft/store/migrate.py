"""Bringing a database's tables up to date."""

from functools import cache
from pathlib import Path
from uuid import uuid4

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Text, column, create_engine, insert, select, table

from signalcraft.store.database import Database
from signalcraft.store.statement import Statement
from signalcraft.store.tables import database as database_table

# A number of our own: whoever migrates a PostgreSQL database holds the advisory lock of this name.
_MIGRATION_LOCK = 5_161_212_201


def migrate(database: Database) -> tuple[str | None, str]:
    """Brings the tables up to date, in one transaction; returns the revisions before and after.

    Others that migrate at the same time wait, and then find nothing to do.
    """
    config = _config()
    arguments = {"isolation_level": None} if database.dialect == "sqlite" else {}
    engine = create_engine(database.engine_url, connect_args=arguments)
    try:
        with engine.begin() as connection:
            _lock(connection)
            before = MigrationContext.configure(connection).get_current_revision()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if connection.execute(select(database_table)).first() is None:
                connection.execute(insert(database_table).values(feed_id=uuid4().hex))
    finally:
        engine.dispose()
    return before, newest()


def pending(database: Database) -> bool:
    """Whether the tables are older, or newer, than this version of the code needs."""
    row = database.connection().one(_CURRENT)
    return row is None or row[0] != newest()


@cache
def newest() -> str:
    """The revision that this version of the code needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None, "the package ships its migrations"
    return head


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA busy_timeout = 60000")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")


_CURRENT = Statement(select(table("alembic_version", column("version_num", Text))))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
