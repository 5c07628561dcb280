"""A server that is killed while it writes: what it answered is there, and nothing is half done."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from queue import SimpleQueue
from typing import Any

import httpx
import pytest

from signalcraft.store.db.database import Database
from signalcraft.store.db.migrate import migrate
from tests.api.replay import History
from tools.servers import Dialect, Server, Tenant, running_server

WRITERS = 4
ANSWERS_BEFORE_THE_END = 60


@pytest.fixture
def migrated(database_url: str) -> str:
    migrate(Database(database_url))
    return database_url


class Writer:
    """Makes teams with a user each, renames and deletes them, until nobody answers any more."""

    def __init__(self, http: httpx.Client, number: int, answered: SimpleQueue[None]) -> None:
        self._http = http
        self._number = number
        self._answered = answered
        self.expected: dict[str, Any] = {}
        """What the server said there is, by path; None for what it said is gone."""
        self.unanswered: tuple[dict[str, str], dict[str, Any]] | None = None
        """The create that was under way at the end: its headers and its body."""

    def write(self) -> None:
        with suppress(httpx.TransportError):
            for i in range(10_000):
                self._once(f"{self._number}.{i}")

    def _once(self, name: str) -> None:
        key, wanted = {"Idempotency-Key": name}, {"name": name}
        self.unanswered = key, wanted
        made = self._done(self._http.post("/v1/teams", json=wanted, headers=key))
        self.unanswered = None
        path = made.headers["Location"]
        self.expected[path] = made.json()
        self.expected[path] = self._either(path, wanted | {"description": "renamed"})
        if self._number % 2:
            self.expected[path] = ...  # From here until it is answered, either is right.
            self._done(self._http.delete(path))
            self.expected[path] = None

    def _either(self, path: str, wanted: dict[str, Any]) -> Any:
        self.expected[path] = ...
        return self._done(self._http.put(path, json=wanted)).json()

    def _done(self, answer: httpx.Response) -> httpx.Response:
        assert answer.is_success, answer.text
        self._answered.put(None)
        return answer


def written_until_killed(url: str) -> tuple[Tenant, list[Writer]]:
    """Starts writers, and kills the server in the middle of it."""
    answered: SimpleQueue[None] = SimpleQueue()
    with running_server(url) as server, ThreadPoolExecutor(WRITERS) as threads:
        tenant = server.new_tenant()
        clients = [server.http(tenant) for _ in range(WRITERS)]
        writers = [Writer(http, n, answered) for n, http in enumerate(clients)]
        running = [threads.submit(writer.write) for writer in writers]
        for _ in range(ANSWERS_BEFORE_THE_END):
            answered.get()
        server.process.kill()
        for future in running:
            future.result()
        for http in clients:
            http.close()
    return tenant, writers


@pytest.fixture
def survived(migrated: str) -> Iterator[tuple[httpx.Client, list[Writer]]]:
    tenant, writers = written_until_killed(migrated)
    with running_server(migrated) as server, server.http(tenant) as http:
        yield http, writers


def test_what_was_answered_is_there_and_nothing_is_half_done(
    survived: tuple[httpx.Client, list[Writer]], dialect: Dialect, migrated: str
) -> None:
    http, writers = survived
    for writer in writers:
        for path, expected in writer.expected.items():
            read = http.get(path)
            if expected is None:
                assert read.status_code == 404
            elif expected is not ...:
                assert read.json() == expected

    # The feed tells of every resource that there is, and of no other.
    feed = http.get("/v1/changes", params={"limit": 1000}).json()
    assert [entry["revision"] for entry in feed["items"]] == list(range(1, feed["head"] + 1))
    told = {entry["id"] for entry in feed["items"] if entry["kind"] == "team"}
    told -= {entry["id"] for entry in feed["items"] if entry["action"] == "deleted"}
    assert told == {team["id"] for team in http.get("/v1/teams?limit=1000").json()["items"]}

    if dialect == "sqlite":
        with closing(sqlite3.connect(migrated.removeprefix("sqlite:///"))) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def sent_again(http: httpx.Client, name: str, key: dict[str, str]) -> httpx.Response:
    """What a create is answered when it is sent again: twice the same, and one team is there."""
    answers = [http.post("/v1/teams", json={"name": name}, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    found = http.get("/v1/teams", params={"name": name}).json()["items"]
    assert [team["id"] for team in found] == [answers[0].json()["id"]]
    return answers[0]


def test_a_create_that_was_not_answered_can_be_sent_again(
    survived: tuple[httpx.Client, list[Writer]],
) -> None:
    http, writers = survived
    for writer in writers:
        if writer.unanswered is not None:
            key, wanted = writer.unanswered
            sent_again(http, wanted["name"], key)


def test_a_create_that_was_killed_at_any_point_can_be_sent_again(
    server: Server, tenant: Tenant, http: httpx.Client
) -> None:
    program = [sys.executable, "-m", "tests.api.killed_writes"]
    killed = subprocess.check_output([*program, server.database_url, tenant.api_key], text=True)
    done = [
        "Idempotent-Replayed"
        in sent_again(http, f"Step {n}", {"Idempotency-Key": f"step {n}"}).headers
        for n in range(int(killed) + 1)
    ]
    # The early ones had done nothing, the last ones everything: it is one or the other.
    assert done == sorted(done)
    assert {*done} == {False, True}
    History(http).check()
