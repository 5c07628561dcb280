"""Serving the API: Granian, in this process, until a signal says to stop."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator

from granian.constants import Interfaces
from granian.server.embed import Server

from signalcraft.api.server.allocator import keep_freed_memory
from signalcraft.api.server.app import Application
from signalcraft.api.server.dispatcher import Limits
from signalcraft.store.db.database import Database


class AddressUnavailable(Exception):
    """The server can't listen there; the message says why."""


def serve(
    database: Database, host: str, port: int, limits: Limits, ready: Callable[[str], None]
) -> None:
    """Serves until SIGINT or SIGTERM, then finishes what is under way.

    Port 0 takes a free one. `ready` is called with the server's URL once it answers. Raises
    `AddressUnavailable`.
    """
    keep_freed_memory()
    with _reserved(host, port) as reserved:
        asyncio.run(_serve(database, host, reserved, limits, ready))


async def _serve(
    database: Database, host: str, port: int, limits: Limits, ready: Callable[[str], None]
) -> None:
    application = Application(database, limits)
    server = Server(
        application,
        host,
        port,
        interface=Interfaces.RSGI,
        log_enabled=False,
        websockets=False,
        backlog=4096,
        # How many requests may be under way: those that wait for a change count too.
        backpressure=65_536,
    )
    loop = asyncio.get_running_loop()
    beside = asyncio.create_task(application.beside())

    def stop() -> None:
        beside.cancel()  # First, since it wakes those whose requests wait for a change.
        server.stop()  # type: ignore[no-untyped-call]  # Granian's own gap

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    serving = asyncio.create_task(server.serve())
    try:
        await _listening(host, port, serving)
        ready(f"http://{f'[{host}]' if ':' in host else host}:{port}")
        await serving
    finally:
        beside.cancel()
        application.close()


def refuse_taken(host: str, port: int) -> None:
    """Raises `AddressUnavailable` if nothing could listen there now."""
    with _reserved(host, port):
        pass


@contextlib.contextmanager
def _reserved(host: str, port: int) -> Iterator[int]:
    """The port, held for this process until Granian listens on it.

    Granian shares a port with whoever listens there already (SO_REUSEPORT), so another server's
    port would be taken over in silence. Binding it without sharing finds that out.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        if port:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        with socket.socket(family) as holder:
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            holder.bind((host, port))
            yield holder.getsockname()[1]
    except OSError as error:
        raise AddressUnavailable(
            f"Can't listen on {host}:{port}: {error.strerror}. Choose another with --port and --host, "
            "or SIGNALCRAFT_PORT and SIGNALCRAFT_HOST."
        ) from None


async def _listening(host: str, port: int, serving: asyncio.Task[None]) -> None:
    while not serving.done():
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            return
        await asyncio.sleep(0.01)
    await serving  # Raises what kept it from listening.
