"""Bringing a database up to date: from nothing, again, and by several at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from signalcraft.store import setup
from signalcraft.store.database import Database, UnusableDatabase
from signalcraft.store.migrate import migrate
from signalcraft.store.revision import newest
from signalcraft.store.tables import metadata

TOGETHER = 4


def contents(url: str) -> dict[str, int]:
    """How many rows each table has; fails where a table is missing."""
    engine = sa.create_engine(Database(url).engine_url)
    with engine.connect() as connection:
        numbers = {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
            for table in metadata.tables.values()
        }
    engine.dispose()
    return {name: number or 0 for name, number in numbers.items()}


def test_the_tables_that_migrations_make_are_those_that_the_code_knows(database_url: str) -> None:
    assert migrate(Database(database_url)) == (None, newest())
    engine = sa.create_engine(Database(database_url).engine_url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


def test_migrating_again_changes_nothing(database_url: str) -> None:
    migrate(Database(database_url))
    database = Database(database_url)
    with database.transaction() as connection:
        setup.create_workspace(
            connection, name="W", owner_email="owner@example.com", owner_name="Owner"
        )
    database.close()
    before = contents(database_url)
    assert migrate(Database(database_url)) == (newest(), newest())
    assert contents(database_url) == before


def test_of_several_that_migrate_at_once_one_does_it_and_the_others_wait(
    database_url: str,
) -> None:
    barrier = Barrier(TOGETHER)

    def begin(_: int) -> tuple[str | None, str]:
        database = Database(database_url)
        barrier.wait()
        return migrate(database)

    with ThreadPoolExecutor(TOGETHER) as threads:
        results = list(threads.map(begin, range(TOGETHER)))
    assert sorted(results, key=str) == sorted(
        [(None, newest()), *[(newest(), newest())] * (TOGETHER - 1)], key=str
    )
    assert contents(database_url)["database"] == 1


def test_a_migration_that_fails_leaves_the_database_as_it_was(database_url: str) -> None:
    engine = sa.create_engine(Database(database_url).engine_url)
    # A table of another program, in the way of the last one that is made.
    last = list(metadata.tables.values())[-1].name
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE TABLE {last} (id INTEGER)"))
    with pytest.raises(UnusableDatabase, match=last):
        migrate(Database(database_url))
    assert sa.inspect(engine).get_table_names() == [last]
    engine.dispose()
