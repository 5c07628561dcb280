"""What our adapter adds to the library's SharedInformer.

Each test but the last says what the library alone would do: when it does that itself, our part can
go. The API is a scripted one, since a real one doesn't fail at will.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from kubernetes.client.configuration import Configuration

from signalcraft.operator.informer import Informer
from signalcraft.operator.kube import ALERT_POLICY, Json, Kube
from tests.until import until


def policy(name: str, version: int, uid: str = "1", generation: int = 1) -> Json:
    return {
        "apiVersion": "signalcraft.io/v1alpha1",
        "kind": "AlertPolicy",
        "metadata": {
            "namespace": "shop",
            "name": name,
            "uid": uid,
            "resourceVersion": str(version),
            "generation": generation,
            "managedFields": [{"manager": "test"}],
        },
    }


def page(version: int, *items: Json, going_on: str = "") -> Json:
    metadata = {"resourceVersion": str(version), "continue": going_on}
    return {
        "kind": "AlertPolicyList",
        "apiVersion": "signalcraft.io/v1alpha1",
        "metadata": metadata,
        "items": list(items),
    }


def event(type: str, found: Json) -> Json:
    return {"type": type, "object": found}


# The library asks once more by itself, from the same version.
GONE = event("ERROR", {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"})


class Script:
    """What the API answers: to lists in turn, and to watches in turn; the last again and again."""

    def __init__(self, lists: list[Json], watches: list[list[Json]]) -> None:
        self.lists = lists
        self.watches = watches
        self.asked: list[dict[str, list[str]]] = []
        self.hangs = threading.Event()
        self.over = threading.Event()

    def count(self, *, watch: bool) -> int:
        return sum(("watch" in each) is watch for each in self.asked)


@contextmanager
def scripted(script: Script) -> Iterator[Kube]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            query = parse_qs(urlparse(self.path).query)
            watch = "watch" in query
            script.asked.append(query)
            if script.hangs.is_set():
                script.over.wait(60)
                return
            answers: list[Any] = script.watches if watch else script.lists
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            lines = answer if watch else [answer]
            body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    configuration = Configuration(host=f"http://127.0.0.1:{server.server_address[1]}")
    kube = Kube(configuration)
    try:
        yield kube
    finally:
        script.over.set()
        kube.close()
        server.shutdown()
        server.server_close()
        thread.join()


class Ear:
    """What an informer tells."""

    def __init__(self) -> None:
        self.told: list[tuple[Json | None, Json | None]] = []

    def __call__(self, before: Json | None, after: Json | None) -> None:
        self.told.append((before, after))

    @property
    def names(self) -> list[str]:
        """Each object, with a sign of what has become of it."""
        return [
            ("-" if after is None else "+" if before is None else "~")
            + (after or before or {})["metadata"]["name"]
            for before, after in self.told
        ]


@contextmanager
def informed(script: Script) -> Iterator[tuple[Informer, Ear]]:
    ear = Ear()
    with scripted(script) as kube:
        informer = Informer(kube, ALERT_POLICY, ear)
        informer.start()
        yield informer, ear
        informer.stop()


def test_a_list_is_read_in_pages_and_without_managed_fields() -> None:
    first = page(5, policy("a", 1), going_on="more")
    script = Script([first, page(5, policy("b", 2))], [[]])
    with informed(script) as (informer, ear):
        until(informer.synced.is_set)
        assert ear.names == ["+a", "+b"]
        found = informer.get("shop", "a")
    assert found is not None
    assert "managedFields" not in found["metadata"]
    assert script.asked[0]["limit"] == ["500"]
    assert script.asked[1]["continue"] == ["more"]


def test_a_watch_asks_for_bookmarks_and_an_end_and_goes_on_from_the_last_version() -> None:
    bookmark = policy("", 9)
    script = Script([page(5)], [[event("ADDED", policy("a", 7)), event("BOOKMARK", bookmark)], []])
    with informed(script) as (_, ear):
        until(lambda: script.count(watch=True) > 1)
    watches = [asked for asked in script.asked if "watch" in asked]
    assert watches[0]["resourceVersion"] == ["5"]
    assert watches[0]["allowWatchBookmarks"] == ["true"]
    assert 0 < int(watches[0]["timeoutSeconds"][0]) <= 300
    assert watches[1]["resourceVersion"] == ["9"]
    assert ear.names == ["+a"]


def test_after_a_410_what_vanished_is_told() -> None:
    script = Script(
        [page(5, policy("a", 1), policy("b", 2)), page(9, policy("b", 2))], [[GONE], [GONE], []]
    )
    with informed(script) as (informer, ear):
        until(lambda: "-a" in ear.names)
        assert informer.get("shop", "a") is None
        assert len(informer) == 1


def test_a_watch_after_a_new_list_begins_where_that_list_ends() -> None:
    lists = [page(5, policy("a", 1), policy("b", 2)), page(9, policy("b", 2))]
    script = Script(lists, [[GONE], [GONE], []])
    with informed(script) as (_, ear):
        until(lambda: "-a" in ear.names and script.count(watch=True) > 2)
    watches = [asked["resourceVersion"] for asked in script.asked if "watch" in asked]
    assert watches[:3] == [["5"], ["5"], ["9"]]


def test_an_object_that_was_made_anew_is_told_with_both_uids() -> None:
    script = Script(
        [page(5, policy("a", 1, uid="1")), page(9, policy("a", 8, uid="2"))], [[GONE], [GONE], []]
    )
    with informed(script) as (_, ear):
        until(lambda: len(ear.told) > 1)
        before, after = ear.told[1]
    assert before is not None
    assert after is not None
    assert (before["metadata"]["uid"], after["metadata"]["uid"]) == ("1", "2")


def test_the_end_of_an_object_that_was_made_anew_does_not_take_the_new_one_along() -> None:
    told = [event("ADDED", policy("a", 8, uid="2")), event("DELETED", policy("a", 9, uid="1"))]
    script = Script([page(5, policy("a", 1, uid="1"))], [told, []])
    with informed(script) as (informer, _):
        until(lambda: script.count(watch=True) > 1)
        found = informer.get("shop", "a")
    assert found is not None
    assert found["metadata"]["uid"] == "2"


def test_errors_that_come_at_once_are_asked_for_ever_more_slowly() -> None:
    refused = event("ERROR", {"kind": "Status", "code": 500, "reason": "No", "message": "no"})
    script = Script([page(5)], [[refused]])
    with informed(script) as (informer, _):
        until(informer.synced.is_set)
        end = time.monotonic() + 2
        until(lambda: time.monotonic() > end)
        assert script.count(watch=True) < 12


@pytest.mark.parametrize("what", ["list", "watch"])
def test_one_that_hangs_is_stopped_within_seconds(what: str) -> None:
    script = Script([page(5)], [[]])
    if what == "list":
        script.hangs.set()
    with informed(script) as (informer, _):
        if what == "watch":
            until(informer.synced.is_set)
            script.hangs.set()
        asked = len(script.asked)
        until(lambda: len(script.asked) > asked or what == "list")
        start = time.monotonic()
        informer.stop()
        assert time.monotonic() - start < 5


def test_what_is_older_than_what_is_known_is_not_told_and_nothing_else_is_lost() -> None:
    script = Script([page(5, policy("a", 5))], [[]])
    with informed(script) as (informer, ear):
        until(informer.synced.is_set)
        # An edit, and our own write after it, whose answer is seen before the watch tells of both.
        informer.observe(policy("a", 7, generation=2))
        assert [after and after["metadata"]["generation"] for _, after in ear.told] == [1, 2]
        informer.observe(policy("a", 6, generation=2))
        assert len(ear.told) == 2
