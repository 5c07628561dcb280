"""What tests of the store share."""

from collections.abc import Iterator

import pytest

from signalcraft.store import setup
from signalcraft.store.database import Database
from signalcraft.store.migrate import migrate


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of this test's own, with its tables."""
    database = Database(database_url)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def workspace_id(database: Database) -> str:
    """A workspace in it."""
    with database.transaction() as connection:
        return setup.create_workspace(
            connection, name="W", owner_email="owner@example.com", owner_name="Owner"
        )
