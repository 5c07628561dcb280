"""What to do about a resource, so that SignalCraft holds what an object asks for. Pure."""

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from hashlib import blake2b

from signalcraft.model.resource import ManagedBy, Resource


def digest_of(body: Resource) -> bytes:
    """Tells bodies apart in 16 bytes."""
    return blake2b(body.model_dump_json().encode(), digest_size=16).digest()


@dataclass(frozen=True)
class Desired:
    """What an object asks for."""

    body: Resource
    manager: str
    """The object, as SignalCraft names it: `kubernetes/<cluster>/<namespace>/<name>`."""
    source: str
    """The object's UID, as SignalCraft records it."""
    adopt: bool = False
    """Whether it may take over a resource that nobody manages."""
    external_id: str | None = None
    """The resource that it is to take over."""

    @cached_property
    def digest(self) -> bytes:
        """Tells its body from others."""
        return digest_of(self.body)

    @property
    def managed_by(self) -> ManagedBy:
        """What SignalCraft records with its writes."""
        return ManagedBy(manager=self.manager, source=self.source)


@dataclass(frozen=True, slots=True)
class Remote:
    """A resource as SignalCraft has it."""

    id: str
    version: int
    manager: str | None
    source: str | None
    digest: bytes
    """Tells its body from others."""

    @property
    def etag(self) -> str:
        """The version, as `If-Match` takes it."""
        return f'"{self.id}.{self.version}"'


class Owner(Enum):
    """Whose a resource is, as an object sees it."""

    SELF = "this object"
    NAMESAKE = "an object of the same name: before this one, or in a cluster of the same name"
    NOBODY = "nobody"
    OTHER = "another tool or object"


def owner_of(remote: Remote, manager: str, source: str) -> Owner:
    """Whose a resource is."""
    if remote.manager is None:
        return Owner.NOBODY
    if remote.manager != manager:
        return Owner.OTHER
    return Owner.SELF if remote.source == source else Owner.NAMESAKE


@dataclass(frozen=True)
class Create:
    """Create the resource, unless its name is taken."""

    again: bool = False
    """Whether it existed before. The object is to be read again first: it may be going, too."""


@dataclass(frozen=True)
class Replace:
    """Write the body over the resource, if it is still at that version."""

    remote: Remote
    adopts: bool = False
    """Whether the resource becomes this object's by it."""
    force: bool = False
    """Whether another manager is on record, which this object was before."""


@dataclass(frozen=True)
class Keep:
    """Nothing to write: the resource is as it should be."""

    remote: Remote


@dataclass(frozen=True)
class Refuse:
    """Leave the resource alone: it isn't this object's."""

    remote: Remote
    owner: Owner
    same_object: bool = False
    """Whether the other manager on record is this object, under another cluster name."""


Action = Create | Replace | Keep | Refuse


def plan(desired: Desired, remote: Remote | None, known_id: str | None) -> Action:
    """What to do for an object that stays.

    `known_id` is the resource that the object's status names; `remote` is that resource, or, where
    the status names none, the one that has the desired name or `external_id`.
    """
    if remote is None:
        return Create(again=known_id is not None)
    owner = owner_of(remote, desired.manager, desired.source)
    if owner is Owner.SELF:
        return Keep(remote) if remote.digest == desired.digest else Replace(remote)
    if known_id is not None:
        return _plan_lost(desired, remote, owner)
    return _plan_found(desired, remote, owner)


def _plan_lost(desired: Desired, remote: Remote, owner: Owner) -> Action:
    """What to do about an object's own resource that it doesn't manage any more."""
    if owner is Owner.NOBODY:
        return Replace(remote, adopts=True)  # As after a restored backup.
    # By its UID the same object: only its cluster is called something else now.
    renamed = owner is Owner.OTHER and remote.source == desired.source
    if renamed and desired.adopt:
        return Replace(remote, adopts=True, force=True)
    return Refuse(remote, owner, same_object=renamed)


def _plan_found(desired: Desired, remote: Remote, owner: Owner) -> Action:
    """What to do about a resource that has an object's name, but isn't known to be its own."""
    if owner is Owner.NAMESAKE:
        return Replace(remote, adopts=True)  # The cluster was rebuilt: its objects have new UIDs.
    if owner is Owner.NOBODY and (desired.adopt or desired.external_id == remote.id):
        return Replace(remote, adopts=True)
    return Refuse(remote, owner)


@dataclass(frozen=True)
class Delete:
    """Delete the resource, if it is still at that version."""

    remote: Remote


@dataclass(frozen=True)
class Release:
    """Let the object go."""

    left: Remote | None = None
    """The resource that remains, since it isn't this object's."""


def plan_deletion(manager: str, source: str, remote: Remote | None) -> Delete | Release:
    """What to do for an object that is going, with the resource that it named or has created."""
    if remote is None:
        return Release()
    if owner_of(remote, manager, source) is not Owner.SELF:
        return Release(left=remote)
    return Delete(remote)
