"""Which objects wait for which connection."""

from threading import Lock

from signalcraft.operator.manifest import Key


class Waiting:
    """Objects that can't go on before something about a connection changes. Safe to share between
    threads.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._objects: dict[Key, set[Key]] = {}

    def add(self, connection: Key, key: Key) -> None:
        """Has an object wait."""
        with self._lock:
            self._objects.setdefault(connection, set()).add(key)

    def take(self, connection: Key) -> set[Key]:
        """The objects that wait for a connection, which do so no longer."""
        with self._lock:
            return self._objects.pop(connection, set())
