"""Random histories of one workspace, beside a model of it that is simple enough to be right."""

import json
from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tools.servers import Server

NAMES = st.sampled_from(["a", "b", "c"])


@dataclass
class Known:
    """What the model knows of a resource."""

    kind: str
    body: dict[str, Any]
    version: int = 1
    marked: bool = False
    marked_at: int = 0

    @property
    def references(self) -> set[str]:
        """The ids that stand in the body."""
        if self.kind == "teams":
            return set(self.body["member_ids"])
        return {target["id"] for rule in self.body.get("rules", []) for target in rule["targets"]}


@dataclass
class World:
    """A workspace as it should be: users, teams of users, policies that page users and teams."""

    resources: dict[str, Known] = field(default_factory=dict)
    revision: int = 0

    def named(self, kind: str, name: str, *, marked: bool) -> list[str]:
        """The resources of this kind and name, those that are marked for deletion or the others."""
        return [
            id
            for id, known in self.resources.items()
            if (known.kind, known.body["name"], known.marked) == (kind, name, marked)
        ]

    def referrers(self, id: str) -> set[str]:
        """Who refers to a resource."""
        return {other for other, known in self.resources.items() if id in known.references}

    def refuses(self, body_of: Known, held: set[str]) -> bool:
        """Whether a reference in a body is to nothing, or new and to what is to be deleted."""
        return any(
            id not in self.resources or (id not in held and self.resources[id].marked)
            for id in body_of.references
        )

    def create(self, id: str, known: Known) -> None:
        """A new resource."""
        self.resources[id] = known
        self.revision += 1

    def replace(self, id: str, body: dict[str, Any]) -> None:
        """A write to a resource that there is; equal bodies change nothing, unless it was marked."""
        known = self.resources[id]
        released = known.references
        if body == known.body and not known.marked:
            return
        self.revision += 1
        known.version += 1
        known.body, known.marked = body, False
        self.drop(released - known.references)

    def delete(self, id: str) -> None:
        """A resource goes, and with it what waited for that."""
        released = self.resources.pop(id).references
        self.revision += 1
        self.drop(released)

    def drop(self, released: set[str]) -> None:
        """Deletes what is marked and has lost its last reference."""
        for id in sorted(released):
            known = self.resources.get(id)
            if known and known.marked and not self.referrers(id):
                self.delete(id)


