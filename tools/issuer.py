"""An issuer of tokens, such as a CI has: a real HTTP server on loopback, and real signatures."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from typing_extensions import override

Reply = Callable[["_Handler"], None]


class Issuer:
    """Signs tokens, and publishes the keys to verify them with."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.replies: dict[str, Reply] = {}
        """Instead of what it should answer, by path."""
        self.asked: list[str] = []
        """The paths that it was asked for."""
        self.jwks_uri = f"{url}/keys"
        self.rotate()

    def rotate(self) -> None:
        """Forgets its keys, and signs with new ones."""
        self.rsa = RSAKey.generate_key(2048, {"kid": uuid.uuid4().hex})
        self.ec = ECKey.generate_key("P-256", {"kid": uuid.uuid4().hex})

    @property
    def jwks(self) -> str:
        """Its public keys."""
        return json.dumps({"keys": [key.as_dict(private=False) for key in (self.rsa, self.ec)]})

    def claims(self, **claims: Any) -> dict[str, Any]:
        """What a token of GitHub Actions says, with these claims instead; None leaves one out."""
        now = int(time.time())
        usual = {
            "iss": self.url,
            "aud": "https://signalcraft.example.com",
            "sub": "repo:example/monitoring:ref:refs/heads/main",
            "iat": now,
            "nbf": now,
            "exp": now + 300,
            "jti": uuid.uuid4().hex,
            "repository": "example/monitoring",
            "repository_id": "1296269",
            "ref": "refs/heads/main",
            "event_name": "push",
            "run_id": "42",
        }
        return {name: value for name, value in (usual | claims).items() if value is not None}

    def grant(self, path: str, **claims: Any) -> None:
        """Hands out new tokens that say this at a path, as GitHub does to a job."""
        self.replies[path] = lambda handler: handler.answer(
            json.dumps({"value": self.token(**claims)}).encode()
        )

    def token(self, *, algorithm: str = "ES256", **claims: Any) -> str:
        """A signed token, with these claims instead of the usual ones."""
        key = self.ec if algorithm == "ES256" else self.rsa
        header = {"alg": algorithm, "kid": key.kid}
        return jwt.encode(header, self.claims(**claims), key)


class _Handler(BaseHTTPRequestHandler):
    issuer: ClassVar[Issuer]

    def do_GET(self) -> None:
        """Answers with the issuer's description, or its keys."""
        self.issuer.asked.append(self.path)
        reply = self.issuer.replies.get(self.path)
        if reply:
            reply(self)
        elif self.path == "/.well-known/openid-configuration":
            self.answer(
                json.dumps({"issuer": self.issuer.url, "jwks_uri": self.issuer.jwks_uri}).encode()
            )
        elif self.path == "/keys":
            self.answer(self.issuer.jwks.encode())
        else:
            self.send_error(404)

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Sends a whole answer."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    """An issuer that answers for the block."""

    class Handler(_Handler):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Handler.issuer = Issuer(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Handler.issuer
        finally:
            server.shutdown()
            thread.join()
