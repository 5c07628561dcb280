"""`/livez`, `/readyz` and `/metrics`."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from signalcraft.operator.metrics import Metrics


class Probes:
    """A small HTTP server for the kubelet and for Prometheus."""

    def __init__(
        self,
        address: tuple[str, int],
        metrics: Metrics,
        alive: Callable[[], bool],
        ready: Callable[[], bool],
    ) -> None:
        """Port 0 takes a free one. Raises `OSError` where the port is taken."""

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                """Answers a probe."""
                checks = {"/livez": alive, "/readyz": ready}
                if self.path == "/metrics":
                    self._answer(200, metrics.page())
                elif self.path in checks:
                    fine = checks[self.path]()
                    self._answer(200 if fine else 503, b"ok" if fine else b"not ok")
                else:
                    self._answer(404, b"Not found")

            def log_message(self, *_: object) -> None:
                """Probes aren't logged."""

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self._server = ThreadingHTTPServer(address, Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, name="probes", daemon=True)

    @property
    def port(self) -> int:
        """The port that was taken."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begins to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stops answering."""
        self._server.shutdown()
        self._server.server_close()
