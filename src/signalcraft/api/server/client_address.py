"""Which address a request comes from: the peer's, or the one that a trusted proxy names."""

from collections.abc import Sequence
from ipaddress import ip_address

from signalcraft.api.server.limits import Network


def client_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The address of the client.

    `forwarded_for` is the `X-Forwarded-For` header. It is read from its end, where the nearest
    proxy writes, only as far as the writer is trusted: anybody can send the header.
    """
    address = peer
    for name in reversed(forwarded_for.split(",")):
        if not is_trusted(address, trusted):
            return address
        try:
            address = str(ip_address(name.strip()))
        except ValueError:
            return address
    return address


def is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    """Whether an address is that of a trusted proxy."""
    if not trusted:
        return False
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in trusted)
