"""Following the objects of a kind: the library's SharedInformer, and what it lacks.

What it lacks (37.0), each with a test beside this module's: it lists everything in one answer,
keeps `managedFields`, sets no time limits, retries without a pause, and `stop` waits for a list
that hangs.
"""

import json
import logging
import random
from collections.abc import Callable, Iterator, Mapping
from threading import Event, Lock, Thread
from types import SimpleNamespace
from typing import Any

import urllib3
from kubernetes.client.exceptions import ApiException
from kubernetes.informer import ADDED, BOOKMARK, DELETED, ERROR, MODIFIED, SharedInformer

from signalcraft.operator.kube import Json, Kube, Query, Resource

PAGE = 500
# Seconds.
_CONNECT = 5.0
_LIST_SILENCE = 10.0
_WATCH_LASTS = 300
_LONGEST_PAUSE = 30.0

# The library logs a stack trace for each failure that it retries.
logging.getLogger("kubernetes.informer").setLevel(logging.CRITICAL)


class Stopped(Exception):
    """The informer is to end."""


class Informer:
    """Keeps a copy of the objects of a kind, and tells of each that changed.

    `changed` gets the object as it was, None for a new one, and as it is, None for one that is
    gone. It is called in the informer's own thread, and with everything there is at the start.
    """

    def __init__(
        self,
        kube: Kube,
        resource: Resource,
        changed: Callable[[Json | None, Json | None], None],
        *,
        namespace: str = "",
        name: str = "",
        silence: float = 90.0,
        failed: Callable[[str], None] = lambda _: None,
    ) -> None:
        """With a name, follows that one object. After so many seconds of silence a watch is taken
        to be dead, whatever its connection says: the API server sends a bookmark every minute.
        """
        self.resource = resource
        self.synced = Event()
        """Set once everything there was at the start has been told."""
        self._kube = kube
        self._changed = changed
        self._failed = failed
        self._silence = silence
        self._path = resource.path(namespace)
        self._selector: Query = [("fieldSelector", f"metadata.name={name}")] if name else []
        self._objects: dict[tuple[str, str], Json] = {}
        self._lock = Lock()
        self._stopping = Event()
        self._failures = 0
        self._version = ""
        self._watching = False
        self._informer = SharedInformer(self._list_or_watch)
        for type in (ADDED, MODIFIED):
            self._informer.add_event_handler(type, self._put)
        self._informer.add_event_handler(DELETED, self._remove)
        self._informer.add_event_handler(BOOKMARK, self._hear)
        self._informer.add_event_handler(ERROR, self._fail)

    def start(self) -> None:
        """Begins to follow, in a thread of its own."""
        self._informer.start()

    def stop(self, seconds: float = 2.0) -> None:
        """Ends; nothing is told any more. What hangs is given up after so many seconds."""
        self._stopping.set()
        stopping = Thread(target=self._informer.stop, daemon=True)
        stopping.start()
        stopping.join(seconds)

    def get(self, namespace: str, name: str) -> Json | None:
        """The object, as far as is known."""
        with self._lock:
            return self._objects.get((namespace, name))

    def all(self) -> list[Json]:
        """Every object, as far as is known."""
        with self._lock:
            return list(self._objects.values())

    def __len__(self) -> int:
        return len(self._objects)

    def observe(self, found: Json) -> None:
        """Takes note of an object that was just read or written, before the watch tells of it."""
        with self._lock:
            before = self._objects.get(_at(found))
            if before is None or _is_older(found, before):
                return
            self._objects[_at(found)] = _slim(found)
        # What others changed before that write is in it too, and is told only once.
        self._changed(before, found)

    def _put(self, found: Json) -> None:
        if self._stopping.is_set():
            return
        self._hear(found)
        with self._lock:
            before = self._objects.get(_at(found))
            if before is not None and _is_older(found, before):
                return
            self._objects[_at(found)] = _slim(found)
        self._changed(before, found)

    def _remove(self, found: Json) -> None:
        if self._stopping.is_set():
            return
        self._hear(found)
        with self._lock:
            before = self._objects.get(_at(found))
            if before is None or before["metadata"]["uid"] != found["metadata"]["uid"]:
                return
            del self._objects[_at(found)]
        self._changed(before, None)

    def _hear(self, found: Json) -> None:
        if self._watching:  # What a list brings is older than the list.
            self._version = found["metadata"]["resourceVersion"]
        if self.synced.is_set():
            self._failures = 0

    def _fail(self, error: object) -> None:
        self._failures += 1
        if not self._stopping.is_set():
            self._failed(f"{self.resource.plural}: {error}")

    # SharedInformer calls it without `watch` for a list, and reads the return type: with another
    # than `Any` it decodes each event three times, to find the resource version that we know.
    def _list_or_watch(self, **options: Any) -> Any:
        self._pause()
        if options.get("watch"):
            self.synced.set()
            self._watching = True
            return self._watch()
        return self._list()

    def _pause(self) -> None:
        if self._failures:
            longest = min(0.25 * 2.0 ** min(self._failures, 20), _LONGEST_PAUSE)
            self._stopping.wait(random.uniform(0.5, 1) * longest)  # noqa: S311 — no secret
        if self._stopping.is_set():
            raise Stopped

    def _list(self) -> SimpleNamespace:
        items: list[Json] = []
        page: Json = {}
        for page in self._pages():
            items += [_slim(item) for item in page["items"]]
        self._version, self._watching = page["metadata"]["resourceVersion"], False
        metadata = SimpleNamespace(resource_version=self._version)
        return SimpleNamespace(items=items, metadata=metadata)

    def _pages(self) -> Iterator[Json]:
        going_on = ""
        while True:
            if self._stopping.is_set():
                raise Stopped
            query = [("limit", str(PAGE)), *self._selector]
            query += [("continue", going_on)] if going_on else []
            page = self._kube.request("GET", self._path, query, timeout=_LIST_SILENCE)
            api_version = page["apiVersion"]
            for item in page["items"]:
                item.setdefault("kind", self.resource.kind)
                item.setdefault("apiVersion", api_version)
            yield page
            going_on = page["metadata"].get("continue", "")
            if not going_on:
                return

    def _watch(self) -> urllib3.BaseHTTPResponse:
        query = [
            ("watch", "true"),
            ("resourceVersion", self._version),
            ("allowWatchBookmarks", "true"),
            ("timeoutSeconds", str(int(_WATCH_LASTS * random.uniform(0.8, 1)))),  # noqa: S311
            *self._selector,
        ]
        response = self._kube.stream(self._path, query, connect=_CONNECT, read=self._silence)
        if response.status != 200:
            text = response.data.decode(errors="replace")
            raise ApiException(status=response.status, reason=_message(text))
        return response


def _message(text: str) -> str:
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text[:200]


def _at(found: Mapping[str, Any]) -> tuple[str, str]:
    return found["metadata"].get("namespace", ""), found["metadata"]["name"]


def _slim(found: Json) -> Json:
    found["metadata"].pop("managedFields", None)
    annotations = found["metadata"].get("annotations")
    if annotations:
        # kubectl's copy of the whole object, which is of use to kubectl only.
        annotations.pop("kubectl.kubernetes.io/last-applied-configuration", None)
    return found


def _is_older(found: Json, known: Json) -> bool:
    """Whether an object was read before another of the same address (versions can be compared
    since Kubernetes 1.35).
    """
    version, other = found["metadata"]["resourceVersion"], known["metadata"]["resourceVersion"]
    return version.isdecimal() and other.isdecimal() and int(version) < int(other)
