"""How an operator is set up."""

import re
import socket
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from signalcraft.client.identity import POD_TOKEN
from signalcraft.operator.lease import Terms

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def _identity() -> str:
    return f"{socket.gethostname()}_{uuid.uuid4().hex[:8]}"


@dataclass(frozen=True)
class Settings:
    """What an administrator decides. Times are in seconds.

    Raises `ValueError` where the cluster's name isn't an RFC 1123 label.
    """

    cluster_name: str
    """Tells this cluster's resources in SignalCraft from those of others."""
    namespace: str
    """Where the operator runs: its Lease is there, and the Secrets of ClusterConnections."""
    workers: int = 8
    requests_per_second: float = 250.0
    """To SignalCraft, with one API key."""
    burst: int = 100
    dry_run: bool = False
    """Only says what it would do."""
    resync_every: float = 36_000.0
    """How often everything is compared again."""
    orphan_after: float = 3_600.0
    """How long an object that is going waits for a connection that is gone."""
    token_file: Path = POD_TOKEN
    """The operator's own token, for ClusterConnections without a stored key."""
    lease_name: str = "signalcraft-operator"
    terms: Terms = field(default_factory=Terms)
    identity: str = field(default_factory=_identity)
    """Tells this process from others."""
    probes: tuple[str, int] = ("127.0.0.1", 0)
    """Where `/livez`, `/readyz` and `/metrics` are answered."""

    def __post_init__(self) -> None:
        if not _LABEL.fullmatch(self.cluster_name):
            raise ValueError(
                f"The cluster name {self.cluster_name!r} must be an RFC 1123 label: lower-case "
                "letters, digits and hyphens, 63 at most, such as prod-eu-1."
            )
