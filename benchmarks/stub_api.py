"""The least that SignalCraft's API can be to the operator: alert policies in memory, unchecked.

`python -m benchmarks.stub_api` prints its address, and serves until it is killed.
"""

import asyncio
import json
import socket
from itertools import count
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server

_NOW = "2026-01-05T09:00:00Z"
_WHOAMI = {
    "workspace_id": "ws_stub",
    "workspace_name": "Stub",
    "service_account_id": "sa_stub",
    "service_account_name": "stub",
    "key_id": "key_stub",
    "scopes": ["config:read", "config:write", "audit:read"],
}
_FEED: dict[str, Any] = {"items": [], "revision": 0, "head": 0, "feed_id": "stub"}
_NOTHING: dict[str, Any] = {"items": [], "next_cursor": None}


async def serve() -> None:
    """Answers what an operator asks that creates policies."""
    numbers = count()

    async def application(scope: Any, protocol: Any) -> None:
        if scope.method == "PUT":
            answer = _created(next(numbers), scope.headers, json.loads(await protocol()))
            protocol.response_str(201, [("content-type", "application/json")], answer)
            return
        if "wait=" in scope.query_string:
            await asyncio.sleep(25)  # Nothing ever happens but what the operator does.
        found = {"/v1/whoami": _WHOAMI, "/v1/changes": _FEED}.get(scope.path, _NOTHING)
        protocol.response_str(200, [("content-type", "application/json")], json.dumps(found))

    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        print(f"http://127.0.0.1:{port}", flush=True)
        server = Server(
            application,
            "127.0.0.1",
            port,
            interface=Interfaces.RSGI,
            log_enabled=False,
            websockets=False,
        )
        await server.serve()


def _created(number: int, headers: Any, body: dict[str, Any]) -> str:
    managed_by = {
        "manager": headers["signalcraft-manager"],
        "source": headers["signalcraft-source"],
    }
    read_only = {
        "id": f"ap_{number}",
        "version": 1,
        "created_at": _NOW,
        "updated_at": _NOW,
        "managed_by": managed_by,
        "deletion_requested_at": None,
    }
    return json.dumps({**read_only, **body})


if __name__ == "__main__":
    asyncio.run(serve())
