"""What the server reads in a state. Everything else in it is passed over without being decoded."""

import threading
from typing import Annotated

import msgspec

# A state's plaintext takes as much memory as it is large: one at a time.
ONE_AT_A_TIME = threading.Lock()
OURS = "signalcraft_"
"""What the types of our provider's resources begin with."""

_Lineage = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[ -~]*$")]
_Serial = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class Unreadable(Exception):
    """What was sent is not a Terraform state; the message says why."""


class Snapshot(msgspec.Struct, frozen=True):
    """A state's own account of itself."""

    version: int | None = None
    """The format's version."""
    lineage: _Lineage | None = None
    """The same from a state's first write on; null where OpenTofu has encrypted it away."""
    serial: _Serial | None = None
    """Counts the state's writes; null where OpenTofu has encrypted it away."""
    encrypted_data: msgspec.Raw = msgspec.Raw()
    """Set where OpenTofu has encrypted the state itself."""

    @property
    def is_encrypted(self) -> bool:
        """Whether OpenTofu has encrypted it, so that its resources can't be seen."""
        return bool(self.encrypted_data)


class _Attributes(msgspec.Struct):
    id: object = None  # Other providers' ids may be numbers.


class _Instance(msgspec.Struct):
    attributes: _Attributes | None = None


class _Resource(msgspec.Struct):
    type: str = ""
    mode: str = ""
    instances: list[_Instance] = []


class _Resources(msgspec.Struct):
    resources: list[_Resource] = []


def read_snapshot(content: bytes) -> Snapshot:
    """A state's account of itself. Raises `Unreadable`."""
    if not content:
        raise Unreadable("The body is empty.")
    try:
        snapshot = msgspec.json.decode(content, type=Snapshot)
    except msgspec.ValidationError as error:
        raise Unreadable(f"The body is not a Terraform state: {error}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(f"The body is not JSON, or is cut off: {error}.") from None
    if snapshot.version is None and not snapshot.is_encrypted:
        raise Unreadable("The body is not a Terraform state: it has no `version`.")
    return snapshot


def object_ids(content: bytes) -> frozenset[str]:
    """The ids of our provider's resources in a state; none if OpenTofu has encrypted it."""
    try:
        decoded = msgspec.json.decode(content, type=_Resources)
    except msgspec.DecodeError:  # Of a format that isn't known: nothing can be said of it.
        return frozenset()
    return frozenset(
        instance.attributes.id
        for resource in decoded.resources
        if resource.mode == "managed" and resource.type.startswith(OURS)
        for instance in resource.instances
        if instance.attributes and isinstance(instance.attributes.id, str)
    )


def with_serial(content: bytes, serial: int) -> bytes:
    """The same state with another serial."""
    fields = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    fields["serial"] = msgspec.Raw(msgspec.json.encode(serial))
    return msgspec.json.encode(fields)
