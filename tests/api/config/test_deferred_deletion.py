"""Deletes that wait until nothing refers to the resource any more."""

from typing import Any

import httpx
import pytest

from tests.api.problems import pointers, refused
from tests.bodies import PAIRS, body, create, populate, url, written

PAIR = pytest.mark.parametrize(("kind", "target", "pointer"), PAIRS)

Stored = dict[str, Any]


def mark(http: httpx.Client, kind: str, id: str) -> httpx.Response:
    return http.delete(url(kind, id), params={"when_unreferenced": "true"})


def is_gone(http: httpx.Client, kind: str, id: str) -> bool:
    return http.get(url(kind, id)).status_code == 404


class Pair:
    """A resource that alone refers to another, which is to be deleted."""

    def __init__(self, http: httpx.Client, kind: str, target: str, pointer: str) -> None:
        self.http = http
        self.kind = kind
        self.target = target
        self.pointer = pointer
        # Where the holder can point instead, and what it points at in its other fields.
        self.ids = populate(http)
        self.target_id: str = create(http, target, self.ids, "Lonely")["id"]
        self.target_url = url(target, self.target_id)
        self.holder = create(http, kind, self.ids | {target: self.target_id}, "Holder")
        self.holder_url = url(kind, self.holder["id"])

    def mark(self) -> httpx.Response:
        return mark(self.http, self.target, self.target_id)

    def let_go(self) -> httpx.Response:
        """Points the holder at another target."""
        return self.http.put(self.holder_url, json=body(self.kind, self.ids, "Holder"))


@pytest.fixture
def pair(http: httpx.Client, kind: str, target: str, pointer: str) -> Pair:
    return Pair(http, kind, target, pointer)


@PAIR
def test_it_is_deleted_when_its_last_reference_is_written_away(pair: Pair) -> None:
    answer = pair.mark()
    assert answer.status_code == 202
    assert pair.pointer in {b["pointer"] for b in answer.json()["blockers"]}
    assert {b["id"] for b in answer.json()["blockers"]} == {pair.holder["id"]}
    marked = pair.http.get(pair.target_url).json()
    assert marked["deletion_requested_at"] == answer.json()["deletion_requested_at"]
    assert marked["version"] == 1
    assert pair.let_go().status_code == 200
    assert is_gone(pair.http, pair.target, pair.target_id)


@PAIR
def test_it_is_deleted_when_whoever_refers_to_it_is(pair: Pair) -> None:
    pair.mark()
    if pair.kind == "workspace":
        pair.http.put("/v1/workspace", json={"name": "No default"})
    else:
        assert pair.http.delete(pair.holder_url).status_code == 204
    assert is_gone(pair.http, pair.target, pair.target_id)


@PAIR
def test_a_put_of_what_it_is_already_keeps_it(pair: Pair) -> None:
    pair.mark()
    before = pair.http.get(pair.target_url).json()
    kept = pair.http.put(pair.target_url, json=written(before))
    news = {"deletion_requested_at": None, "version": 2, "updated_at": kept.json()["updated_at"]}
    assert kept.json() == before | news
    assert pair.let_go().status_code == 200
    assert not is_gone(pair.http, pair.target, pair.target_id)


@PAIR
def test_nothing_new_may_refer_to_it(pair: Pair) -> None:
    pair.mark()
    newcomer = body(pair.kind, pair.ids | {pair.target: pair.target_id}, "Newcomer")
    if pair.kind == "workspace":
        pair.let_go()
        answer = pair.http.put("/v1/workspace", json=newcomer)
        assert pointers(answer) == [(pair.pointer, "unknown-reference")]
        return
    path = pair.holder_url.rpartition("/")[0]
    answer = pair.http.post(path, json=newcomer)
    assert refused(answer) == (422, "validation")
    assert (pair.pointer, "being-deleted") in pointers(answer)


@PAIR
def test_who_refers_to_it_already_may_be_written_all_the_same(pair: Pair) -> None:
    pair.mark()
    wanted = written(pair.holder) | {"name": "Still here"}
    answer = pair.http.put(pair.holder_url, json=wanted)
    assert (answer.status_code, written(answer.json())) == (200, wanted)
    assert not is_gone(pair.http, pair.target, pair.target_id)


TARGETS = pytest.mark.parametrize("target", sorted({target for _, target, _ in PAIRS}))


def marked(http: httpx.Client, target: str) -> tuple[Stored, dict[str, str]]:
    ids = populate(http)
    stored = http.get(url(target, ids[target])).json()
    create(http, "escalation_policy", ids, "Holder")
    create(http, "service", ids, "Holder")
    create(http, "schedule", ids, "Holder")
    create(http, "service_account_trust", ids, "Holder")
    assert mark(http, target, ids[target]).status_code == 202
    return stored, ids


