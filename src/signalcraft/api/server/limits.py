"""How much of the server anybody may use."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Limits:
    """What each API key, each address and each request may take. Times are in seconds."""

    requests_per_second: float = 500
    """Sustained requests per API key."""
    burst: int = 2000
    """Requests at once per API key."""
    wrong_keys: int = 60
    """Unknown API keys that an address may send at once: enough for whoever mistypes one, too few
    to guess with."""
    connections: int = 4096
    """Open connections; fewer where the process may open fewer files."""
    connections_per_address: int = 1024
    """Open connections from one address that isn't a trusted proxy."""
    header_seconds: int = 30
    """For sending a request's headers; also how long an idle connection stays open."""
    body_seconds: float = 30
    """For sending a request's body."""
    request_seconds: float = 30
    """For answering, waiting for a free thread included."""
    grace_seconds: float = 20
    """After SIGTERM, for finishing the requests in progress."""
    trusted_proxies: tuple[Network, ...] = ()
    """Networks whose `X-Forwarded-For` is believed."""
