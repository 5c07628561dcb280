"""The controller: what changes puts objects into the queue, and workers take them out."""

import random
import time
from collections.abc import Iterable
from threading import Event, Thread

import structlog

from signalcraft.operator.api import NotLeading, Paused, Retired
from signalcraft.operator.bodies import KIND_OF
from signalcraft.operator.cluster import NAMESPACE_KIND, Cluster
from signalcraft.operator.connections import Connections
from signalcraft.operator.deletion import Deletion
from signalcraft.operator.executor import Overtaken
from signalcraft.operator.health import State
from signalcraft.operator.kube import Json, Kube, KubeError
from signalcraft.operator.lease import Fence
from signalcraft.operator.link import Link
from signalcraft.operator.manifest import FINALIZER, Key, Manifest
from signalcraft.operator.metrics import Metrics
from signalcraft.operator.queue import Urgency, WorkQueue
from signalcraft.operator.recorder import Recorder
from signalcraft.operator.reporter import Reporter
from signalcraft.operator.settings import Settings
from signalcraft.operator.sync import Sync
from signalcraft.operator.waiting import Waiting

log = structlog.get_logger()

_CONNECTIONS = ("Connection", "ClusterConnection")
# Seconds. The lease may be renewed a little late, without anybody else having led meanwhile.
_LEASE_PAUSE = 1.0
# What is compared of an object to see whether it is to be looked at: not its status, which is
# ours.
_WATCHED = ("uid", "generation", "deletionTimestamp", "annotations")


