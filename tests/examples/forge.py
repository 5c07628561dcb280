"""A server that answers the few calls of GitHub's REST API that the scripts make, as it is documented."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from typing_extensions import override

REPOSITORY = "example/monitoring-config"
TOKEN = "ghs_of-the-job"
_API = "http://api.github.localhost"
# As many as an answer has, here: with a hundred, as GitHub has them, nothing would be on a next page.
_PAGE = 3
# An answer: its status and body.
Reply = tuple[int, Any]


@dataclass
class Forge:
    """One repository's pull requests, reviews, runs and issues."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    """The pull requests that brought whatever commit is asked about."""
    reviews: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    """The runs of the workflow plan.yml."""
    artifact: dict[str, bytes] = field(default_factory=dict)
    """The files of the artifact `review` of every run."""
    asked: list[str] = field(default_factory=list)
    """The paths of all requests."""
    writes: list[tuple[str, str]] = field(default_factory=list)
    """The methods and paths of the writes."""
    environment: dict[str, str] = field(default_factory=dict)
    """With which `gh` finds this server."""

    def comment(self, body: str, *, by: str = "Bot") -> dict[str, Any]:
        """Adds a comment of the job's (`Bot`) or of a person's (`User`)."""
        made = {"id": 1000 + len(self.comments), "body": body, "user": {"type": by}}
        self.comments.append(made)
        return made

    def answer(self, method: str, path: str, query: dict[str, str], body: dict[str, Any]) -> Reply:
        """The answer to a request of somebody with a token."""
        place = path.removeprefix(f"/repos/{REPOSITORY}/")
        self.asked.append(place)
        if method != "GET":
            self.writes.append((method, place))
        for pattern, asked, reply in self._routes():
            found = re.fullmatch(pattern, place)
            if found and asked == method:
                return reply(found.group(1) if found.groups() else "", query, body)
        return 404, {"message": "Not Found"}

    def _routes(
        self,
    ) -> Iterator[tuple[str, str, Callable[[str, dict[str, str], dict[str, Any]], Reply]]]:
        yield "issues/7/comments", "GET", lambda *_: (200, self.comments)
        yield "issues/7/comments", "POST", lambda _, __, new: (201, self.comment(new["body"]))
        yield r"issues/comments/(\d+)", "GET", lambda number, *_: (200, self._comment(number))
        yield r"issues/comments/(\d+)", "PATCH", self._edit_comment
        yield "issues", "GET", self._list_issues
        yield "issues", "POST", self._open_issue
        yield r"issues/(\d+)", "PATCH", self._edit_issue
        yield r"issues/(\d+)/comments", "POST", self._comment_on_issue
        yield r"commits/([0-9a-f]{40})/pulls", "GET", lambda *_: (200, self.pulls)
        yield "pulls/7/reviews", "GET", lambda *_: (200, self.reviews)
        yield "actions/workflows/plan.yml/runs", "GET", self._list_runs
        yield r"actions/runs/(\d+)/artifacts", "GET", self._artifacts
        yield "actions/artifacts/1/zip", "GET", lambda *_: (200, self._zip())

    def _comment(self, id: str) -> dict[str, Any]:
        [found] = [each for each in self.comments if str(each["id"]) == id]
        return found

    def _edit_comment(self, id: str, _: dict[str, str], new: dict[str, Any]) -> Reply:
        self._comment(id).update(new)
        return 200, self._comment(id)

    def _list_issues(self, _: str, query: dict[str, str], __: dict[str, Any]) -> Reply:
        state = query.get("state", "open")
        return 200, [issue for issue in self.issues if state in {"all", issue["state"]}]

    def _open_issue(self, _: str, __: dict[str, str], new: dict[str, Any]) -> Reply:
        made = {"number": 40 + len(self.issues), "state": "open", "user": {"type": "Bot"}}
        self.issues.append(made | {"said": []} | new)
        return 201, made

    def _issue(self, number: str) -> dict[str, Any]:
        [found] = [each for each in self.issues if str(each["number"]) == number]
        return found

    def _edit_issue(self, number: str, _: dict[str, str], new: dict[str, Any]) -> Reply:
        self._issue(number).update(new)
        return 200, self._issue(number)

    def _comment_on_issue(self, number: str, _: dict[str, str], new: dict[str, Any]) -> Reply:
        self._issue(number)["said"].append(new["body"])
        return 201, {"id": 1}

    def _list_runs(self, _: str, query: dict[str, str], __: dict[str, Any]) -> Reply:
        found = [
            run
            for run in self.runs
            if run["head_sha"] == query["head_sha"] and run["conclusion"] == query["status"]
        ]
        return 200, {"total_count": len(found), "workflow_runs": found}

    def _artifacts(self, *_: Any) -> Reply:
        url = f"{_API}/repos/{REPOSITORY}/actions/artifacts/1/zip"
        only = {"id": 1, "name": "review", "archive_download_url": url, "expired": False}
        return 200, {"total_count": 1, "artifacts": [only]}

    def _zip(self) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, content in self.artifact.items():
                archive.writestr(name, content)
        return packed.getvalue()


class _Handler(BaseHTTPRequestHandler):
    forge: ClassVar[Forge]

    def _do(self) -> None:
        # `gh` comes by way of a proxy, and so names the whole URL.
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        if self.headers.get("Authorization") != f"token {TOKEN}":
            self._send(401, {"message": "Bad credentials"}, {})
            return
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        status, answer = self.forge.answer(self.command, url.path, query, body)
        headers = {}
        if isinstance(answer, list):
            page = int(query.get("page", 1))
            if len(answer) > page * _PAGE:
                more = f"{_API}{url.path}?page={page + 1}"
                headers["Link"] = f'<{more}>; rel="next"'
            answer = answer[(page - 1) * _PAGE : page * _PAGE]
        self._send(status, answer, headers)

    do_GET = do_POST = do_PATCH = _do  # noqa: N815 — the base class's names

    def _send(self, status: int, answer: Any, headers: dict[str, str]) -> None:
        raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        kind = "application/zip" if isinstance(answer, bytes) else "application/json"
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(raw)),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def running_forge() -> Iterator[Forge]:
    """A forge that answers for the block."""

    class Handler(_Handler):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Handler.forge = Forge(
            environment={
                "GITHUB_REPOSITORY": REPOSITORY,
                "GH_TOKEN": TOKEN,
                # Of this host `gh` asks without TLS; that it leads here is up to the proxy.
                "GH_HOST": "github.localhost",
                "HTTP_PROXY": f"http://127.0.0.1:{server.server_port}",
                "NO_PROXY": "127.0.0.1",
                "GH_NO_UPDATE_NOTIFIER": "1",
            }
        )
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Handler.forge
        finally:
            server.shutdown()
            thread.join()
