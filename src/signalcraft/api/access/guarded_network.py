"""HTTPS requests to addresses that others name, which must not reach this server's own network.

Whoever may write a trust chooses the issuer's URL, and the issuer chooses where its keys are
(server-side request forgery). So only public addresses are connected to, after the name was resolved
and to the very address that was looked at: a name that resolves differently the second time (DNS
rebinding) gains nothing. Redirects are not followed, and proxies are not used.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore
from typing_extensions import override

# The well-known prefix of NAT64 (RFC 6052): an IPv4 address stands in its last 32 bits.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

_Option = Any  # What httpcore calls SOCKET_OPTION, a union that it doesn't export.


class UnreachableError(Exception):
    """There is no answer that can be used; the message says why."""


class GuardedNetwork:
    """Fetches documents from public HTTPS addresses."""

    def __init__(
        self,
        *,
        loopback: bool = False,
        seconds: float = 5.0,
        max_bytes: int = 256 * 1024,
        certificates: ssl.SSLContext | None = None,
    ) -> None:
        """`loopback` also allows this machine's own addresses, by HTTP or HTTPS, for development.
        `seconds` bounds a whole request, and `max_bytes` an answer.
        """
        self._loopback = loopback
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._trusted = certificates

    def get(self, url: str) -> bytes:
        """The body of a 200 answer. Raises `UnreachableError`."""
        self._refuse_other_urls(url)
        backend = _GuardedBackend(time.monotonic() + self._seconds, loopback=self._loopback)
        try:
            with (
                httpcore.ConnectionPool(self._certificates(), network_backend=backend) as pool,
                pool.stream("GET", url, headers={"Accept": "application/json"}) as answer,
            ):
                if answer.status != 200:
                    raise UnreachableError(f"{url} answered {answer.status} instead of 200")
                return self._read(url, answer.iter_stream())
        except httpcore.TimeoutException:
            raise UnreachableError(f"{url} took more than {self._seconds:g} s") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise UnreachableError(f"{url}: {str(error) or type(error).__name__}") from None

    def _certificates(self) -> ssl.SSLContext:
        """The authorities that are trusted; read at the first use, since they take megabytes."""
        if self._trusted is None:
            self._trusted = httpcore.default_ssl_context()
        return self._trusted

    def _read(self, url: str, parts: Iterable[bytes]) -> bytes:
        body = bytearray()
        for part in parts:
            body += part
            if len(body) > self._max_bytes:
                raise UnreachableError(f"{url} answered more than {self._max_bytes:,} bytes")
        return bytes(body)

    def _refuse_other_urls(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise UnreachableError("The URL is malformed") from None
        if not host or parts.username is not None or not url.isascii() or not url.isprintable():
            raise UnreachableError("The URL has no host, or more than a host and a path")
        if parts.scheme != "https" and not (self._loopback and parts.scheme == "http"):
            raise UnreachableError(f"{url} is not https")


class _GuardedBackend(httpcore.NetworkBackend):
    """Connects to public addresses only, and lets every step take what is left of the time."""

    def __init__(self, deadline: float, *, loopback: bool) -> None:
        self._inner = httpcore.SyncBackend()
        self._deadline = deadline
        self._loopback = loopback

    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[_Option] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = _resolved(host, port)
        for address in addresses:
            if not (is_public(address) or (self._loopback and is_loopback(address))):
                raise UnreachableError(f"{host} is at {address}, which is not a public address")
        failed: Exception | None = None
        for address in addresses:
            try:
                stream = self._inner.connect_tcp(
                    address, port, _left(self._deadline), local_address, socket_options
                )
            except httpcore.ConnectError as error:
                failed = error
            else:
                return _TimedStream(stream, self._deadline)
        raise UnreachableError(f"{host}: {failed}")


class _TimedStream(httpcore.NetworkStream):
    """A connection whose reads and writes together end at a deadline: a server that sends a byte
    now and then would keep a thread busy for hours otherwise.
    """

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    @override
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._deadline))

    @override
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._deadline))

    @override
    def close(self) -> None:
        self._inner.close()

    @override
    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._inner.start_tls(ssl_context, server_hostname, _left(self._deadline))
        return _TimedStream(stream, self._deadline)

    @override
    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left


def _resolved(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnreachableError(f"{host} can't be resolved") from None
    return [str(address[0]) for *_, address in found]


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, and so is an IPv4 address inside it."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        return ip.is_global and not ip.is_multicast and all(map(_is_public_ip, _embedded(ip)))
    return _is_public_ip(ip)


def is_loopback(address: str) -> bool:
    """Whether an address is this machine itself."""
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def _embedded(ip: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 addresses that a translator or a tunnel would send packets for this one to."""
    found = [ip.ipv4_mapped, ip.sixtofour]
    if ip in _NAT64:
        found.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return [address for address in found if address]


def _is_public_ip(ip: ipaddress.IPv4Address) -> bool:
    return ip.is_global and not ip.is_multicast
