"""A server that is killed in the middle of a write leaves the old state or the new one."""

import subprocess
import sys
from pathlib import Path

from signalcraft.store.db.database import Database
from signalcraft.store.tfstate.content import CHUNK
from tests.api.tfstate.state_backend import STATES, ok, read, state, write
from tools.servers import Server, Servers, Tenant
from tools.stand_in import ROOT

# Of several chunks, so that there is something to tear.
OLD, NEW = state(1, note="old " * CHUNK), state(2, note="new " * CHUNK)
PROGRAM = "tests.api.tfstate.killed_state_writes"


def test_killed_at_any_step_a_write_leaves_the_old_state_or_the_new_one(
    server: Server, servers: Servers, tenant: Tenant, tmp_path: Path
) -> None:
    new = tmp_path / "new.tfstate"
    new.write_bytes(NEW)
    with server.http(tenant) as http:
        ok(write(http, OLD))
        ran = subprocess.run(
            [
                *(sys.executable, "-m", PROGRAM, server.database_url, tenant.api_key),
                *(servers.state_key_file, new),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert int(ran.stdout) > 20
        assert read(http) == NEW
        versions = http.get(f"{STATES}/main/versions").json()["items"]
        # One of those that were killed may have been killed after its commit: the last then found
        # its own bytes stored.
        assert [entry["number"] for entry in versions] == [2, 1]
        assert http.get(f"{STATES}/main/versions/1").content == OLD
    database = Database(server.database_url)
    orphans = (
        "SELECT count(*) FROM terraform_chunk "
        "WHERE version_id NOT IN (SELECT id FROM terraform_version)"
    )
    assert database.connection().query(orphans) == [(0,)]
    database.close()
