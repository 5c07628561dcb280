"""Objects that are going: deleting their resources, and letting them go."""

from collections.abc import Callable
from threading import Lock

import structlog
from whenever import Instant, TimeDelta

from signalcraft.client import ClientError
from signalcraft.model.resource import ManagedBy
from signalcraft.operator.bodies import KIND_OF, manager_of, remote_name, source_of
from signalcraft.operator.choice import NoChoice
from signalcraft.operator.cluster import Cluster
from signalcraft.operator.connections import Connections
from signalcraft.operator.executor import Executor
from signalcraft.operator.guard import Deletions, allowed, holds
from signalcraft.operator.health import State
from signalcraft.operator.link import Link
from signalcraft.operator.manifest import ALLOW_DELETIONS_UNTIL, FINALIZER, Key, Manifest
from signalcraft.operator.outcomes import outcome_of
from signalcraft.operator.queue import WorkQueue
from signalcraft.operator.reasons import EventReason, Reason
from signalcraft.operator.reporter import Reporter
from signalcraft.operator.settings import Settings
from signalcraft.operator.status import Outcome
from signalcraft.operator.waiting import Waiting

log = structlog.get_logger()

# Seconds.
_ORPHAN_AFTER_IN_GOING_NAMESPACE = 60.0
_BLOCKED_PAUSE = 60.0
# How long the number of a connection's objects is taken to be the same.
_COUNT_LASTS = TimeDelta(seconds=5)


class Gate:
    """Lets the deletions of a connection through, or holds them: the guard against mass deletion
    at work. Safe to share between threads.
    """

    def __init__(
        self, cluster: Cluster, connections: Connections, now: Callable[[], Instant]
    ) -> None:
        self._cluster = cluster
        self._connections = connections
        self._now = now
        self._lock = Lock()
        self._deletions: dict[str, Deletions] = {}
        self._let_through: set[str] = set()
        self._counts: dict[Key, tuple[Instant, int]] = {}

    def lets_through(self, manifest: Manifest, connection: Manifest) -> bool:
        """Whether the resource of an object may be deleted, which is counted then."""
        with self._lock:
            if manifest.uid in self._let_through:
                return True
            now = self._now()
            deletions = self._deletions.get(connection.uid) or Deletions.read(connection.status)
            objects = self._objects(connection.key, now) + deletions.since(now)
            if holds(
                deletions,
                objects,
                now,
                allow_until=connection.annotations.get(ALLOW_DELETIONS_UNTIL),
                held=_is_held(manifest),
            ):
                return False
            deletions = deletions.and_one(now)
            status = {**connection.status, "recentDeletions": deletions.write()}
            self._cluster.set_status(connection, status)
            self._deletions[connection.uid] = deletions
            self._let_through.add(manifest.uid)
            return True

    def forget(self, manifest: Manifest) -> None:
        """Forgets an object that is gone."""
        with self._lock:
            self._let_through.discard(manifest.uid)

    def _objects(self, connection: Key, now: Instant) -> int:
        counted = self._counts.get(connection)
        if counted is None or now - counted[0] > _COUNT_LASTS:
            counted = (now, len(self._connections.users(connection)))
            self._counts[connection] = counted
        return counted[1]


