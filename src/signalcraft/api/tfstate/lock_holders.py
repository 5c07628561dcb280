"""Keys that took a state's lock, and may finish under it although they have expired.

The password of Terraform's `http` backend is fixed when Terraform starts, and a key that a token was
exchanged for works for an hour. So a job of two hours could not save its state.
"""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

from signalcraft.api.http.call import Incoming
from signalcraft.store.access.callers import Caller
from signalcraft.store.db.clock import timestamp
from signalcraft.store.db.database import Connection
from signalcraft.store.tfstate import runs

_AT_MOST = timedelta(hours=24)


def holds_lock(connection: Connection, caller: Caller, incoming: Incoming) -> bool:
    """Whether the caller's key took the lock that the request's state has, at most 24 hours ago, and
    the request sends that lock's id.

    Before a body has been received, in which the id may be, whether the key took the lock is all that
    is asked.
    """
    run = runs.held_by_key(
        connection,
        caller.workspace_id,
        incoming.parameters.get("name", ""),
        caller.key_id,
        timestamp(datetime.now(UTC) - _AT_MOST),
    )
    if run is None:
        return False
    if incoming.method == "DELETE" and not incoming.body:
        return True
    return _lock_id(incoming) == run.lock_id


def _lock_id(incoming: Incoming) -> str | None:
    """The lock's id: in the query, or in the body of a request that releases the lock."""
    if incoming.method != "DELETE":
        return parse_qs(incoming.query).get("ID", [None])[0]
    try:
        found = json.loads(incoming.body)["ID"]
    except (ValueError, RecursionError, TypeError, KeyError):
        return None
    return found if isinstance(found, str) else None
