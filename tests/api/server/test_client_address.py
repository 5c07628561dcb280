"""Whom a request is counted for, behind proxies and without."""

from ipaddress import ip_network

import pytest

from signalcraft.api.server.client_address import client_address

_TRUSTED = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7, 10.2.3.4", "198.51.100.7"),
        ("10.0.0.1", "10.9.9.9", "10.9.9.9"),
        ("10.0.0.1", "not an address", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
    ],
)
def test_a_forwarded_address_counts_as_far_as_who_wrote_it_is_trusted(
    peer: str, forwarded_for: str, address: str
) -> None:
    assert client_address(peer, forwarded_for, _TRUSTED) == address


def test_without_trusted_proxies_nothing_forwarded_counts() -> None:
    assert client_address("10.0.0.1", "198.51.100.7", ()) == "10.0.0.1"
