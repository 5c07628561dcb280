"""A Kubernetes object as the API server answers it, and its address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from whenever import Instant

GROUP = "signalcraft.io"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"
FINALIZER = f"{GROUP}/remote"

ADOPT = f"{GROUP}/adopt"
EXTERNAL_ID = f"{GROUP}/external-id"
ALLOW_DELETIONS_UNTIL = f"{GROUP}/allow-deletions-until"


class Key(NamedTuple):
    """The address of an object; a cluster-wide one has no namespace."""

    kind: str
    namespace: str
    name: str

    @property
    def path(self) -> str:
        """The address within its kind."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    def __str__(self) -> str:
        return f"{self.kind} {self.path}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """An object's decoded JSON, read by name."""

    raw: Mapping[str, Any]

    @property
    def key(self) -> Key:
        """Its address."""
        metadata = self.metadata
        return Key(self.raw["kind"], metadata.get("namespace", ""), metadata["name"])

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Its metadata."""
        metadata: Mapping[str, Any] = self.raw["metadata"]
        return metadata

    @property
    def uid(self) -> str:
        """What tells it from an object of the same name, before or after it."""
        return str(self.metadata["uid"])

    @property
    def resource_version(self) -> str:
        """Changes with every write to it."""
        return str(self.metadata["resourceVersion"])

    @property
    def generation(self) -> int:
        """Counts changes of the spec."""
        return int(self.metadata.get("generation", 0))

    @property
    def annotations(self) -> Mapping[str, str]:
        """Its annotations."""
        return self.metadata.get("annotations") or {}

    @property
    def finalizers(self) -> tuple[str, ...]:
        """Who has to let go of it before it is deleted."""
        return tuple(self.metadata.get("finalizers") or ())

    @property
    def created_at(self) -> Instant:
        """When it was created."""
        return Instant.parse_iso(self.metadata["creationTimestamp"])

    @property
    def deleted_at(self) -> Instant | None:
        """When it was asked to go; None while it may stay."""
        text = self.metadata.get("deletionTimestamp")
        return None if text is None else Instant.parse_iso(text)

    @property
    def spec(self) -> Mapping[str, Any]:
        """What its author asks for."""
        return self.raw.get("spec") or {}

    @property
    def status(self) -> Mapping[str, Any]:
        """What the operator says about it."""
        return self.raw.get("status") or {}

    @property
    def remote_id(self) -> str | None:
        """Id of its resource, once that is known."""
        return self.status.get("id")

    @property
    def workspace_id(self) -> str | None:
        """Id of the workspace that holds its resource."""
        return self.status.get("workspaceID")

    @property
    def observed_generation(self) -> int:
        """The generation that its status is about; -1 before the first."""
        return int(self.status.get("observedGeneration", -1))

    def condition(self, type: str) -> Mapping[str, Any] | None:
        """One of its conditions."""
        conditions = self.status.get("conditions") or ()
        return next((each for each in conditions if each["type"] == type), None)
