"""Who writes, and how."""

from dataclasses import dataclass

from signalcraft.model.service_account import Scope


@dataclass(frozen=True)
class Author:
    """Who sent a write: it stands in the feed, and decides about `managed_by`."""

    workspace_id: str
    id: str
    """The service account's id."""
    name: str
    request_id: str
    manager: str | None = None
    """The tool that writes, if it says that it manages what it writes."""
    source: str | None = None
    """Where that tool's code lives, a URL."""
    force: bool = False
    """Whether to take over what another tool manages."""
    scopes: frozenset[Scope] | None = None
    """What the author may do, and so may allow others to do; None for everything."""
