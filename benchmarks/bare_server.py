"""The least that an answer can cost: a Starlette handler that answers with given bytes.

`python -m benchmarks.bare_server BODY_FILE` prints its port, and serves until it is killed.
"""

import asyncio
import socket
import sys
from pathlib import Path

from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send


async def serve(body: str) -> None:
    """Answers every request with this body, once it has read the request's own."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()
        await Response(body, media_type="application/json")(scope, receive, send)

    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        print(port, flush=True)
        server = Server(
            application,
            "127.0.0.1",
            port,
            interface=Interfaces.ASGINL,
            log_enabled=False,
            websockets=False,
        )
        await server.serve()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]).read_text(encoding="utf-8")))
