"""Deletes that wait, and whatever else can happen to a resource at that instant, for all kinds that
can refer to each other; through several processes, where the database allows it.
"""

from itertools import combinations
from operator import methodcaller
from typing import Any

import httpx
import pytest

from signalcraft.model.kinds import KINDS
from tests.api.problems import pointers
from tests.api.replay import Fields, History, put_at
from tests.at_once import Request, at_once
from tests.bodies import PAIRS, body, create, populate, url

WAITING = {"when_unreferenced": "true"}
# What of this happens at once: each with each other, and all of it a few times.
EVENTS = ("let go", "end", "come", "mark", "keep", "create", "put")
KEEPING = ("keep", "create", "put")
RACES = [*combinations(EVENTS, 2), *[EVENTS] * 4]


class Race:
    """A resource that waits to be deleted, the one that refers to it, and what may happen next."""

    def __init__(
        self, http: httpx.Client, ids: dict[str, str], pair: tuple[str, str, str], name: str
    ) -> None:
        self._kind, target, self._pointer = pair
        self._ids = ids
        self._name = name
        self.target: Fields = create(http, target, ids, f"Target {name}")
        self._target_url = url(target, self.target["id"])
        self._collection = f"/v1/{KINDS[target].path}"
        self._key = KINDS[target].natural_key
        path, wanted = f"/v1/{KINDS[self._kind].path}", self._pointing(f"Holder {name}")
        self._singleton = KINDS[self._kind].singleton
        holder = http.put(path, json=wanted) if self._singleton else http.post(path, json=wanted)
        self._holder_url = url(self._kind, holder.json()["id"])
        http.delete(self._target_url, params=WAITING).raise_for_status()

    def request(self, event: str) -> Request:
        """The request that makes something happen."""
        wanted = {name: value for name, value in self.target.items() if name != "id"}
        elsewhere = body(self._kind, self._ids, f"Holder {self._name}")
        here = self._pointing(f"Newcomer {self._name}")
        by_name = {self._key: self.target[self._key]}
        events = {
            "let go": methodcaller("put", self._holder_url, json=elsewhere),
            "end": methodcaller("delete", self._holder_url),
            "come": methodcaller("post", f"/v1/{KINDS[self._kind].path}", json=here),
            "mark": methodcaller("delete", self._target_url, params=WAITING),
            "keep": methodcaller("put", self._target_url, json=wanted),
            "create": methodcaller("post", self._collection, json=wanted),
            "put": methodcaller("put", self._collection, params=by_name, json=wanted),
        }
        if self._singleton:
            events["end"] = methodcaller("put", "/v1/workspace", json={"name": "Of nothing"})
            events["come"] = methodcaller("put", "/v1/workspace", json=here)
        return events[event]

    def _pointing(self, name: str) -> Any:
        """A body that refers to the target at the pointer, and nowhere else."""
        wanted = body(self._kind, self._ids, name)
        put_at(wanted, self._pointer, self.target["id"])
        return wanted


# What may be answered to each, where something else happens at the same time.
ANSWERS = {
    "let go": {200, 404},
    "end": {200, 204, 404},
    "come": {200, 201, 422},
    "mark": {202, 204, 404},
    "keep": {200, 404},
    "create": {201, 409},
    "put": {200, 201},
}


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_whatever_happens_at_once_to_what_waits_for_its_deletion_nothing_dangles_or_is_left(
    http: httpx.Client, clients: list[httpx.Client], pair: tuple[str, str, str]
) -> None:
    ids = populate(http)
    raced = []
    for i, events in enumerate(RACES):
        race = Race(http, ids, pair, str(i))
        answers = at_once(*[race.request(event) for event in events], clients=clients)
        raced.append((race.target["id"], dict(zip(events, answers, strict=True))))
    history = History(http)
    history.check()
    for target, answered in raced:
        for event, answer in answered.items():
            assert answer.status_code in ANSWERS[event], answer.text
            history.check_answer(answer)
            if event in KEEPING and answer.is_success:
                assert answer.json()["deletion_requested_at"] is None
        come, keep = answered.get("come"), answered.get("keep")
        if come is not None and come.status_code == 422:
            assert {code for _, code in pointers(come)} <= {"being-deleted", "unknown-reference"}
        if keep is not None and keep.status_code == 404:
            assert history.was_deleted(target)
