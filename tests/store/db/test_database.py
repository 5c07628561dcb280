"""What a failure of the database leaves behind: nothing."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from signalcraft.model.draft import read_draft
from signalcraft.model.kinds import KINDS
from signalcraft.model.problem import Problem
from signalcraft.store.config import setup
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.config.write import Write
from signalcraft.store.db.database import Database
from signalcraft.store.db.failures import UnknownOutcome, UnusableDatabase
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


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_a_database_that_only_reads_for_a_while_can_not_be_used(
    database: Database, workspace_id: str
) -> None:
    """As during a failover: it is no mistake of ours."""
    database.connection().execute("SET default_transaction_read_only = on")
    with pytest.raises(UnusableDatabase, match="read-only"):
        create_team(database, workspace_id, "T")
    create_team(database, workspace_id, "T")  # On a new connection.


def create_teams_until_the_file_has_to_grow(database: Database, workspace_id: str) -> None:
    for n in range(500):
        create_team(database, workspace_id, f"Team {n} " + "x" * 300)


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize(
    ("pragma", "says"),
    [
        ("max_page_count = 1", "full"),
        ("query_only = on", "readonly"),
        ("busy_timeout = 1", "locked"),
    ],
)
def test_sqlites_own_reason_is_said_and_nothing_is_left_of_the_transaction(
    database: Database, database_url: str, workspace_id: str, pragma: str, says: str
) -> None:
    other = Database(database_url)
    database.connection().execute(f"PRAGMA {pragma}")
    if says == "locked":
        other.connection().execute("BEGIN IMMEDIATE")
    with pytest.raises(UnusableDatabase, match=says):
        create_teams_until_the_file_has_to_grow(database, workspace_id)
    other.close()
    undo = {"full": "max_page_count = 1000000", "readonly": "query_only = off"}
    database.connection().execute(f"PRAGMA {undo.get(says, pragma)}")
    create_team(database, workspace_id, "T")


def lose_connection_in(database: Database, step: str) -> None:
    with database.transaction() as connection:
        [(pid,)] = connection.query("SELECT pg_backend_pid()")
        with psycopg.connect(database.dsn, autocommit=True) as administrator:
            administrator.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        if step == "statement":
            connection.query("SELECT 1")


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_a_connection_that_is_lost_before_the_commit_is_told_from_one_lost_during_it(
    database: Database,
) -> None:
    for lost_in, failure in (("statement", UnusableDatabase), ("commit", UnknownOutcome)):
        with pytest.raises(UnusableDatabase) as raised:
            lose_connection_in(database, lost_in)
        assert type(raised.value) is failure
        database.connection().query("SELECT 1")


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("postgresql://u:hunter2@localhost:1/x", "hunter2"),
        ("postgresql://u@localhost:1/x?password=hunter2", "hunter2"),
        ("postgresql://u:hunter@2@localhost:1/x", "hunter"),
        ("postgresql://u:p@hunter2#:1/x", "hunter2"),
        ("mysql://u:hunter2@localhost/x?password=hunter2", "hunter2"),
    ],
)
def test_no_error_tells_the_password_of_a_database(url: str, secret: str) -> None:
    with pytest.raises(UnusableDatabase) as raised:
        Database(url).connection()
    assert secret not in str(raised.value)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_only_the_owner_can_read_the_files_of_a_database(database: Database) -> None:
    file = Path(database.url.database or "")
    database.connection().query("SELECT 1")
    modes = {stat.S_IMODE(part.stat().st_mode) for part in file.parent.glob(f"{file.name}*")}
    assert modes == {0o600}
