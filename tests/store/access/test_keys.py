"""When keys were last used, as several processes store it at the same time; and how many work."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from signalcraft.model.draft import read_draft
from signalcraft.model.kinds import KINDS
from signalcraft.store.access import callers, keys
from signalcraft.store.config import setup
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.config.write import Write
from signalcraft.store.db.database import Database

NUMBER = 200
EARLIER, LATER = "2026-01-05T09:00:00.000000Z", "2026-01-05T09:00:30.000000Z"


@pytest.fixture
def key_ids(database: Database, workspace_id: str, account_id: str) -> list[str]:
    """Many keys of the account."""
    with database.transaction() as connection:
        made = [keys.create(connection, workspace_id, account_id, str(n)) for n in range(NUMBER)]
    return [key.id for key, _ in made]


@pytest.fixture
def last_used(
    database: Database, workspace_id: str, account_id: str
) -> Callable[[], list[str | None]]:
    """Tells when each of the account's keys was last used."""

    def tell() -> list[str | None]:
        found = keys.of_account(database.connection(), workspace_id, account_id)
        return [key.last_used_at for key in found]

    return tell


def store(database: Database, key_ids: list[str], at: str) -> None:
    with database.transaction() as connection:
        keys.note_use(connection, dict.fromkeys(key_ids, at))


def test_processes_that_store_the_use_of_the_same_keys_at_once_do_not_hold_each_other_up(
    database: Database, key_ids: list[str], last_used: Callable[[], list[str | None]]
) -> None:
    barrier = Barrier(2)

    def act(in_order: list[str]) -> None:
        barrier.wait()
        store(database, in_order, LATER)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(act, [key_ids, key_ids[::-1]]))
    assert last_used() == [LATER] * NUMBER


def test_what_a_process_stores_late_does_not_undo_what_another_knew(
    database: Database, key_ids: list[str], last_used: Callable[[], list[str | None]]
) -> None:
    for at in (LATER, EARLIER):
        store(database, key_ids[:1], at)
    assert last_used()[0] == LATER


def test_only_keys_that_are_accepted_count_as_active(
    database: Database, workspace_id: str, account_id: str
) -> None:
    def put(kind: str, **fields: object) -> None:
        draft = read_draft(KINDS[kind], json.dumps(fields).encode())
        with database.transaction() as connection:
            Write(ChangeLog(connection, setup.operator(workspace_id))).put(draft)

    def counts() -> dict[callers.KeyState, int]:
        return callers.count_by_state(database.connection())

    with database.transaction() as connection:
        for name, expires_at in (("a", None), ("b", None), ("c", "2001-01-01T00:00:00.000000Z")):
            keys.create(connection, workspace_id, account_id, name, expires_at)
        keys.revoke(connection, keys.create(connection, workspace_id, account_id, "d")[0].id, LATER)
    assert counts() == {"active": 2, "disabled": 0, "expired": 1, "revoked": 1}

    put("service_account", name="Deploy", scopes=[], disabled=True)
    assert counts() == {"active": 0, "disabled": 3, "expired": 0, "revoked": 1}
    put("service_account", name="Deploy", scopes=[], keyless_only=True)
    assert counts() == {"active": 0, "disabled": 3, "expired": 0, "revoked": 1}

    put("service_account", name="Deploy", scopes=[])
    with database.transaction() as connection:
        connection.execute("UPDATE api_key SET created_at = '2001-01-01T00:00:00.000000Z'")
        workspace = {"name": "W", "max_api_key_age_days": 30}
        draft = read_draft(KINDS["workspace"], json.dumps(workspace).encode())
        Write(ChangeLog(connection, setup.operator(workspace_id))).replace(workspace_id, draft)
    assert counts() == {"active": 0, "disabled": 0, "expired": 3, "revoked": 1}
