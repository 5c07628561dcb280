"""A workspace's history, rebuilt from its feed alone, and what must be true of any history."""

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import httpx

from signalcraft.model.kinds import KINDS

Fields = dict[str, Any]

_MARK = "/deletion_requested_at"
# What the feed doesn't tell, or tells otherwise.
_UNTOLD = {"created_at", "updated_at", "managed_by", "status"}
_ID = re.compile(rf'"((?:{"|".join(kind.id_prefix for kind in KINDS.values())})_[0-9a-z]{{26}})"')


@dataclass(frozen=True)
class Moment:
    """What there was when an entry had been added to the feed."""

    entry: Fields
    resources: dict[str, Fields]
    """Each resource as it is shown, by id, without what is null."""

    def references(self, id: str) -> set[str]:
        """All ids that stand anywhere in a resource, but for its own."""
        return set(_ID.findall(json.dumps(self.resources.get(id, {})))) - {id}


class History:
    """Every moment of a workspace, in order."""

    def __init__(self, http: httpx.Client) -> None:
        self.moments: list[Moment] = []
        self._shown = _everything(http)
        now: dict[str, Fields] = {}
        after, head = 0, 1
        while after < head:
            page = http.get("/v1/changes", params={"after": after, "limit": 1000}).json()
            after, head = page["revision"], page["head"]
            for entry in page["items"]:
                now = _after(entry, now)
                self.moments.append(Moment(entry, now))

    def check(self) -> None:
        """Fails if the history ends otherwise than the workspace is, if a reference was ever to
        nothing, a new one to what was to be deleted, or if something that was to be deleted
        outlived the request that dropped its last reference.
        """
        assert self.moments[-1].resources == self._shown
        for before, moment in pairwise(self.moments):
            id = moment.entry["id"]
            for other in moment.resources:
                assert moment.references(other) <= moment.resources.keys(), moment.entry
            for new in moment.references(id) - before.references(id):
                assert "deletion_requested_at" not in moment.resources[new], moment.entry
        for moment in self._ends_of_requests():
            referred = {id for other in moment.resources for id in moment.references(other)}
            for id, resource in moment.resources.items():
                assert "deletion_requested_at" not in resource or id in referred, moment.entry

    def _ends_of_requests(self) -> list[Moment]:
        """The moments at which a request had done all that it did."""
        ends = [m for m, following in pairwise(self.moments) if _request(m) != _request(following)]
        return [*ends, self.moments[-1]]

    def check_answer(self, answer: httpx.Response) -> None:
        """Fails if a write's answer is not what the history says of it."""
        assert answer.status_code < 500, answer.text
        own = [m for m in self.moments if _request(m) == answer.headers["X-Request-Id"]]
        if not answer.is_success:
            assert own == [], answer.text
        elif answer.status_code == 204:
            assert own[0].entry["action"] == "deleted"
            assert str(answer.request.url).split("?")[0].endswith(own[0].entry["id"])
        else:
            told = _present(answer.json())
            blocked = told.pop("blockers", None)
            told.pop("last_owner", None)
            states = [moment.resources.get(told["id"], {}) for moment in own or self.moments]
            if blocked:
                states = [{name: state.get(name) for name in told} for state in states]
            assert told in (states[:1] if own else states), answer.text

    def was_deleted(self, id: str) -> bool:
        """Whether a resource went, at some time."""
        return any(
            (moment.entry["id"], moment.entry["action"]) == (id, "deleted")
            for moment in self.moments
        )


def _request(moment: Moment) -> str:
    id: str = moment.entry["request_id"]
    return id


def put_at(document: Any, pointer: str, value: Any) -> None:
    """Writes a value into a JSON document, at a pointer; a list may grow by one."""
    *path, last = pointer.removeprefix("/").split("/")
    for step in path:
        document = document[int(step) if isinstance(document, list) else step]
    if isinstance(document, list):
        document[int(last) :] = [value, *document[int(last) + 1 :]]
    else:
        document[last] = value


def _after(entry: Fields, before: dict[str, Fields]) -> dict[str, Fields]:
    """What there is after an entry."""
    id, changes = entry["id"], entry["diff"]
    rest = {other: resource for other, resource in before.items() if other != id}
    if entry["kind"] not in KINDS or entry["action"] == "deleted":
        return rest
    resource = json.loads(json.dumps(before.get(id, {"id": id, "version": 0})))
    for change in changes:
        put_at(resource, change["pointer"], change["after"])
    resource["version"] += any(
        change["pointer"] != _MARK or change["after"] is None for change in changes
    )
    return {**rest, id: _present(resource)}


def _present(value: Any) -> Any:
    """A JSON value without all that is null, or is untold in the feed."""
    if isinstance(value, dict):
        told = {name: each for name, each in value.items() if name not in _UNTOLD}
        return {name: _present(each) for name, each in told.items() if each is not None}
    if isinstance(value, list):
        return [_present(each) for each in value if each is not None]
    return value


def _everything(http: httpx.Client) -> dict[str, Fields]:
    """All resources as they are shown."""
    shown = [http.get("/v1/workspace").json()]
    for kind in KINDS.values():
        if not kind.singleton:
            shown += http.get(f"/v1/{kind.path}", params={"limit": 1000}).json()["items"]
    return {resource["id"]: _present(resource) for resource in shown}
