"""Saying what came of an object: its status, and events."""

from collections.abc import Callable

import structlog
from whenever import Instant

from signalcraft.operator.cluster import Cluster
from signalcraft.operator.manifest import Key, Manifest
from signalcraft.operator.queue import WorkQueue
from signalcraft.operator.reasons import EventReason, Outlook, Reason
from signalcraft.operator.recorder import Recorder
from signalcraft.operator.status import Outcome, Status, outlook_of, status_of

log = structlog.get_logger()

_WARNED_OF = {Outlook.STALLED, Outlook.RECONCILING}


class Reporter:
    """Writes status where it has changed, and an event where its reason has."""

    def __init__(
        self,
        cluster: Cluster,
        recorder: Recorder,
        queue: WorkQueue[Key],
        *,
        dry_run: bool = False,
        now: Callable[[], Instant] = Instant.now,
    ) -> None:
        """In a dry run it only logs."""
        self._cluster = cluster
        self._recorder = recorder
        self._queue = queue
        self._dry_run = dry_run
        self._now = now

    def report(self, manifest: Manifest, outcome: Outcome) -> Manifest:
        """Writes an object's status, if it is to change. Returns the object as it is then."""
        status, wait = status_of(manifest, outcome, self._now())
        if wait:
            self._queue.add_later(manifest.key, wait)
        if outcome.reason is not Reason.UNREACHABLE:
            self._queue.succeeded(manifest.key)
        if status == manifest.status:
            return manifest
        if self._dry_run:
            log.info(
                "dry_run_status",
                object=str(manifest.key),
                reason=outcome.reason.value,
                message=outcome.message,
            )
            return manifest
        written = self._cluster.set_status(manifest, status)
        if outlook_of(outcome) in _WARNED_OF and _differs(manifest, status):
            self._recorder.tell(
                manifest, "Warning", outcome.reason.value, outcome.message, "Reconcile"
            )
        return written

    def tell(self, manifest: Manifest, reason: EventReason, note: str) -> None:
        """Tells of something that was done."""
        log.info(reason.value, object=str(manifest.key), uid=manifest.uid, note=note)
        self._recorder.tell(manifest, "Normal", reason.value, note, "Reconcile")


def _differs(manifest: Manifest, status: Status) -> bool:
    """Whether a status says something else than the present one, or about another generation."""
    before, [after, *_] = manifest.condition("Ready"), status["conditions"]
    if before is None:
        return True
    said = ["status", "reason", "observedGeneration"]
    if after["reason"] != Reason.UNREACHABLE:
        # How the API can't be reached is worded by whoever notices it first.
        said.append("message")
    return any(before.get(each) != after[each] for each in said)
