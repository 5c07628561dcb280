"""When keys were last used, as several processes store it at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from signalcraft.store.access import keys
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
