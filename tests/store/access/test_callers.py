"""Which API keys are accepted."""

import json

from signalcraft.model.draft import read_draft
from signalcraft.model.kinds import KINDS
from signalcraft.store.access import callers, keys
from signalcraft.store.config import setup
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.config.write import Write
from signalcraft.store.db.database import Database

LATER = "2026-01-05T09:00:30.000000Z"


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
