"""What SignalCraft has of this cluster's, kept in memory and up to date by the change feed."""

from collections.abc import Mapping
from threading import Lock

from signalcraft.client import Stored
from signalcraft.client.requests import kind_of
from signalcraft.model.resource import Resource
from signalcraft.operator.manifest import Key
from signalcraft.operator.plan import Remote, digest_of


def remote_of(stored: Stored[Resource]) -> Remote:
    """A resource, as far as a plan asks about it."""
    managed_by = stored.managed_by
    return Remote(
        stored.id,
        stored.version,
        managed_by.manager if managed_by else None,
        managed_by.source if managed_by else None,
        digest_of(stored.body),
    )


class Mirror:
    """The resources that this cluster's objects manage, and the names that they may refer to. Safe
    to share between threads.
    """

    def __init__(self, cluster: str, kinds: Mapping[str, str]) -> None:
        """`kinds` are the object's kind for each kind of resource."""
        self._prefix = f"kubernetes/{cluster}/"
        self._kinds = kinds
        self._lock = Lock()
        self._remotes: dict[str, Remote] = {}
        self._keys: dict[str, Key] = {}
        self.directory: dict[str, dict[str, str]] = {}

    def __len__(self) -> int:
        return len(self._remotes)

    def get(self, id: str) -> Remote | None:
        """The resource with this id, if one of this cluster's objects manages it."""
        with self._lock:
            return self._remotes.get(id)

    def put(self, stored: Stored[Resource]) -> set[Key]:
        """Takes note of a resource, unless a newer version is known. Returns the objects that it
        concerns, if it has changed.
        """
        remote = remote_of(stored)
        key = self._key(kind_of(type(stored.body)).name, remote.manager)
        with self._lock:
            known = self._remotes.get(remote.id)
            if known is not None and (known == remote or known.version > remote.version):
                return set()
            before = self._keys.pop(remote.id, None)
            self._remotes.pop(remote.id, None)
            if key is not None:
                self._remotes[remote.id] = remote
                self._keys[remote.id] = key
        return {each for each in (before, key) if each is not None}

    def remove(self, id: str) -> set[Key]:
        """Takes note that a resource is gone. Returns the objects that it concerns."""
        with self._lock:
            self._remotes.pop(id, None)
            key = self._keys.pop(id, None)
        return set() if key is None else {key}

    def ids(self, kind: str) -> list[str]:
        """The ids of all resources that belong to objects of a kind."""
        with self._lock:
            return [id for id, key in self._keys.items() if key.kind == kind]

    def _key(self, kind: str, manager: str | None) -> Key | None:
        """The object that manages a resource, if it is one of this cluster's."""
        if manager is None or not manager.startswith(self._prefix) or kind not in self._kinds:
            return None
        namespace, _, name = manager.removeprefix(self._prefix).partition("/")
        return Key(self._kinds[kind], namespace, name)
