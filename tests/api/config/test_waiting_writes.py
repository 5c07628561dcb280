"""What goes on while writes wait for each other."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest

from signalcraft.store.db.database import Database
from tests.until import until
from tools.servers import Server, Tenant

# More than the server has threads to write with.
WRITES = 12
_BUSY = 8


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_questions_are_answered_while_all_threads_that_write_wait(
    server: Server, tenant: Tenant, http: httpx.Client
) -> None:
    bodies = [{"name": f"Team {i}"} for i in range(WRITES)]
    item = {"kind": "team", "id": None, "body": bodies[0]}
    with (
        ThreadPoolExecutor(WRITES) as threads,
        psycopg.connect(Database(server.database_url).dsn) as other,
        psycopg.connect(Database(server.database_url).dsn, autocommit=True) as administrator,
    ):
        other.execute("SELECT 1 FROM workspace WHERE id = %s FOR UPDATE", (tenant.workspace_id,))
        writes = [threads.submit(http.post, "/v1/teams", json=body) for body in bodies]

        def waiting() -> int:
            row = administrator.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted"
            ).fetchone()
            assert row
            return int(row[0])

        until(lambda: waiting() >= _BUSY)
        assert http.post("/v1/validate", json={"items": [item]}).json() == {
            "items": [{"errors": [], "warnings": []}]
        }
        assert http.get("/v1/teams").json()["items"] == []
        other.rollback()
        assert {write.result().status_code for write in writes} == {201}
