"""What is written is what is read, and writing it twice changes nothing: for every kind and body."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from signalcraft.model.kinds import KINDS
from tests.bodies import create, populate, url, written
from tests.strategies import Existing, bodies
from tools.servers import Server

# All examples of a test share its workspace. None is made smaller when it fails: each step of that
# is several requests.
FEW = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@dataclass(frozen=True)
class Place:
    """A resource that is written to again and again, and what it can refer to."""

    http: httpx.Client
    path: str
    existing: Existing


@pytest.fixture
def place(server: Server, kind: str) -> Iterator[Place]:
    with server.http(server.new_tenant()) as http:
        worlds = [populate(http, name) for name in ("One", "Two", "Three")]
        stored = create(http, kind, worlds[0])
        existing = {name: [ids[name] for ids in worlds] for name in worlds[0]}
        yield Place(http, url(kind, stored["id"]), existing)


@pytest.mark.parametrize("kind", KINDS)
@settings(FEW, max_examples=15)
@given(data=st.data())
def test_what_is_read_is_what_was_written(place: Place, kind: str, data: st.DataObject) -> None:
    wanted = data.draw(bodies(KINDS[kind], place.existing))
    before = written(place.http.get(place.path).json())

    put = place.http.put(place.path, json=wanted)
    assert put.status_code == 200, put.text
    read = place.http.get(place.path)
    assert read.json() == put.json()
    assert written(read.json()) == wanted
    # As text, so that 90 is not taken for 90.0, unless nothing else changes: they are the same number.
    if wanted != before:
        assert json.dumps(written(read.json()), sort_keys=True) == json.dumps(
            wanted, sort_keys=True
        )

    feed = _head(place)
    again = place.http.put(place.path, json=wanted)
    assert (again.status_code, again.json()) == (200, read.json())
    whole = place.http.put(place.path, json=read.json())
    assert (whole.status_code, whole.json()) == (200, read.json())
    assert _head(place) == feed

    # By name, too, it is the same resource.
    key = KINDS[kind].natural_key
    by_key = {} if KINDS[kind].singleton else {key: wanted[key]}
    collection = f"/v1/{KINDS[kind].path}"
    named = place.http.put(collection, params=by_key, json=wanted)
    assert (named.status_code, named.json()) == (200, read.json())
    if by_key:
        [found] = place.http.get(collection, params=by_key).json()["items"]
        assert found == read.json()


def _head(place: Place) -> Any:
    return place.http.get("/v1/changes", params={"limit": 1}).json()["head"]


@pytest.mark.parametrize("kind", [name for name in KINDS if not KINDS[name].singleton])
@settings(FEW, max_examples=5)
@given(data=st.data())
def test_what_is_created_is_what_a_put_would_make_of_it(
    place: Place, kind: str, data: st.DataObject
) -> None:
    wanted = data.draw(bodies(KINDS[kind], place.existing))
    path = f"/v1/{KINDS[kind].path}"
    dry = place.http.post(path, params={"validate_only": "true"}, json=wanted)
    made = place.http.post(path, json=wanted)
    assert (dry.status_code, made.status_code) == (201, 201), made.text
    assert written(dry.json()) == wanted
    assert written(made.json()) == wanted
    assert place.http.put(made.headers["Location"], json=wanted).json() == made.json()
    assert place.http.delete(made.headers["Location"]).status_code == 204
