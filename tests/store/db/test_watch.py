"""Hearing of what other processes change."""

from collections.abc import Iterator
from queue import SimpleQueue
from threading import Event, Thread

import psycopg
import pytest

from signalcraft.store.db.database import Database
from signalcraft.store.db.watch import watch


@pytest.fixture
def heard(database: Database) -> Iterator[SimpleQueue[None]]:
    """Gets an item whenever somebody who listens is told to look."""
    heard: SimpleQueue[None] = SimpleQueue()
    stop = Event()
    listening = Thread(target=watch, args=(database, lambda _: heard.put(None), stop))
    listening.start()
    yield heard
    stop.set()
    listening.join()


def test_whoever_begins_to_listen_is_told_to_look_for_what_was_said_before(
    heard: SimpleQueue[None],
) -> None:
    heard.get(timeout=20)


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_whoever_lost_the_database_is_told_to_look_once_it_listens_again(
    heard: SimpleQueue[None], database: Database
) -> None:
    heard.get(timeout=20)
    with psycopg.connect(database.dsn, autocommit=True) as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query LIKE 'LISTEN%' AND datname = current_database()"
        )
        heard.get(timeout=20)
        listening = administrator.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE query LIKE 'LISTEN%' AND datname = current_database()"
        ).fetchone()
    assert listening == (1,)
