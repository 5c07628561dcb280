"""Serving the API: Granian, in this process, until a signal says to stop."""

import asyncio
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial

import structlog
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from signalcraft.api.server.allocator import keep_freed_memory
from signalcraft.api.server.app import Application
from signalcraft.api.server.connections import allowed_connections, close_surplus
from signalcraft.api.server.limits import Limits
from signalcraft.api.server.logs import flush_log
from signalcraft.api.server.supervision import supervise
from signalcraft.store.db.database import Database
from signalcraft.store.tfstate.writing import Settings as StateSettings

# All headers of a request: a query may name 1,000 ids of 40 characters.
_HEADER_BYTES = 64 * 1024

log = structlog.get_logger()


class AddressUnavailable(Exception):
    """The server can't listen there; the message says why."""


def serve(
    database: Database,
    host: str,
    port: int,
    limits: Limits,
    state_settings: StateSettings | None,
    ready: Callable[[str], None],
    *,
    loopback_issuers: bool = False,
) -> None:
    """Serves until SIGINT or SIGTERM, then finishes what is in progress, within the grace period.

    Port 0 takes a free one. `ready` is called with the server's URL once it answers.
    `loopback_issuers` allows token issuers on this machine. Raises `AddressUnavailable`. A second
    signal, or the end of the grace period, ends the process at once.
    """
    keep_freed_memory()
    with _reserved(host, port) as reserved:
        application = partial(
            Application, database, limits, state_settings, loopback_issuers=loopback_issuers
        )
        asyncio.run(_serve(application, host, reserved, limits, ready))


async def _serve(
    make: Callable[[], Application],
    host: str,
    port: int,
    limits: Limits,
    ready: Callable[[str], None],
) -> None:
    application = make()
    server = Server(
        application,
        host,
        port,
        interface=Interfaces.RSGI,
        # HTTP/2 without TLS has no users here, and with it a silent connection is never closed.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=limits.header_seconds * 1000, max_buffer_size=_HEADER_BYTES
        ),
        log_enabled=False,
        websockets=False,
        backlog=4096,
        # How many connections are accepted at once; more wait in the backlog.
        backpressure=allowed_connections(limits.connections),
    )
    loop = asyncio.get_running_loop()
    background = asyncio.create_task(application.background())
    guard = asyncio.create_task(supervise("connections", lambda: close_surplus(port, limits)))

    def stop() -> None:
        _end_later(limits.grace_seconds)
        background.cancel()  # First, since it wakes those whose requests wait for a change.
        server.stop()  # type: ignore[no-untyped-call]  # Granian's own gap

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    serving = asyncio.create_task(server.serve())
    try:
        await _listening(host, port, serving)
        ready(f"http://{f'[{host}]' if ':' in host else host}:{port}")
        await serving
    finally:
        background.cancel()
        guard.cancel()
        application.close()


def refuse_taken(host: str, port: int) -> None:
    """Raises `AddressUnavailable` if nothing could listen there now."""
    with _reserved(host, port):
        pass


def _end_later(grace_seconds: float) -> None:
    """Ends the process at the next signal, or when the grace period is over, whatever is still in
    progress then: every change that was answered is committed.

    The timer has a thread of its own, since whatever hangs may be the event loop.
    """

    def end() -> None:
        log.warning("stopped before all requests were answered")
        flush_log()
        os._exit(1)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(1))
    timer = threading.Timer(grace_seconds, end)
    timer.daemon = True
    timer.start()


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
            "or SIGNALCRAFT_PORT and SIGNALCRAFT_HOST; with make: make serve PORT=8081."
        ) from None


async def _listening(host: str, port: int, serving: asyncio.Task[None]) -> None:
    while not serving.done():
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            return
        await asyncio.sleep(0.01)
    await serving  # Raises what kept it from listening.