@TARGETS
@pytest.mark.parametrize("how", ["POST", "PUT by name"])
def test_its_name_can_be_taken_over(http: httpx.Client, target: str, how: str) -> None:
    """Terraform deletes and creates a resource of the same name in one apply, in any order."""
    before, _ = marked(http, target)
    path = url(target, before["id"]).rpartition("/")[0]
    wanted = written(before)
    assert http.post(path, json=wanted, params={"validate_only": "true"}).is_success
    looked_at = http.post("/v1/validate", json={"items": [{"kind": target, "body": wanted}]})
    assert "name-taken" not in looked_at.text
    if how == "POST":
        answer = http.post(path, json=wanted)
    else:
        key = "email" if target == "user" else "name"
        answer = http.put(path, params={key: wanted[key]}, json=wanted)
    assert answer.is_success
    assert answer.json()["id"] == before["id"]
    assert answer.json()["deletion_requested_at"] is None
    assert written(answer.json()) == wanted


@TARGETS
def test_marking_and_keeping_are_in_the_feed_and_keeping_is_a_version(
    http: httpx.Client, target: str
) -> None:
    before, _ = marked(http, target)
    assert http.get(url(target, before["id"])).json()["version"] == before["version"]
    kept = http.put(url(target, before["id"]), json=written(before)).json()
    assert kept["version"] == before["version"] + 1
    entries = http.get("/v1/changes", params={"id": before["id"]}).json()["items"]
    assert [entry["action"] for entry in entries] == ["created", "updated", "updated"]
    for entry in entries[1:]:
        assert [change["pointer"] for change in entry["diff"]] == ["/deletion_requested_at"]


def test_marking_it_again_changes_nothing(http: httpx.Client) -> None:
    before, _ = marked(http, "user")
    head = http.get("/v1/changes").json()["revision"]
    first, second = (mark(http, "user", before["id"]) for _ in range(2))
    assert first.json() == second.json()
    assert http.get("/v1/changes").json()["revision"] == head


@TARGETS
@pytest.mark.parametrize("how", ["POST", "PUT"])
def test_a_delete_that_is_repeated_spares_what_was_kept_since(
    http: httpx.Client, target: str, how: str
) -> None:
    """The answer to a delete may be lost; before it is sent again, somebody may keep the resource."""
    stored, _ = marked(http, target)
    path, tag = url(target, stored["id"]), f'"{stored["id"]}.{stored["version"]}"'

    def repeated() -> httpx.Response:
        headers = {"If-Match": tag}
        return http.delete(path, params={"when_unreferenced": "true"}, headers=headers)

    assert repeated().status_code == 202
    if how == "POST":
        http.post(path.rpartition("/")[0], json=written(stored)).raise_for_status()
    else:
        http.put(path, json=written(stored)).raise_for_status()
    assert refused(repeated()) == (412, "version-mismatch")
    assert http.get(path).json()["deletion_requested_at"] is None


def test_a_plain_delete_of_it_is_refused_as_before(http: httpx.Client) -> None:
    before, _ = marked(http, "user")
    assert refused(http.delete(url("user", before["id"]))) == (409, "referenced")
    assert http.get(url("user", before["id"])).json()["deletion_requested_at"]


def test_what_nothing_refers_to_is_deleted_at_once(http: httpx.Client) -> None:
    team = http.post("/v1/teams", json={"name": "T"}).json()["id"]
    assert mark(http, "team", team).status_code == 204
    assert is_gone(http, "team", team)


def test_one_delete_sets_off_the_next(http: httpx.Client) -> None:
    """A service names a policy, which names a schedule, which names a user: all go at once."""
    ids = populate(http)
    service = create(http, "service", ids, "Service")
    order = ["user", "team", "schedule", "escalation_policy"]
    for kind in order:
        assert mark(http, kind, ids[kind]).status_code == 202
    head = http.get("/v1/changes").json()["revision"]
    assert http.delete(url("service", service["id"])).status_code == 204
    assert all(is_gone(http, kind, ids[kind]) for kind in order)
    entries = http.get("/v1/changes", params={"after": head}).json()["items"]
    assert {entry["action"] for entry in entries} == {"deleted"}
    assert [e["revision"] for e in entries] == list(range(head + 1, head + 6))
    assert len({entry["request_id"] for entry in entries}) == 1
    deleted = [entry["kind"] for entry in entries]
    assert deleted.index("escalation_policy") < deleted.index("schedule") < deleted.index("user")


def test_it_waits_for_the_last_of_several(http: httpx.Client) -> None:
    ids = populate(http)
    teams = [
        http.post("/v1/teams", json={"name": n, "member_ids": [ids["user"]]}).json()["id"]
        for n in "ab"
    ]
    blockers = mark(http, "user", ids["user"]).json()["blockers"]
    assert {blocker["id"] for blocker in blockers} > set(teams)
    for kind in ("escalation_policy", "schedule", "team"):
        assert http.delete(url(kind, ids[kind])).status_code == 204
    assert http.delete(url("team", teams[0])).status_code == 204
    assert not is_gone(http, "user", ids["user"])
    http.put(url("team", teams[1]), json={"name": "b"})
    assert is_gone(http, "user", ids["user"])
