"""What belongs to another workspace is as unknown as what never existed."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from signalcraft.api.http.operation import Operation
from signalcraft.api.operations import operations
from signalcraft.api.tfstate.names import TAG as STATES
from signalcraft.model.ids import new_id
from signalcraft.model.kinds import KINDS
from tests.bodies import PAIRS, body, create, nowhere, populate
from tools.servers import Dialect, Server, Servers

Ids = Mapping[str, str]

_OVERRIDE = {"starts_at": "2030-01-01T00:00:00Z", "ends_at": "2030-01-02T00:00:00Z"}
_RANGE = {"from": "2030-01-01T00:00:00Z", "until": "2030-01-02T00:00:00Z"}
_KIND_OF_BODY: dict[type[BaseModel] | None, str] = {kind.body: name for name, kind in KINDS.items()}

# What is sent to operations whose body is no resource.
_BODIES: dict[str, Callable[[Ids], Any]] = {
    "create_api_key": lambda _: {"name": "new"},
    "rotate_api_key": lambda _: {},
    "create_schedule_override": lambda ids: {"participant": ids["user"], **_OVERRIDE},
    "put_schedule_override": lambda ids: {"participant": ids["user"], **_OVERRIDE},
    "create_calendar_link": lambda ids: {"name": "new", "user_id": ids["user"]},
    "test_routing": lambda _: {"alerts": [{"severity": "error", "service": "Theirs"}]},
    "import_configuration": lambda ids: {
        "signalcraft_export": 1,
        "workspace": {"id": ids["workspace"], "name": "New"},
    },
    "validate": lambda ids: {
        "items": [{"kind": kind, "id": ids[kind], "body": body(kind, ids, "New")} for kind in KINDS]
    },
}
# States are found by name, and have tests of their own.
OPERATIONS = [o for o in operations() if o.needs_key and o.tag != STATES]


def _request_body(operation: Operation, ids: Ids) -> Any:
    if operation.request in _KIND_OF_BODY:
        return body(_KIND_OF_BODY[operation.request], ids, "New")
    if operation.request or operation.is_upload:
        return _BODIES[operation.operation_id](ids)
    return None


def _placeholders(operation: Operation) -> list[str]:
    """What stands in the path: the kind of `{id}` first."""
    names = re.findall(r"\{(\w+)\}", operation.path)
    kinds = {kind.path: name for name, kind in KINDS.items()}
    return [kinds[operation.path.split("/")[2]], *names[1:]] if names else []


def _path(operation: Operation, ids: Ids) -> str:
    path = operation.path
    for placeholder in _placeholders(operation):
        path = re.sub(r"\{\w+\}", ids[placeholder], path, count=1)
    return path


def _query(operation: Operation) -> dict[str, str]:
    """What must be in the query; a key as in the body."""
    values = {"name": "New", "email": "New@example.com", **_RANGE}
    return {p.name: values[p.name] for p in operation.parameters if p.required}


@dataclass(frozen=True)
class Side:
    """A workspace, and an id in it for everything that an id can stand for."""

    http: httpx.Client
    ids: Ids

    def ask(self, operation: Operation, in_path: Ids, in_body: Ids) -> tuple[int, Any]:
        """The answer, without what differs between any two requests."""
        answer = self.http.request(
            operation.method,
            _path(operation, in_path),
            params=_query(operation),
            json=_request_body(operation, in_body),
        )
        text = re.sub(r'"(request_id|created_at|updated_at)": ?"[^"]*"', "", answer.text)
        for ids in (in_path, in_body):
            for kind, id in ids.items():
                text = text.replace(id, f"<{kind}>")
        return answer.status_code, text

    def everything(self) -> list[Any]:
        """All that is kept of the workspace."""
        changes: list[Any] = self.http.get("/v1/changes", params={"limit": 1000}).json()["items"]
        return changes


def _side(server: Server, name: str) -> Side:
    http = server.http(server.new_tenant(name))
    ids = populate(http, name)
    ids["workspace"] = http.get("/v1/workspace").json()["id"]
    for kind in ("service", "routing_rule", "alert_policy", "service_account_trust"):
        ids[kind] = create(http, kind, ids, name)["id"]
    # Before its keys, which another can't make who lacks its scopes.
    key = http.post(f"/v1/service-accounts/{ids['service_account']}/keys", json={"name": name})
    override = http.post(
        f"/v1/schedules/{ids['schedule']}/overrides", json={"participant": ids["user"], **_OVERRIDE}
    )
    link = http.post(f"/v1/schedules/{ids['schedule']}/calendar-links", json={"name": name})
    made = {"key_id": key, "override_id": override, "link_id": link}
    return Side(http, ids | {what: answer.json()["id"] for what, answer in made.items()})


def _never() -> dict[str, str]:
    made = {"key_id": "key", "override_id": "ovr", "link_id": "cal"}
    return nowhere() | {what: new_id(prefix) for what, prefix in made.items()}


@pytest.fixture
def ours(server: Server) -> Iterator[Side]:
    side = _side(server, "Ours")
    yield side
    side.http.close()


@pytest.fixture
def theirs(server: Server) -> Iterator[Side]:
    side = _side(server, "Theirs")
    yield side
    side.http.close()


@pytest.fixture(scope="module")
def all_refused(servers: Servers) -> Iterator[Callable[[Dialect], tuple[Side, Side]]]:
    """Two workspaces for all tests whose requests are refused, and so leave them as they were."""
    sides: dict[Dialect, tuple[Side, Side]] = {}

    def of(dialect: Dialect) -> tuple[Side, Side]:
        if dialect not in sides:
            server = servers.running(dialect)
            sides[dialect] = _side(server, "Ours"), _side(server, "Theirs")
        return sides[dialect]

    yield of
    for pair in sides.values():
        for side in pair:
            side.http.close()


@pytest.fixture
def sides(
    dialect: Dialect, all_refused: Callable[[Dialect], tuple[Side, Side]]
) -> Iterator[tuple[Side, Side]]:
    """Our workspace and theirs, in which nothing is to change."""
    pair = all_refused(dialect)
    before = [side.everything() for side in pair]
    yield pair
    assert [side.everything() for side in pair] == before


def test_every_operation_can_be_asked_in_ones_own_workspace(ours: Side) -> None:
    """Or else the tests below would prove nothing."""
    # Deletes come last: first of what belongs to a resource, then of what nothing refers to.
    deletes = [o for o in OPERATIONS if o.method == "DELETE"]
    deletes.sort(key=lambda o: (-o.path.count("/"), -list(KINDS).index(_placeholders(o)[0])))
    for operation in [*(o for o in OPERATIONS if o.method != "DELETE"), *deletes]:
        status, text = ours.ask(operation, ours.ids, ours.ids)
        in_the_way = '/referenced"' in text or '/name-taken"' in text
        assert status < 300 or in_the_way, (operation.operation_id, text)


@pytest.mark.parametrize(
    "operation", [o for o in OPERATIONS if "{" in o.path], ids=lambda o: str(o.operation_id)
)
def test_an_id_in_a_path(sides: tuple[Side, Side], operation: Operation) -> None:
    ours, theirs = sides
    for placeholder in _placeholders(operation):
        # One at a time: somebody else's key of one's own account, too.
        one = {placeholder: theirs.ids[placeholder]}
        never = {placeholder: _never()[placeholder]}
        for others in ({}, theirs.ids):
            known = ours.ask(operation, {**ours.ids, **others, **one}, ours.ids)
            unknown = ours.ask(operation, {**ours.ids, **(others and _never()), **never}, ours.ids)
            assert known == unknown
            assert known[0] == 404


WITH_IDS_IN_BODY = [
    (operation, name)
    for operation in OPERATIONS
    for name in _never()
    if operation.request
    and json.dumps(_request_body(operation, a := _never()))
    != json.dumps(_request_body(operation, a | {name: "other"}))
]


@pytest.mark.parametrize(
    ("operation", "name"),
    WITH_IDS_IN_BODY,
    ids=[f"{operation.operation_id}-{name}" for operation, name in WITH_IDS_IN_BODY],
)
def test_an_id_in_a_body(sides: tuple[Side, Side], operation: Operation, name: str) -> None:
    ours, theirs = sides
    known = ours.ask(operation, ours.ids, {**ours.ids, name: theirs.ids[name]})
    unknown = ours.ask(operation, ours.ids, {**ours.ids, name: _never()[name]})
    assert known == unknown
    assert known[0] in {404, 422} or operation.operation_id == "validate"


def test_the_bodies_hold_every_id_that_a_kind_can_refer_to() -> None:
    asked = {
        (_KIND_OF_BODY.get(operation.request), name)
        for operation, name in WITH_IDS_IN_BODY
        if operation.request
    }
    assert asked >= {(kind, target) for kind, target, _ in PAIRS}


@pytest.mark.parametrize(
    "operation",
    [o for o in OPERATIONS if any(p.name == "id" for p in o.parameters)],
    ids=lambda o: str(o.operation_id),
)
def test_an_id_in_a_query(sides: tuple[Side, Side], operation: Operation) -> None:
    ours, theirs = sides
    answers = [ours.http.get(operation.path, params={"id": id}) for id in theirs.ids.values()]
    # The id of another kind is none that could be listed.
    found = [answer.json()["items"] for answer in answers if answer.status_code != 400]
    assert found
    assert not any(found)


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if not kind.singleton])
def test_a_name_of_another_workspace_is_free(ours: Side, theirs: Side, kind: str) -> None:
    key = KINDS[kind].natural_key
    path, wanted = f"/v1/{KINDS[kind].path}", body(kind, ours.ids, "Theirs")
    before = theirs.everything()
    assert ours.http.get(path, params={key: wanted[key]}).json()["items"] == []
    made = ours.http.put(path, params={key: wanted[key]}, json=wanted)
    assert made.status_code == 201
    assert ours.http.delete(made.headers["Location"]).status_code == 204
    assert ours.http.post(path, json=wanted).status_code == 201
    assert theirs.everything() == before


def test_lists_and_the_feed_show_only_ones_own(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    foreign = list(theirs.ids.values())
    for operation in OPERATIONS:
        if operation.method == "GET" and "{" not in operation.path:
            answer = ours.http.get(operation.path)
            assert answer.status_code == 200
            assert not any(id in answer.text for id in foreign)


def test_an_answer_is_replayed_to_the_account_that_got_it_only(ours: Side, theirs: Side) -> None:
    key = {"Idempotency-Key": "same"}
    made = [
        side.http.post("/v1/teams", json={"name": "Both"}, headers=key) for side in (ours, theirs)
    ]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json()["id"] != made[1].json()["id"]
