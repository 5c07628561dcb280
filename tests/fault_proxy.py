"""A proxy in front of the API that fails as it is told to."""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


@dataclass(frozen=True)
class Fault:
    """How a request fails."""

    status: int | None = None
    """It is answered with this status; without one, the connection breaks."""
    headers: Mapping[str, str] = field(default_factory=dict)
    after_commit: bool = False
    """Whether the server has carried it out before."""
    hangs: bool = False
    """Whether it is never answered."""
    halved: bool = False
    """Whether the server's answer breaks off in the middle; it has carried the request out before."""
    late_by: float | None = None
    """For how many seconds the server's answer, which comes whole then, is held back."""
    before_failing: Callable[[], None] = lambda: None
    """What happens right before."""


Judge = Callable[[str, str], Fault | None]
"""Whether a request, by its method and path, fails, and how."""


def everything(fault: Fault) -> Judge:
    """Every request fails like this."""
    return lambda _method, _path: fault


def writes(fault: Fault, times: int = 1) -> Judge:
    """The first so many writes fail like this."""
    left = [times]
    lock = threading.Lock()

    def judge(method: str, _path: str) -> Fault | None:
        with lock:
            if method == "GET" or not left[0]:
                return None
            left[0] -= 1
            return fault

    return judge


class FaultProxy:
    """What the proxy does, and what it has seen."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.judge: Judge = lambda _method, _path: None
        self.seen: list[tuple[str, str]] = []
        """The method and path of every request."""
        self.credentials: set[str] = set()
        """Everything that was sent as `Authorization`."""
        self.url = ""
        self.closing = threading.Event()

    def count(self, method: str) -> int:
        """How many requests of a method it has seen."""
        return sum(each == method for each, _ in self.seen)


@contextmanager
def fault_proxy(target: str, certificates: ssl.SSLContext | None = None) -> Iterator[FaultProxy]:
    """A proxy in front of `target`, for the block; `certificates` vouch for a target of https."""
    proxy = FaultProxy(target)
    with httpx.Client(base_url=target, timeout=60, verify=certificates or True) as client:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(proxy, client))
        server.daemon_threads = True
        # Who asked, or whom it asked, may be gone when the test is over.
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield proxy
        finally:
            proxy.closing.set()
            server.shutdown()
            server.server_close()
            thread.join()


def _reaches_server(fault: Fault) -> bool:
    return fault.after_commit or fault.halved or fault.late_by is not None


def _handler(  # noqa: C901 — its methods are counted together
    proxy: FaultProxy, client: httpx.Client
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._forward()

        def do_PUT(self) -> None:
            self._forward()

        def do_PATCH(self) -> None:
            self._forward()

        def do_POST(self) -> None:
            self._forward()

        def do_DELETE(self) -> None:
            self._forward()

        def log_message(self, *_: object) -> None:
            pass

        def _forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            proxy.seen.append((self.command, self.path))
            proxy.credentials.add(self.headers.get("Authorization", ""))
            if "watch=true" in self.path:
                self._follow()
                return
            fault = proxy.judge(self.command, self.path)
            if fault is not None and not _reaches_server(fault):
                self._fail(fault)
                return
            answer = client.request(
                self.command, self.path, content=body, headers=dict(self.headers)
            )
            if fault is not None and fault.late_by is None:
                self._fail(fault, answer)
                return
            if fault is not None:
                fault.before_failing()
                proxy.closing.wait(fault.late_by)
            self._answer(answer.status_code, answer.headers, answer.content)

        def _follow(self) -> None:
            """An answer of Kubernetes that goes on for minutes."""
            headers = dict(self.headers)
            with client.stream("GET", self.path, headers=headers, timeout=None) as answer:
                self.send_response(answer.status_code)
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                for part in answer.iter_raw():
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
                self.wfile.write(b"0\r\n\r\n")

        def _fail(self, fault: Fault, answer: httpx.Response | None = None) -> None:
            fault.before_failing()
            if fault.halved and answer is not None:
                self.close_connection = True
                self._start(answer.status_code, answer.headers, len(answer.content))
                self.wfile.write(answer.content[: len(answer.content) // 2])
                return
            if fault.hangs:
                proxy.closing.wait(60)
            if fault.status is None:
                self.close_connection = True
                return
            self._answer(fault.status, fault.headers, b"")

        def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            self._start(status, headers, len(body))
            self.wfile.write(body)

        def _start(self, status: int, headers: Mapping[str, str], length: int) -> None:
            self.send_response(status)
            dropped = {"content-length", "transfer-encoding", "content-encoding", "connection"}
            for name, value in headers.items():
                if name.lower() not in dropped:
                    self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(length))
            self.end_headers()

    return Handler
