"""Objects that stay: bringing their resources in line with them."""

import structlog

from signalcraft.client import ClientError
from signalcraft.model.resource import Resource
from signalcraft.operator.bodies import (
    Unresolved,
    describe,
    draft_of,
    field_path,
    manager_of,
    source_of,
)
from signalcraft.operator.choice import NoChoice
from signalcraft.operator.cluster import Cluster
from signalcraft.operator.connections import PATIENCE, Connections
from signalcraft.operator.drift import DriftBrake
from signalcraft.operator.executor import Done, Executor
from signalcraft.operator.health import State
from signalcraft.operator.link import Link
from signalcraft.operator.manifest import ADOPT, EXTERNAL_ID, FINALIZER, Key, Manifest
from signalcraft.operator.metrics import Metrics
from signalcraft.operator.outcomes import outcome_of, said, slowed_down, unusable
from signalcraft.operator.plan import Create, Desired, Keep, Refuse, Replace, digest_of, plan
from signalcraft.operator.queue import WorkQueue
from signalcraft.operator.reasons import EventReason, Outlook, Reason
from signalcraft.operator.reporter import Reporter
from signalcraft.operator.settings import Settings
from signalcraft.operator.status import Outcome
from signalcraft.operator.waiting import Waiting

log = structlog.get_logger()

# Seconds.
_REFERENCE_PATIENCE = 60.0
_FORBIDDEN_PAUSE = 300.0
# A failure that may pass is told of when it has happened so often in a row.
_TOLD_AFTER = 2


