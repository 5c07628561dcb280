"""What a failure of the database leaves behind: nothing."""

import json
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from signalcraft.model.draft import read_draft
from signalcraft.model.kinds import KINDS
from signalcraft.model.problem import Problem
from signalcraft.store.config import setup
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.config.write import Write
from signalcraft.store.db.database import Database
from signalcraft.store.db.failures import UnusableDatabase
from tests.until import until

# psycopg prepares a statement that has run five times.
UNTIL_ALL_IS_PREPARED = 8

CANCEL = """
SELECT pg_cancel_backend(pid) FROM pg_locks
WHERE NOT granted AND relation = 'resource'::regclass
"""


def create_team(database: Database, workspace_id: str, name: str) -> None:
    draft = read_draft(KINDS["team"], json.dumps({"name": name}).encode())
    with database.transaction() as connection:
        Write(ChangeLog(connection, setup.operator(workspace_id))).create(draft)


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_a_statement_that_was_cancelled_does_not_make_later_ones_fail(
    database: Database, workspace_id: str
) -> None:
    """Whichever of a write's statements the driver was about to prepare."""

    def cancel() -> None:
        with psycopg.connect(database.dsn, autocommit=True) as administrator:
            until(lambda: administrator.execute(CANCEL).fetchone())

    with pytest.raises(Problem):
        create_team(database, workspace_id, "")
    for n in range(UNTIL_ALL_IS_PREPARED):
        with psycopg.connect(database.dsn) as other, ThreadPoolExecutor() as threads:
            other.execute("LOCK TABLE resource IN SHARE MODE")
            cancelling = threads.submit(cancel)
            with pytest.raises(UnusableDatabase):
                create_team(database, workspace_id, "never")
            cancelling.result()
        create_team(database, workspace_id, str(n))
        create_team(database, workspace_id, f"{n} again")
