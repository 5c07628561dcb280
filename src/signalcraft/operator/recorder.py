"""Events: what happened, in `kubectl events` and `kubectl describe`."""

import contextlib
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from queue import Full, Queue
from threading import Thread
from typing import Any, Literal

from whenever import Instant

from signalcraft.operator.kube import EVENT, Json, Kube, KubeError
from signalcraft.operator.manifest import API_VERSION, Manifest

Type = Literal["Normal", "Warning"]

# Kubernetes' own limit of a note.
_LONGEST_NOTE = 1024
_CONTROLLER = "signalcraft.io/operator"
# How many different events are remembered, so that a repetition is counted.
_REMEMBERED = 4096


@dataclass(frozen=True)
class Notice:
    """Something to tell about an object."""

    regarding: tuple[tuple[str, str], ...]
    namespace: str
    type: Type
    reason: str
    action: str
    note: str
    at: Instant


class Recorder:
    """Writes events, in a thread of its own: nobody waits for them, and where the API can't take
    them as fast as they come, the newest are dropped.
    """

    def __init__(self, kube: Kube, instance: str, *, capacity: int = 20_000) -> None:
        self._kube = kube
        self._instance = instance
        self._queue: Queue[Notice | None] = Queue(capacity)
        # For each event: its name, and how often it has happened.
        self._written: OrderedDict[tuple[object, ...], tuple[str, int]] = OrderedDict()
        self._thread = Thread(target=self._run, name="events", daemon=True)
        self.dropped = 0

    def start(self) -> None:
        """Begins to write."""
        self._thread.start()

    def stop(self, seconds: float = 2.0) -> None:
        """Writes what is waiting, for at most so many seconds."""
        with contextlib.suppress(Full):
            self._queue.put_nowait(None)
        self._thread.join(seconds)

    def tell(self, about: Manifest, type: Type, reason: str, note: str, action: str) -> None:
        """Tells something about an object: a repetition of the same reason and note is counted."""
        regarding = {
            "apiVersion": API_VERSION,
            "kind": about.key.kind,
            "name": about.key.name,
            "uid": about.uid,
            "resourceVersion": about.resource_version,
        }
        if about.key.namespace:
            regarding["namespace"] = about.key.namespace
        notice = Notice(
            tuple(regarding.items()),
            about.key.namespace or "default",
            type,
            reason,
            action,
            _cut(note),
            Instant.now(),
        )
        try:
            self._queue.put_nowait(notice)
        except Full:
            self.dropped += 1

    def _run(self) -> None:
        while (notice := self._queue.get()) is not None:
            # Best effort: an event is never worth holding up work, and a namespace that is being
            # deleted takes none.
            with contextlib.suppress(KubeError):
                self._write(notice)

    def _write(self, notice: Notice) -> None:
        identity = (dict(notice.regarding)["uid"], notice.type, notice.reason, notice.note)
        known = self._written.get(identity)
        if known is not None and self._repeat(notice, *known):
            self._remember(identity, (known[0], known[1] + 1))
            return
        name = f"{dict(notice.regarding)['name'][:200]}.{uuid.uuid4().hex[:16]}"
        self._kube.request("POST", EVENT.path(notice.namespace), body=self._event(name, notice))
        self._remember(identity, (name, 1))

    def _repeat(self, notice: Notice, name: str, count: int) -> bool:
        """Counts a repetition; False if the event is gone, as they are after an hour."""
        series = {"count": count + 1, "lastObservedTime": _micro(notice.at)}
        try:
            self._kube.request(
                "PATCH",
                EVENT.path(notice.namespace, name),
                body={"series": series},
                content_type="application/merge-patch+json",
            )
        except KubeError as error:
            if error.status == 404:
                return False
            raise
        return True

    def _remember(self, identity: tuple[object, ...], written: tuple[str, int]) -> None:
        self._written[identity] = written
        self._written.move_to_end(identity)
        if len(self._written) > _REMEMBERED:
            self._written.popitem(last=False)

    def _event(self, name: str, notice: Notice) -> Json:
        event: dict[str, Any] = {
            "apiVersion": "events.k8s.io/v1",
            "kind": "Event",
            "metadata": {"name": name, "namespace": notice.namespace},
            "eventTime": _micro(notice.at),
            "reportingController": _CONTROLLER,
            "reportingInstance": self._instance[:128],
            "action": notice.action,
            "reason": notice.reason,
            "regarding": dict(notice.regarding),
            "note": notice.note,
            "type": notice.type,
        }
        return event


def _micro(at: Instant) -> str:
    return at.round("microsecond", mode="floor").format_iso(unit="microsecond")


def _cut(note: str) -> str:
    encoded = note.encode()
    if len(encoded) <= _LONGEST_NOTE:
        return note
    return encoded[: _LONGEST_NOTE - 3].decode(errors="ignore") + "…"