class Histories(RuleBasedStateMachine):
    """Writes that users might send, each compared with what the model says of it."""

    server: Server
    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.http = self.server.http(self.server.new_tenant())
        self.world = World(revision=self._head())
        self.before = self.world.revision

    def teardown(self) -> None:
        self.http.close()

    def _head(self) -> int:
        head: int = self.http.get("/v1/changes", params={"limit": 1}).json()["head"]
        return head

    @initialize(target=ids)
    def somebody(self) -> str:
        return self._create_user("a") or ""

    def _create_user(self, name: str) -> str | None:
        body = {"email": f"{name}@example.com", "name": name, "role": "viewer", "time_zone": None}
        return self._post("users", body)

    @rule(target=ids, name=NAMES)
    def create_user(self, name: str) -> str:
        return self._create_user(name) or ""

    @rule(target=ids, name=NAMES, members=st.lists(ids, max_size=3, unique=True))
    def create_team(self, name: str, members: list[str]) -> str:
        return self._post("teams", self._team(name, members)) or ""

    @rule(target=ids, name=NAMES, paged=st.lists(ids, min_size=1, max_size=3))
    def create_policy(self, name: str, paged: list[str]) -> str:
        body = self._policy(name, paged)
        return (self._post("escalation-policies", body) or "") if body else ""

    @rule(id=ids, name=NAMES, others=st.lists(ids, max_size=3, unique=True))
    def write(self, id: str, name: str, others: list[str]) -> None:
        self._write(id, name, others)

    def _write(self, id: str, name: str, others: list[str]) -> None:
        known = self.world.resources.get(id)
        body: dict[str, Any] | None = None
        if known and known.kind == "teams":
            body = self._team(name, others)
        elif known and known.kind == "escalation-policies":
            body = self._policy(name, others)
        if known is None or body is None:
            return
        answer = self.http.put(f"/v1/{known.kind}/{id}", json=body)
        if self.world.refuses(Known(known.kind, body), known.references):
            assert answer.status_code == 422, answer.text
        else:
            assert answer.status_code == 200, answer.text
            self.world.replace(id, body)

    @rule(id=ids)
    def write_the_same_again(self, id: str) -> None:
        known = self.world.resources.get(id)
        if known:
            answer = self.http.put(f"/v1/{known.kind}/{id}", json=known.body)
            assert answer.status_code == 200, answer.text
            self.world.replace(id, known.body)

    @rule(id=ids, when_unreferenced=st.booleans())
    def delete(self, id: str, when_unreferenced: bool) -> None:  # noqa: FBT001 — Hypothesis hands it
        self._delete(id, when_unreferenced=when_unreferenced)

    # The next two happen too rarely by chance alone.

    @rule(data=st.data())
    def delete_what_is_referred_to(self, data: st.DataObject) -> None:
        referred_to = sorted(id for id in self.world.resources if self.world.referrers(id))
        if referred_to:
            self._delete(data.draw(st.sampled_from(referred_to)), when_unreferenced=True)

    @rule(data=st.data())
    def drop_a_reference_to_what_is_to_be_deleted(self, data: st.DataObject) -> None:
        holders = sorted(
            (holder, id)
            for id, known in self.world.resources.items()
            if known.marked
            for holder in self.world.referrers(id)
        )
        if holders:
            holder, id = data.draw(st.sampled_from(holders))
            name = self.world.resources[holder].body["name"]
            left = sorted(self.world.resources[holder].references - {id})
            self._write(holder, name, left) if left else self._delete(holder)

    def _delete(self, id: str, *, when_unreferenced: bool = False) -> None:
        known = self.world.resources.get(id)
        if known is None:
            return
        query = {"when_unreferenced": "true"} if when_unreferenced else {}
        answer = self.http.delete(f"/v1/{known.kind}/{id}", params=query)
        referrers = self.world.referrers(id)
        if not referrers:
            assert answer.status_code == 204, answer.text
            self.world.delete(id)
            return
        assert answer.status_code == (202 if when_unreferenced else 409), answer.text
        assert {blocker["id"] for blocker in answer.json()["blockers"]} == referrers
        if when_unreferenced and not known.marked:
            known.marked = True
            self.world.revision += 1
            known.marked_at = self.world.revision

    @invariant()
    def the_workspace_is_as_the_model_says(self) -> None:
        stored = {
            item["id"]: (item["version"], item["deletion_requested_at"] is not None, item)
            for kind in ("users", "teams", "escalation-policies")
            for item in self.http.get(f"/v1/{kind}", params={"limit": 1000}).json()["items"]
            if item.get("role") != "owner"
        }
        assert {id: (version, marked) for id, (version, marked, _) in stored.items()} == {
            id: (known.version, known.marked) for id, known in self.world.resources.items()
        }
        for id, known in self.world.resources.items():
            item = stored[id][2]
            assert {name: item[name] for name in known.body} == known.body
        assert self._head() == self.world.revision

    def _post(self, kind: str, body: dict[str, Any]) -> str | None:
        answer = self.http.post(f"/v1/{kind}", content=json.dumps(body), headers=_JSON)
        holders = self.world.named(kind, body["name"], marked=False)
        # Of several that are marked the last to be marked is revived.
        marked = [] if holders else self.world.named(kind, body["name"], marked=True)
        revived = max(marked, key=lambda one: self.world.resources[one].marked_at, default=None)
        held = self.world.resources[revived].references if revived else set()
        if self.world.refuses(Known(kind, body), held):
            assert answer.status_code == 422, answer.text
            return None
        if holders:
            assert answer.status_code == 409, answer.text
            assert answer.json()["existing_id"] in holders
            return None
        assert answer.status_code == 201, answer.text
        id: str = answer.json()["id"]
        if revived:
            assert id == revived
            self.world.replace(id, body)
        else:
            self.world.create(id, Known(kind, body))
        return id

    def _team(self, name: str, members: list[str]) -> dict[str, Any]:
        users = [id for id in members if id.startswith("user_")]
        return {"name": name, "description": "", "member_ids": users}

    def _policy(self, name: str, targets: list[str]) -> dict[str, Any] | None:
        paged = [
            {"type": id.partition("_")[0], "id": id, "who": "current"}
            for id in targets
            if id.startswith(("user_", "team_"))
        ]
        rules = [{"delay_minutes": 0, "targets": paged}]
        return {"name": name, "rules": rules} if paged else None


_JSON = {"Content-Type": "application/json"}


def test_random_histories_go_as_a_simple_model_says(server: Server) -> None:
    class OnThisServer(Histories):
        pass

    OnThisServer.server = server
    run_state_machine_as_test(
        OnThisServer, settings=settings(max_examples=20, stateful_step_count=30, deadline=None)
    )
