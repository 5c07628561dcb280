"""How many connections are accepted: as many as the process may open files, and a share of them for
each address.

Granian accepts connections itself and knows no limit by address, so surplus ones are found among
the process's open files, and shut down.
"""

import asyncio
import os
import resource
import socket
from collections import defaultdict
from collections.abc import Iterator

import structlog

from signalcraft.api.server.client_address import is_trusted
from signalcraft.api.server.limits import Limits

# For the database, the log, the sockets that listen, and Python itself.
_OTHER_FILES = 128
_FEWEST = 16
_SECONDS = 1.0
_OPEN_FILES = "/proc/self/fd"

log = structlog.get_logger()


def allowed_connections(wanted: int) -> int:
    """How many connections may be open at once, after raising the limit of open files as far as the
    system lets the process.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    allowed = wanted if soft == resource.RLIM_INFINITY else min(wanted, soft - _OTHER_FILES)
    if allowed < wanted:
        log.warning(
            "fewer connections than wanted: raise ulimit -n", allowed=allowed, needed=needed
        )
    return max(allowed, _FEWEST)


async def close_surplus(port: int, limits: Limits) -> None:
    """Closes, once a second, what any address has open beyond its share, the newest first."""
    if not _open_files():  # Linux only; elsewhere a proxy has to do this.
        return
    while True:
        await asyncio.sleep(_SECONDS)
        # Even one address alone can't have too many while there are no more files than that.
        if len(_open_files()) > limits.connections_per_address:
            _close_surplus(port, limits)


def _open_files() -> list[int]:
    """The descriptors of the process's open files, where the system tells them."""
    try:
        with os.scandir(_OPEN_FILES) as entries:
            return sorted(int(entry.name) for entry in entries)
    except OSError:
        return []


def _close_surplus(port: int, limits: Limits) -> None:
    by_address: dict[str, list[socket.socket]] = defaultdict(list)
    try:
        for address, connection in _connections(port):
            by_address[address].append(connection)
        for address, connections in by_address.items():
            surplus = connections[limits.connections_per_address :]
            if not surplus or is_trusted(address, limits.trusted_proxies):
                continue
            log.warning(
                "too many connections from one address", address=address, closed=len(surplus)
            )
            for connection in surplus:
                connection.shutdown(socket.SHUT_RDWR)
    finally:
        for connections in by_address.values():
            for connection in connections:
                connection.close()


def _connections(port: int) -> Iterator[tuple[str, socket.socket]]:
    """The connections to a port, each with its peer's address, in the order of their descriptors.

    Each is a duplicate, to be closed: whatever number the server's own gets meanwhile, this one
    stays the same connection.
    """
    for number in _open_files():
        try:
            connection = socket.socket(fileno=os.dup(number))
        except OSError:  # Closed since, or not a socket.
            continue
        peer = _peer(connection, port)
        if peer is None:
            connection.close()
        else:
            yield peer, connection


def _peer(connection: socket.socket, port: int) -> str | None:
    """The address at the other end of a connection to a port; None if the socket is something else."""
    if connection.family not in (socket.AF_INET, socket.AF_INET6):
        return None
    try:
        address: str = connection.getpeername()[0]
        return address if connection.getsockname()[1] == port else None
    except OSError:  # It isn't connected.
        return None
