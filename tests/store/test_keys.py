"""When keys were last used, as several processes store it at the same time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from signalcraft.model.kinds import KINDS
from signalcraft.store import keys, records, setup
from signalcraft.store.database import Database
from signalcraft.store.write import Write

NUMBER = 200
EARLIER, LATER = "2026-01-05T09:00:00.000000Z", "2026-01-05T09:00:30.000000Z"


class Account:
    """A service account with many keys."""

    def __init__(self, database: Database, workspace_id: str) -> None:
        self._database = database
        self.workspace_id = workspace_id
        with database.transaction() as connection:
            setup.create_key(connection, workspace_id, "admin", "first")
            kind = KINDS["service_account"]
            found = records.find_by_key(connection, workspace_id, kind, "admin")
            assert found is not None
            self.id = found.id
            made = [keys.create(connection, workspace_id, self.id, str(n)) for n in range(NUMBER)]
        self.key_ids = [key.id for key, _ in made]

    def last_used(self) -> list[str | None]:
        """When each key was last used; the first, which is not of the many, is left out."""
        found = keys.of_account(self._database.connection(), self.workspace_id, self.id)
        return [key.last_used_at for key in found[1:]]


@pytest.fixture
def account(database: Database, workspace_id: str) -> Account:
    return Account(database, workspace_id)


def test_processes_that_store_the_use_of_the_same_keys_at_once_do_not_hold_each_other_up(
    database: Database, account: Account
) -> None:
    barrier = Barrier(2)

    def store(key_ids: list[str]) -> None:
        barrier.wait()
        with database.transaction() as connection:
            keys.note_use(connection, dict.fromkeys(key_ids, LATER))

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(store, [account.key_ids, account.key_ids[::-1]]))
    assert account.last_used() == [LATER] * NUMBER


def test_what_a_process_stores_late_does_not_undo_what_another_knew(
    database: Database, account: Account
) -> None:
    for at in (LATER, EARLIER):
        with database.transaction() as connection:
            keys.note_use(connection, {account.key_ids[0]: at})
    assert account.last_used()[0] == LATER


def test_an_account_can_go_while_the_use_of_its_keys_is_stored(
    database: Database, account: Account
) -> None:
    for key_id in reversed(account.key_ids):  # So that the rows lie in another order.
        with database.transaction() as connection:
            keys.note_use(connection, {key_id: EARLIER})
    barrier = Barrier(2)

    def store() -> None:
        barrier.wait()
        with database.transaction() as connection:
            keys.note_use(connection, dict.fromkeys(account.key_ids, LATER))

    def delete() -> None:
        barrier.wait()
        with database.transaction() as connection:
            write = Write(connection, setup.operator(account.workspace_id))
            write.delete(KINDS["service_account"], account.id, when_unreferenced=False)

    with ThreadPoolExecutor(2) as threads:
        for future in [threads.submit(store), threads.submit(delete)]:
            future.result()
    assert account.last_used() == []
