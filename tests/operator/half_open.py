"""A proxy that falls silent without closing its connections, as a firewall that has forgotten them."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from threading import Event, Thread

_BYTES = 65_536


class HalfOpen:
    """A proxy for TCP."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._pairs: list[tuple[socket.socket, socket.socket, Event]] = []
        self.port = int(self._listener.getsockname()[1])
        Thread(target=self._accept, daemon=True).start()

    def fall_silent(self) -> int:
        """Passes nothing on any more for the connections that there are, whose number is returned;
        new ones work.
        """
        for _, _, silent in self._pairs:
            silent.set()
        return len(self._pairs)

    def close(self) -> None:
        """Closes everything."""
        self._listener.close()
        for client, server, _ in self._pairs:
            client.close()
            server.close()

    def _accept(self) -> None:
        with suppress(OSError):  # Closed.
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                silent = Event()
                self._pairs.append((client, server, silent))
                for source, sink in ((client, server), (server, client)):
                    Thread(target=_pass_on, args=(source, sink, silent), daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket, silent: Event) -> None:
    with suppress(OSError):
        while data := source.recv(_BYTES):
            if not silent.is_set():
                sink.sendall(data)
        if not silent.is_set():
            sink.shutdown(socket.SHUT_WR)


@contextmanager
def half_open(target: tuple[str, int]) -> Iterator[HalfOpen]:
    """A proxy in front of `target`, for the block."""
    with closing(HalfOpen(target)) as proxy:
        yield proxy
