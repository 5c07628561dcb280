"""When keys were last used, while the database can't be used."""

import psycopg
import pytest

from signalcraft.api.server.key_use import KeyUse
from signalcraft.store.access import keys
from signalcraft.store.db.database import Database

NONE_LEFT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_what_could_not_be_stored_is_stored_the_next_time(
    database: Database, workspace_id: str, account_id: str
) -> None:
    with database.transaction() as connection:
        key, _ = keys.create(connection, workspace_id, account_id, "first")
    key_use = KeyUse(database)
    key_use.note(key.id)
    with psycopg.connect(database.dsn, autocommit=True) as administrator:
        administrator.execute(NONE_LEFT)
    for stored in (False, True):
        key_use.store()
        [found] = keys.of_account(database.connection(), workspace_id, account_id)
        assert (found.last_used_at is not None) == stored
