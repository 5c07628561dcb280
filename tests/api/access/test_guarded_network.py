"""Requests to addresses that others name don't reach this server's own network."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from signalcraft.api.access.guarded_network import GuardedNetwork, UnreachableError, is_public
from tools.issuer import Issuer, running_issuer


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with running_issuer() as issuer:
        yield issuer


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("140.82.112.3", True),
        ("2606:50c0:8000::153", True),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("0.0.0.0", False),  # noqa: S104 — an address to refuse
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # where clouds hand out credentials
        ("100.64.0.1", False),
        ("192.0.2.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00:ec2::254", False),
        ("ff02::1", False),
        ("2001:db8::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),  # 6to4 for 127.0.0.1
        ("64:ff9b::a9fe:a9fe", False),  # NAT64 for 169.254.169.254
        ("64:ff9b::8c52:7003", True),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:  # noqa: FBT001 — a table
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://example.com/", "not https"),
        ("ftp://example.com/", "not https"),
        ("file:///etc/passwd", "no host"),
        ("https://user:pass@example.com/", "more than a host"),
        ("https://example.com:99999/", "malformed"),
        ("https://[::1/", "malformed"),
        ("https://example.com/a b\n", "more than a host"),
        ("https://127.0.0.1/", "not a public address"),
        ("https://[::ffff:169.254.169.254]/", "not a public address"),
        ("https://2130706433/", "not a public address"),  # 127.0.0.1 as one number
        ("https://localhost/", "not a public address"),
        ("https://issuer.invalid/", "can't be resolved"),
    ],
)
def test_only_public_https_addresses_are_asked(url: str, said: str) -> None:
    with pytest.raises(UnreachableError, match=said):
        GuardedNetwork().get(url)


def test_of_several_addresses_all_must_be_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """The resolver is somebody else's: here it answers as an attacker's would."""
    connected: list[object] = []

    def resolve(_: str, port: int, **__: object) -> list[tuple[object, ...]]:
        found = ("140.82.112.3", "10.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connected.append)
    with pytest.raises(UnreachableError, match=r"10\.0\.0\.1, which is not a public address"):
        GuardedNetwork().get("https://issuer.example.com/")
    assert connected == []


def test_the_very_address_that_was_looked_at_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that resolves to this machine the second time gains nothing."""
    asked: list[str] = []
    connected: list[str] = []

    def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        ip = "140.82.112.3" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(UnreachableError):
        GuardedNetwork().get("https://issuer.example.com/")
    assert (asked, connected) == (["issuer.example.com"], ["140.82.112.3"])


def test_a_redirect_is_not_followed(issuer: Issuer) -> None:
    issuer.replies["/moved"] = lambda request: request.answer(b"", 302, Location="/keys")
    with pytest.raises(UnreachableError, match="302"):
        GuardedNetwork(loopback=True).get(f"{issuer.url}/moved")
    assert issuer.asked == ["/moved"]


def test_an_answer_that_is_too_large_is_not_read_to_its_end(issuer: Issuer) -> None:
    issuer.replies["/large"] = lambda request: request.answer(b"x" * 2_000_000)
    with pytest.raises(UnreachableError, match="more than 1,000 bytes"):
        GuardedNetwork(loopback=True, max_bytes=1000).get(f"{issuer.url}/large")


def _drip_headers(connection: socket.socket, stop: Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not stop.wait(0.02):
        connection.sendall(b"A: b\r\n")


def _drip_body(connection: socket.socket, stop: Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not stop.wait(0.02):
        connection.sendall(b"x")


def _say_nothing(_: socket.socket, stop: Event) -> None:
    stop.wait()


@pytest.mark.parametrize("misbehave", [_drip_headers, _drip_body, _say_nothing])
def test_a_server_that_never_finishes_is_given_up_in_time(
    misbehave: Callable[[socket.socket, Event], None],
) -> None:
    stop = Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                try:
                    misbehave(connection, stop)
                except OSError:
                    return  # The client has gone.

        thread = Thread(target=serve)
        thread.start()
        began = time.monotonic()
        try:
            with pytest.raises(UnreachableError, match=r"more than 0\.3 s"):
                GuardedNetwork(loopback=True, seconds=0.3).get(
                    f"http://127.0.0.1:{listening.getsockname()[1]}/"
                )
            assert time.monotonic() - began < 5
        finally:
            stop.set()
            thread.join()


def certificate(folder: Path, name: x509.GeneralName) -> tuple[Path, ssl.SSLContext]:
    """A certificate with its key in a file, for a name, and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issuer")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(minutes=5))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .sign(key, hashes.SHA256())
    )
    written = signed.public_bytes(Encoding.PEM)
    file = folder / "certificate.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + written)
    return file, ssl.create_default_context(cadata=written.decode())


@contextmanager
def https_server(certificate: Path) -> Iterator[str]:
    """The URL of a server that answers `hello`, once."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with (
                connection,
                suppress(OSError),
                context.wrap_socket(connection, server_side=True) as secure,
            ):
                secure.recv(4096)
                secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")

        thread = Thread(target=serve)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}/"
        thread.join()


def test_the_certificate_must_be_trusted_and_for_the_name_in_the_url(tmp_path: Path) -> None:
    here, trusted = certificate(tmp_path, x509.IPAddress(ip_address("127.0.0.1")))
    with https_server(here) as url:
        assert GuardedNetwork(loopback=True, certificates=trusted).get(url) == b"hello"
    with https_server(here) as url, pytest.raises(UnreachableError, match="self-signed"):
        GuardedNetwork(loopback=True).get(url)
    elsewhere, trusted = certificate(tmp_path, x509.DNSName("issuer.example.com"))
    with https_server(elsewhere) as url, pytest.raises(UnreachableError, match="mismatch"):
        GuardedNetwork(loopback=True, certificates=trusted).get(url)
