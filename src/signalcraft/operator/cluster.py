"""What is in the cluster: the informers, and the writes to objects."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog

from signalcraft.operator.informer import Informer
from signalcraft.operator.kube import (
    ALERT_POLICY,
    BY_KIND,
    CLUSTER_CONNECTION,
    CONNECTION,
    CRD,
    NAMESPACE,
    ROUTING_RULE,
    Json,
    Kube,
    Resource,
)
from signalcraft.operator.manifest import FINALIZER, GROUP, Key, Manifest
from signalcraft.operator.metrics import Metrics

log = structlog.get_logger()

Changed = Callable[[Key, Json | None, Json | None], None]

# How a namespace is addressed among the keys.
NAMESPACE_KIND = "Namespace"


class Cluster:
    """The cluster's objects, as far as the operator is concerned."""

    def __init__(self, kube: Kube, metrics: Metrics, changed: Changed) -> None:
        """`changed` is called with each object as it was and as it is."""
        self._kube = kube
        self._metrics = metrics

        def informer(resource: Resource) -> Informer:
            def tell(before: Json | None, after: Json | None) -> None:
                found = after or before
                assert found is not None
                metadata = found["metadata"]
                key = Key(resource.kind, metadata.get("namespace", ""), metadata["name"])
                changed(key, before, after)

            return Informer(kube, resource, tell, failed=self._failed)

        resources = (ALERT_POLICY, ROUTING_RULE, CONNECTION, CLUSTER_CONNECTION, NAMESPACE)
        self._informers = {resource.kind: informer(resource) for resource in resources}

    def start(self) -> None:
        """Begins to follow."""
        for informer in self._informers.values():
            informer.start()

    def stop(self) -> None:
        """Ends; nothing is told any more."""
        for informer in self._informers.values():
            informer.stop()

    @property
    def synced(self) -> bool:
        """Whether everything there was at the start is known."""
        return all(informer.synced.is_set() for informer in self._informers.values())

    def get(self, key: Key) -> Manifest | None:
        """An object, as far as is known."""
        found = self._informers[key.kind].get(key.namespace, key.name)
        return Manifest(found) if found else None

    def all(self, *kinds: str) -> list[Manifest]:
        """All objects of some kinds, as far as is known."""
        return [Manifest(raw) for kind in kinds for raw in self._informers[kind].all()]

    def labels(self, namespace: str) -> Mapping[str, str]:
        """A namespace's labels."""
        found = self._informers[NAMESPACE_KIND].get("", namespace)
        return (found or {}).get("metadata", {}).get("labels") or {}

    def is_going(self, namespace: str) -> bool:
        """Whether a namespace is being deleted."""
        found = self._informers[NAMESPACE_KIND].get("", namespace)
        return bool(found and found["metadata"].get("deletionTimestamp"))

    def read(self, key: Key) -> Manifest | None:
        """An object as it is now, asked of the API."""
        found = self._kube.get(BY_KIND[key.kind], key.namespace, key.name)
        if found is None:
            return None
        self._informers[key.kind].observe(found)
        return Manifest(found)

    def is_kind_going(self, kind: str) -> bool:
        """Whether the definition of a kind is being deleted, and all its objects with it."""
        definition = self._kube.get(CRD, "", f"{BY_KIND[kind].plural}.{GROUP}")
        return definition is None or "deletionTimestamp" in definition["metadata"]

    def set_finalizer(self, manifest: Manifest, *, present: bool) -> Manifest:
        """Has an object wait for us when it is deleted, or lets it go; others' finalizers stay.

        Raises `KubeError` with status 409 if it has changed meanwhile.
        """
        finalizers: Sequence[str] = [each for each in manifest.finalizers if each != FINALIZER]
        metadata = {
            "resourceVersion": manifest.resource_version,
            "finalizers": [*finalizers, FINALIZER] if present else finalizers,
        }
        return self._patch("finalizer", manifest, {"metadata": metadata})

    def set_status(self, manifest: Manifest, status: Mapping[str, Any]) -> Manifest:
        """Writes an object's status, whatever else has changed of it; but not that of another
        object with its name, which is a `KubeError`.
        """
        body = {"metadata": {"uid": manifest.uid}, "status": _merge(manifest.status, status)}
        return self._patch("status", manifest, body, "status")

    def _patch(
        self, what: str, manifest: Manifest, body: Mapping[str, Any], subresource: str = ""
    ) -> Manifest:
        found = self._kube.patch(manifest.key, body, subresource)
        self._metrics.kube_writes.labels(what).inc()
        self._informers[manifest.key.kind].observe(found)
        return Manifest(found)

    def _failed(self, what: str) -> None:
        self._metrics.watch_failures.inc()
        log.warning("watch_failed", detail=what)


def _merge(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """A merge patch that makes one status into the other: only what differs, so that fields that
    another worker writes are left alone.
    """
    gone = dict.fromkeys(before.keys() - after.keys())
    return {**gone, **{name: value for name, value in after.items() if before.get(name) != value}}