class Deletion:
    """Sees objects off. Safe to share between threads, which have an object each."""

    def __init__(
        self,
        cluster: Cluster,
        connections: Connections,
        reporter: Reporter,
        queue: WorkQueue[Key],
        waiting: Waiting,
        settings: Settings,
        now: Callable[[], Instant] = Instant.now,
    ) -> None:
        self._cluster = cluster
        self._connections = connections
        self._reporter = reporter
        self._queue = queue
        self._waiting = waiting
        self._settings = settings
        self._now = now
        self._gate = Gate(cluster, connections, now)

    def run(self, manifest: Manifest) -> None:
        """Deletes an object's resource, if it is the object's to delete, and lets the object go;
        or says why it has to wait. Raises what `Sync.run` does.
        """
        if FINALIZER not in manifest.finalizers:
            return
        if self._settings.dry_run:
            log.info("dry_run", object=str(manifest.key), action="delete", id=manifest.remote_id)
            return
        spec = manifest.spec
        retains = spec.get("deletionPolicy") == "Retain" or bool(spec.get("suspend"))
        if retains or self._cluster.is_kind_going(manifest.key.kind):
            self._release(manifest, EventReason.RETAINED, f"Kept {_resource(manifest)}.")
            return
        choice = self._connections.choose(manifest)
        link = None if isinstance(choice, NoChoice) else self._connections.link(choice)
        if isinstance(choice, NoChoice) or self._is_lost(choice, link, manifest):
            self._orphan(manifest, choice)
            return
        outcome = self._with(choice, link, manifest)
        if outcome is not None:
            self._reporter.report(manifest, outcome)

    def _is_lost(self, connection: Key, link: Link | None, manifest: Manifest) -> bool:
        """Whether a connection is no longer of use to an object."""
        if link is None:
            found = self._cluster.get(connection)
            return found is None or found.condition("Stalled") is not None
        if link.health.state is State.REFUSED:
            return True
        known = link.workspace_id
        return None not in {known, manifest.workspace_id} and known != manifest.workspace_id

    def _orphan(self, manifest: Manifest, connection: Key | NoChoice) -> None:
        """Lets an object go without its resource, once it has waited long enough."""
        going = self._cluster.is_going(manifest.key.namespace)
        patience = self._settings.orphan_after
        if going:
            patience = min(patience, _ORPHAN_AFTER_IN_GOING_NAMESPACE)
        assert manifest.deleted_at is not None
        end = manifest.deleted_at.add(TimeDelta(seconds=patience))
        left = (end - self._now()).total("seconds")
        if left <= 0:
            note = f"{_resource(manifest)} remains in SignalCraft: its connection is gone."
            self._release(manifest, EventReason.ORPHANED, note)
            return
        self._queue.add_later(manifest.key, left)
        why = (
            connection.message
            if isinstance(connection, NoChoice)
            else f"{connection} can't be used."
        )
        self._reporter.report(
            manifest,
            Outcome(
                Reason.CONNECTION_NOT_READY,
                f"{why} If it isn't back by {end.format_iso()}, this object goes, and "
                f"{_resource(manifest)} remains.",
            ),
        )
        if isinstance(connection, Key):
            self._waiting.add(connection, manifest.key)

    def _with(self, connection: Key, link: Link | None, manifest: Manifest) -> Outcome | None:
        """What comes of a deletion by a connection; None if there is nothing to say."""
        found = self._cluster.get(connection)
        if link is None or found is None or link.health.state is State.NEW:
            self._waiting.add(connection, manifest.key)
            return None
        if link.health.state is not State.READY:
            self._waiting.add(connection, manifest.key)
            return Outcome(Reason.UNREACHABLE, link.health.message)
        if not self._gate.lets_through(manifest, found):
            self._waiting.add(connection, manifest.key)
            return _held(connection)
        try:
            self._delete(link, manifest)
        except ClientError as error:
            return self._failed(connection, link, manifest, error)
        return None

    def _delete(self, link: Link, manifest: Manifest) -> None:
        cluster, key = self._settings.cluster_name, manifest.key
        manager = ManagedBy(manager=manager_of(cluster, key), source=source_of(manifest.uid))
        executor = Executor(link, KIND_OF[key.kind])
        released = executor.delete(manager, remote_name(cluster, key), manifest.remote_id)
        left = released.left
        if left is None:
            note = f"Deleted {_resource(manifest)}."
            self._release(manifest, EventReason.DELETED, note)
        else:
            note = f"Kept {left.id}, which is managed by {left.manager or 'nobody'}."
            self._release(manifest, EventReason.RETAINED, note)

    def _failed(
        self, connection: Key, link: Link, manifest: Manifest, error: ClientError
    ) -> Outcome | None:
        outcome = outcome_of(error)
        if outcome.reason is Reason.DELETION_BLOCKED:
            self._queue.add_later(manifest.key, _BLOCKED_PAUSE)
            return outcome
        self._waiting.add(connection, manifest.key)
        self._queue.retry(manifest.key)
        told = self._queue.failures(manifest.key) > 1 or link.health.state is not State.READY
        return outcome if told else None

    def _release(self, manifest: Manifest, reason: EventReason, note: str) -> None:
        """Lets an object go."""
        self._cluster.set_finalizer(manifest, present=False)
        self._reporter.tell(manifest, reason, note)
        self._gate.forget(manifest)
        self._queue.succeeded(manifest.key)


def _resource(manifest: Manifest) -> str:
    return manifest.remote_id or "its resource"


def _is_held(manifest: Manifest) -> bool:
    stalled = manifest.condition("Stalled")
    return stalled is not None and stalled["reason"] == Reason.DELETION_HELD


def _held(connection: Key) -> Outcome:
    return Outcome(
        Reason.DELETION_HELD,
        f"Many objects of {connection} were deleted within ten minutes (more than {allowed(0)} and "
        f"20 %). If that is intended, annotate it with {ALLOW_DELETIONS_UNTIL} and a time.",
    )