class Sync:
    """Brings the resources of AlertPolicies and RoutingRules in line. Safe to share between
    threads, which have an object each.
    """

    def __init__(
        self,
        cluster: Cluster,
        connections: Connections,
        reporter: Reporter,
        queue: WorkQueue[Key],
        waiting: Waiting,
        settings: Settings,
        metrics: Metrics,
    ) -> None:
        self._cluster = cluster
        self._connections = connections
        self._reporter = reporter
        self._queue = queue
        self._waiting = waiting
        self._settings = settings
        self._metrics = metrics
        self._brake = DriftBrake()

    def forget(self, key: Key) -> None:
        """Forgets an object that is gone."""
        self._brake.forget(key)

    def run(self, manifest: Manifest) -> None:
        """Looks at an object, and does what there is to do. Raises `KubeError`, `Paused`,
        `Retired`, `NotLeading` and `Overtaken`.
        """
        choice = self._connections.choose(manifest)
        outcome: Outcome | None
        if manifest.spec.get("suspend"):
            link = None if isinstance(choice, NoChoice) else self._connections.link(choice)
            outcome = self._suspended(manifest, link)
        elif isinstance(choice, NoChoice):
            outcome = Outcome(choice.reason, choice.message, patience=PATIENCE)
        else:
            outcome = self._with(choice, manifest)
        if outcome is not None:
            # The finalizer may have been added meanwhile: what is known now counts.
            self._reporter.report(self._cluster.get(manifest.key) or manifest, outcome)

    def _with(self, connection: Key, manifest: Manifest) -> Outcome | None:
        """What comes of an object that uses a connection; None if there is nothing to say."""
        link = self._connections.link(connection)
        if link is None or not link.loaded:
            return self._await(connection, link, manifest)
        if manifest.workspace_id not in {None, link.workspace_id}:
            self._waiting.add(connection, manifest.key)
            return Outcome(
                Reason.WORKSPACE_CHANGED,
                f"The resource is in the workspace {manifest.workspace_id}, and {connection} leads "
                f"to {link.workspace_id}.",
            )
        try:
            return self._look(link, manifest)
        except ClientError as error:
            return self._failed(link, manifest, error)

    def _await(self, connection: Key, link: Link | None, manifest: Manifest) -> Outcome | None:
        """What to say of an object whose connection isn't known to work (yet). One that was synced
        before stays so.
        """
        self._waiting.add(connection, manifest.key)
        if _is_synced(manifest):
            return None
        if link is None:
            return self._without_link(connection)
        if link.standing.state is State.NEW:
            return None
        return unusable(connection, link)

    def _without_link(self, connection: Key) -> Outcome | None:
        found = self._cluster.get(connection)
        stalled = found.condition(Outlook.STALLED.value) if found else None
        if stalled is None:
            return None  # It hasn't been looked at yet.
        return Outcome(
            Reason.CONNECTION_NOT_READY, f"{connection}: {stalled['message']}", patience=PATIENCE
        )

    def _look(self, link: Link, manifest: Manifest) -> Outcome | None:
        draft = draft_of(manifest, self._settings.cluster_name, link.mirror.directory)
        if isinstance(draft, Unresolved):
            missing = "; ".join(draft.missing)
            return Outcome(Reason.UNRESOLVED_REFERENCE, f"{missing}.", patience=_REFERENCE_PATIENCE)
        if draft.resource is None:
            return Outcome(Reason.REJECTED, describe(draft.mistakes))
        desired = self._desired(manifest, draft.resource)
        if link.standing.state is not State.READY:
            return self._look_from_afar(link, manifest, desired)
        return self._compare(link, manifest, Executor(link, draft.kind), desired)

    def _compare(
        self, link: Link, manifest: Manifest, executor: Executor, desired: Desired
    ) -> Outcome | None:
        remote = executor.look(desired, manifest.remote_id)
        if remote is None and desired.external_id and manifest.remote_id is None:
            return Outcome(
                Reason.REJECTED,
                f"metadata/annotations: {EXTERNAL_ID} names {desired.external_id}, which doesn't "
                "exist.",
            )
        action = plan(desired, remote, manifest.remote_id)
        if isinstance(action, Keep | Refuse):
            return said(link, Done(action, action.remote))
        if self._settings.dry_run:
            self._preview(manifest, executor, desired, action)
            return None
        return self._write(link, manifest, executor, desired, action)

    def _suspended(self, manifest: Manifest, link: Link | None) -> Outcome:
        ready = manifest.condition("Ready")
        kept = ready is not None and ready["status"] == "True"
        return Outcome(
            Reason.SUSPENDED,
            "Nothing is written while suspend is true.",
            outlook=Outlook.READY if kept else Outlook.STALLED,
            synced=kept and self._is_held(manifest, link),
        )

    def _is_held(self, manifest: Manifest, link: Link | None) -> bool:
        """Whether SignalCraft holds an object's spec, as far as is known."""
        if link is None or not link.loaded:
            return _is_synced(manifest)
        remote = link.mirror.get(manifest.remote_id) if manifest.remote_id else None
        draft = draft_of(manifest, self._settings.cluster_name, link.mirror.directory)
        if remote is None or isinstance(draft, Unresolved) or draft.resource is None:
            return False
        return remote.digest == digest_of(draft.resource)

    def _desired(self, manifest: Manifest, body: Resource) -> Desired:
        return Desired(
            body,
            manager_of(self._settings.cluster_name, manifest.key),
            source_of(manifest.uid),
            adopt=manifest.annotations.get(ADOPT) == "true",
            external_id=manifest.annotations.get(EXTERNAL_ID),
        )

    def _look_from_afar(self, link: Link, manifest: Manifest, desired: Desired) -> Outcome:
        """What to say while the API can't be asked: only what has to be written is worth a word."""
        remote = link.mirror.get(manifest.remote_id) if manifest.remote_id else None
        action = plan(desired, remote, manifest.remote_id)
        if isinstance(action, Keep):
            return said(link, Done(action, action.remote))
        self._waiting.add(link.key, manifest.key)
        return unusable(link.key, link)

    def _write(
        self,
        link: Link,
        manifest: Manifest,
        executor: Executor,
        desired: Desired,
        action: Create | Replace,
    ) -> Outcome | None:
        if isinstance(action, Create) and action.again and not self._is_still_there(manifest):
            self._queue.add(manifest.key)
            return None
        drifted = manifest.remote_id is not None and _is_synced(manifest)
        pause = self._brake.pause(manifest.key) if drifted else 0.0
        if pause:
            self._queue.add_later(manifest.key, pause)
            return slowed_down()
        if FINALIZER not in manifest.finalizers:
            manifest = self._cluster.set_finalizer(manifest, present=True)
        done = executor.carry_out(desired, action, manifest.remote_id)
        if not isinstance(done.action, Refuse):
            self._tell(manifest, done, drifted=drifted)
        return said(link, done)

    def _is_still_there(self, manifest: Manifest) -> bool:
        """Whether an object whose resource is missing is to have it again: it may be going, too."""
        fresh = self._cluster.read(manifest.key)
        return fresh is not None and fresh.uid == manifest.uid and fresh.deleted_at is None

    def _tell(self, manifest: Manifest, done: Done, *, drifted: bool) -> None:
        """Tells of what was written."""
        id, fields = done.remote.id, ", ".join(map(field_path, done.fields))
        if drifted:
            self._brake.corrected(manifest.key)
            self._metrics.drift.labels(manifest.key.kind).inc()
            note = f"Changed in SignalCraft, and put back: {fields}."
            if isinstance(done.action, Create):
                note = f"Deleted in SignalCraft, and created again as {id}."
            self._reporter.tell(manifest, EventReason.DRIFT_CORRECTED, note)
        elif isinstance(done.action, Create):
            self._reporter.tell(manifest, EventReason.CREATED, f"Created {id}.")
        elif isinstance(done.action, Replace) and done.action.adopts:
            self._reporter.tell(manifest, EventReason.ADOPTED, f"Took over {id}.")
        elif isinstance(done.action, Replace):
            self._reporter.tell(manifest, EventReason.UPDATED, f"Updated {id}: {fields}.")

    def _preview(
        self, manifest: Manifest, executor: Executor, desired: Desired, action: Create | Replace
    ) -> None:
        log.info(
            "dry_run",
            object=str(manifest.key),
            action=type(action).__name__.lower(),
            id=action.remote.id if isinstance(action, Replace) else None,
            objections=executor.objections(desired, action),
        )

    def _failed(self, link: Link, manifest: Manifest, error: ClientError) -> Outcome | None:
        outcome = outcome_of(error)
        if outcome.reason in {Reason.FORBIDDEN, Reason.UNAUTHORIZED}:
            self._queue.add_later(manifest.key, _FORBIDDEN_PAUSE)
        if outcome.reason is not Reason.UNREACHABLE:
            return outcome
        self._waiting.add(link.key, manifest.key)
        self._queue.retry(manifest.key)
        told = self._queue.failures(manifest.key) >= _TOLD_AFTER
        return outcome if told or link.standing.state is not State.READY else None


def _is_synced(manifest: Manifest) -> bool:
    """Whether an object was synced as it is now."""
    synced = manifest.condition("Synced")
    return (
        manifest.observed_generation == manifest.generation
        and synced is not None
        and synced["status"] == "True"
    )
