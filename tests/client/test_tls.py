"""What is told of a server whose TLS doesn't work, on real sockets."""

import http.server
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from signalcraft.client import Client, Retries, Unavailable

NEVER = Retries(within=0)


def self_signed(folder: Path) -> Path:
    """A certificate that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    alternatives = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(alternatives, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, none = serialization.Encoding.PEM, serialization.NoEncryption()
    file = folder / "server.pem"
    file.write_bytes(
        certificate.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, none)
    )
    return file


@contextmanager
def serving(certificate: Path | None) -> Iterator[int]:
    """A server on a free port, with TLS if it has a certificate."""
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def told(port: int) -> str:
    with (
        Client(f"https://127.0.0.1:{port}", "sck_x", retries=NEVER) as client,
        pytest.raises(Unavailable) as failure,
    ):
        client.whoami()
    return str(failure.value)


def test_a_certificate_that_is_not_trusted_is_told_with_what_to_do(tmp_path: Path) -> None:
    with serving(self_signed(tmp_path)) as port:
        said = told(port)
    assert "its certificate is not trusted (self-signed certificate)." in said
    assert "SSL_CERT_FILE" in said
    assert "_ssl.c" not in said


def test_a_server_without_tls_is_told_with_what_to_do() -> None:
    with serving(None) as port:
        said = told(port)
    assert (
        "it doesn't speak TLS. Check the port, or whether the address begins with http://" in said
    )
