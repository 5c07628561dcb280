"""One of several processes is killed in the middle of writes: the others go on, and do what it had
begun when they are asked again.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import psycopg
import pytest

from tests.api.replay import History
from tests.until import until
from tools.servers import Server, Tenant, running_server

# What a write to a workspace can be made to wait for, from its first statement to its commit.
HOLD = {
    "the lock": "SELECT FROM workspace WHERE id = %(workspace)s FOR UPDATE",
    "the feed": """
        INSERT INTO change
        SELECT (jsonb_populate_record(c, jsonb_build_object('revision', c.revision + 1))).*
        FROM change c WHERE c.workspace_id = %(workspace)s ORDER BY c.revision DESC LIMIT 1""",
    "the kept answer": """
        INSERT INTO idempotency
        SELECT (jsonb_populate_record(i, '{"key": "wanted"}')).*
        FROM idempotency i WHERE i.service_account_id = %(account)s AND i.key = 'first'""",
    "the commit, which checks the references": """
        SELECT FROM resource WHERE workspace_id = %(workspace)s AND kind = 'user' FOR UPDATE""",
}
WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE NOT granted AND datname = current_database()"""

pytestmark = pytest.mark.parametrize("dialect", ["postgresql"])


class Begun:
    """A create that somebody else's transaction holds up at one point."""

    def __init__(self, victim: Server, other: Server, holder: psycopg.Connection, at: str) -> None:
        self.tenant = other.new_tenant()
        self._clients = [victim.http(self.tenant), other.http(self.tenant)]
        self.other = self._clients[1]
        [owner] = self.other.get("/v1/users").json()["items"]
        self._wanted = {"name": "Wanted", "member_ids": [owner["id"]]}
        first = {"Idempotency-Key": "first"}
        self.other.post("/v1/teams", json={"name": "First"}, headers=first).raise_for_status()
        who = self.other.get("/v1/whoami").json()
        names = {"workspace": self.tenant.workspace_id, "account": who["service_account_id"]}
        holder.execute(HOLD[at], names)

    def send(self, http: httpx.Client) -> httpx.Response:
        headers = {"Idempotency-Key": "wanted"}
        return http.post("/v1/teams", json=self._wanted, headers=headers)

    def send_to_the_victim(self) -> None:
        with pytest.raises(httpx.TransportError):
            self.send(self._clients[0])

    def close(self) -> None:
        for http in self._clients:
            http.close()


@pytest.fixture
def holder(server: Server) -> Iterator[psycopg.Connection]:
    """A transaction that holds others up."""
    with psycopg.connect(server.database_url) as holder:
        # Foreign keys would lock more than is to be held.
        holder.execute("SET session_replication_role = replica")
        holder.commit()
        yield holder
        holder.rollback()


def until_waiting(server: Server, number: int) -> None:
    """Returns when so many wait for locks."""
    with psycopg.connect(server.database_url, autocommit=True) as administrator:
        until(lambda: administrator.execute(WAITING).fetchone() == (number,))


def test_what_a_killed_process_had_begun_is_done_once_by_another_that_is_asked_again(
    processes: list[Server], tenant: Tenant, holder: psycopg.Connection
) -> None:
    first, other, _ = processes
    with ExitStack() as stack, ThreadPoolExecutor(2 * len(HOLD)) as threads:
        with running_server(first.database_url) as victim:
            begun = [Begun(victim, other, holder, at) for at in HOLD]
            for each in begun:
                stack.callback(each.close)
            sent = [threads.submit(each.send_to_the_victim) for each in begun]
            until_waiting(first, len(begun))
            victim.process.kill()
            for unanswered in sent:
                unanswered.result()
        again = [threads.submit(each.send, each.other) for each in begun]
        until_waiting(first, 2 * len(begun))  # For what the dead process had locked.
        with other.http(tenant) as elsewhere:
            assert elsewhere.post("/v1/teams", json={"name": "Beside"}).status_code == 201
        holder.rollback()
        for each, future in zip(begun, again, strict=True):
            made = future.result()
            assert made.status_code == 201
            replayed = each.send(each.other)
            assert (replayed.status_code, replayed.content) == (201, made.content)
            teams = each.other.get("/v1/teams", params={"name": "Wanted"}).json()["items"]
            assert [team["id"] for team in teams] == [made.json()["id"]]
            History(each.other).check()