class Controller:
    """Works while this process leads."""

    def __init__(
        self,
        kube: Kube,
        cluster: Cluster,
        recorder: Recorder,
        settings: Settings,
        fence: Fence,
        metrics: Metrics,
    ) -> None:
        self._cluster = cluster
        self._settings = settings
        self._metrics = metrics
        self._stopping = Event()
        self.queue: WorkQueue[Key] = WorkQueue()
        self._waiting = Waiting()
        self._connections = Connections(
            kube,
            cluster,
            settings,
            fence,
            metrics,
            told=self._link_told,
            concerned=self._link_concerned,
            renamed=self._names_changed,
            secret_changed=self.queue.add,
        )
        self._reporter = Reporter(cluster, recorder, self.queue, dry_run=settings.dry_run)
        parts = (cluster, self._connections, self._reporter, self.queue, self._waiting, settings)
        self._sync = Sync(*parts, metrics)
        self._deletion = Deletion(*parts)
        self._threads = [
            Thread(target=self._work, name=f"worker {i}", daemon=True)
            for i in range(settings.workers)
        ]
        self._threads.append(Thread(target=self._resync, name="resync", daemon=True))

    def start(self) -> None:
        """Begins with everything there is."""
        for manifest in self._cluster.all(*_CONNECTIONS):
            self.queue.add(manifest.key)
        for manifest in self._cluster.all(*KIND_OF):
            self.queue.add(manifest.key, _urgency(manifest))
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        """Ends; waits for what is under way for at most so many seconds."""
        self._stopping.set()
        self.queue.close()
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        self._connections.stop()

    @property
    def is_alive(self) -> bool:
        """Whether all workers are there."""
        return all(thread.is_alive() for thread in self._threads)

    def changed(self, key: Key, before: Json | None, after: Json | None) -> None:
        """Has what an object's change concerns looked at."""
        if key.kind == NAMESPACE_KIND:
            self._namespace_changed(key.name, before, after)
        elif before is None or after is None or _differ(before, after):
            self.queue.add(key)
            if key.kind in _CONNECTIONS:
                self._connection_changed(key, before, after)

    def _connection_changed(self, key: Key, before: Json | None, after: Json | None) -> None:
        """Has the objects looked at that may use another connection now."""
        if before is None or after is None or before.get("spec") != after.get("spec"):
            self._add_all(KIND_OF, Urgency.EDIT, key.namespace)
        for waiting in self._waiting.take(key):
            self.queue.add(waiting)

    def _namespace_changed(self, name: str, before: Json | None, after: Json | None) -> None:
        if _traits(before) != _traits(after):
            self._add_all(KIND_OF, Urgency.EDIT, name)

    def _add_all(self, kinds: Iterable[str], urgency: Urgency, namespace: str = "") -> None:
        for manifest in self._cluster.all(*kinds):
            if not namespace or manifest.key.namespace == namespace:
                self.queue.add(manifest.key, urgency)

    def _link_told(self, link: Link) -> None:
        """A connection's health has changed."""
        self.queue.add(link.key)
        if link.health.state is not State.NEW:
            for key in self._waiting.take(link.key):
                manifest = self._cluster.get(key)
                if manifest is not None:
                    self.queue.add(key, _urgency(manifest))

    def _link_concerned(self, link: Link, keys: Iterable[Key]) -> None:
        """Resources have changed."""
        self._metrics.last_sync.labels(link.key.path).set(link.heard_at)
        for key in keys:
            self.queue.add(key)

    def _names_changed(self, _: Link) -> None:
        """Names that rules may refer to have changed."""
        self._add_all(("RoutingRule",), Urgency.RESYNC)

    def _resync(self) -> None:
        """Has everything looked at from time to time."""
        every = self._settings.resync_every
        while not self._stopping.wait(every * random.uniform(0.9, 1)):  # noqa: S311 — no secret
            self._add_all(KIND_OF, Urgency.RESYNC)

    def _work(self) -> None:
        while not self._stopping.is_set():
            key = self.queue.take()
            if key is None:
                return
            try:
                self._look_at(key)
            finally:
                self.queue.done(key)

    def _look_at(self, key: Key) -> None:
        result = "ok"
        try:
            with self._metrics.reconcile_seconds.labels(key.kind).time():
                self._reconcile(key)
        except Paused as paused:
            result = "paused"
            # Spread, so that not everything comes back at the same moment.
            self.queue.add_later(key, paused.seconds * random.uniform(1, 1.5))  # noqa: S311
        except Retired:
            result = "retried"
            self.queue.add(key)  # By the connection that there is now.
        except NotLeading:
            result = "not_leading"
            self.queue.add_later(key, _LEASE_PAUSE)
        except (KubeError, Overtaken) as error:
            result = "retried"
            self.queue.retry(key)
            log.info("retried", object=str(key), reason=str(error))
        except Exception:
            result = "failed"
            self.queue.retry(key)
            log.exception("reconcile_failed", object=str(key))
        self._metrics.reconciles.labels(key.kind, result).inc()

    def _reconcile(self, key: Key) -> None:
        manifest = self._cluster.get(key)
        if key.kind in _CONNECTIONS:
            self._reconcile_connection(key, manifest)
        elif manifest is None:
            self._sync.forget(key)
            self._look_at_troubled_connections()
        elif manifest.deleted_at is not None:
            self._deletion.run(manifest)
        else:
            self._sync.run(manifest)
            self._use(manifest)

    def _use(self, manifest: Manifest) -> None:
        """Has a connection that is in use know it."""
        choice = self._connections.choose(manifest)
        if not isinstance(choice, Key):
            return
        connection = self._cluster.get(choice)
        if connection is None or self._settings.dry_run:
            return
        if FINALIZER not in connection.finalizers and connection.deleted_at is None:
            self.queue.add(choice)

    def _look_at_troubled_connections(self) -> None:
        """Has connections looked at that may have waited for an object to go."""
        for connection in self._cluster.all(*_CONNECTIONS):
            if connection.deleted_at is not None or connection.condition("Stalled") is not None:
                self.queue.add(connection.key)

    def _reconcile_connection(self, key: Key, connection: Manifest | None) -> None:
        if connection is None:
            self._connections.forget(key)
            return
        users = self._connections.users(key)
        in_use, writes = bool(users), not self._settings.dry_run
        if connection.deleted_at is not None and not in_use:
            if FINALIZER in connection.finalizers and writes:
                self._cluster.set_finalizer(connection, present=False)
            return
        held = FINALIZER in connection.finalizers or connection.deleted_at is not None
        if in_use and not held and writes:
            connection = self._cluster.set_finalizer(connection, present=True)
        # Where it led to before counts as long as there are resources of its objects there.
        bound = any(each.workspace_id == connection.workspace_id for each in users)
        expected = connection.workspace_id if bound else None
        outcome = self._connections.refresh(connection, expected)
        if outcome is None:
            return
        if self._reporter.report(connection, outcome) is not connection:
            for waiting in self._waiting.take(key):
                self.queue.add(waiting)


def _urgency(manifest: Manifest) -> Urgency:
    """How urgent it is to look at an object of which nothing is known to have changed."""
    if manifest.observed_generation == manifest.generation and manifest.deleted_at is None:
        return Urgency.RESYNC
    return Urgency.EDIT


def _traits(namespace: Json | None) -> tuple[object, ...]:
    """What matters of a namespace: its labels, and whether it is going."""
    metadata = (namespace or {}).get("metadata", {})
    return metadata.get("labels"), "deletionTimestamp" in metadata


def _differ(before: Json, after: Json) -> bool:
    """Whether an object is to be looked at again."""
    old, new = before["metadata"], after["metadata"]
    ours = (FINALIZER in (each.get("finalizers") or ()) for each in (old, new))
    return list(ours) == [True, False] or any(old.get(each) != new.get(each) for each in _WATCHED)
