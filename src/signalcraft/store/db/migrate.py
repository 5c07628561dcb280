"""Bringing a database's tables up to date."""

from uuid import uuid4

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, insert, select
from sqlalchemy.exc import DBAPIError

from signalcraft.store.db.database import Database
from signalcraft.store.db.failures import UnusableDatabase
from signalcraft.store.db.schema_revision import MIGRATIONS, newest
from signalcraft.store.db.tables import database as database_table

# A number of our own: whoever migrates a PostgreSQL database holds the advisory lock of this name.
_MIGRATION_LOCK = 5_161_212_201


def migrate(database: Database) -> tuple[str | None, str]:
    """Brings the tables up to date, in one transaction; returns the revisions before and after.

    Others that migrate at the same time wait, and then find nothing to do. Raises
    `UnusableDatabase`.
    """
    config = _config()
    database.claim_file()
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
    except (CommandError, DBAPIError) as error:
        raise UnusableDatabase(f"Can't migrate {database}: {_reason(error)}") from error
    finally:
        engine.dispose()
    return before, newest()


def _reason(error: CommandError | DBAPIError) -> str:
    if isinstance(error, DBAPIError):
        return str(error.orig)
    return f"its tables belong to another program, or to a newer version of this one. {error}"


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA busy_timeout = 60000")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
