"""Lists: pages that neither skip nor repeat, whatever comes and goes meanwhile."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from signalcraft.api.http.paging import MAX_CHARACTERS, cursor, page


def make(http: httpx.Client, *names: str) -> list[str]:
    return [http.post("/v1/teams", json={"name": name}).json()["id"] for name in names]


def pages(http: httpx.Client, **params: Any) -> Iterator[list[str]]:
    position: dict[str, str] = {}
    while True:
        answer = http.get("/v1/teams", params=params | position).json()
        yield [item["id"] for item in answer["items"]]
        if answer["next_cursor"] is None:
            return
        position = {"cursor": answer["next_cursor"]}


def test_a_list_comes_in_order_of_id_in_pages_of_the_size_that_was_asked_for(
    http: httpx.Client,
) -> None:
    ids = make(http, *"fbdac")
    assert list(pages(http, limit=2)) == [ids[:2], ids[2:4], ids[4:]]
    assert list(pages(http, limit=5)) == [ids]
    assert list(pages(http)) == [ids]


def test_an_empty_list_is_a_page_of_none(http: httpx.Client) -> None:
    assert http.get("/v1/teams").json() == {"items": [], "next_cursor": None}


def test_what_comes_and_goes_between_pages_moves_nothing_else(http: httpx.Client) -> None:
    ids = make(http, *"abcdef")
    turning = pages(http, limit=2)
    seen = next(turning)
    # The last one that was seen, one that was not, and a new one.
    for gone in (ids[1], ids[2]):
        assert http.delete(f"/v1/teams/{gone}").status_code == 204
    new = make(http, "g")
    seen += [id for page in turning for id in page]
    assert seen == ids[:2] + ids[3:] + new


def test_a_list_can_be_asked_for_some_ids_in_pages_too(http: httpx.Client) -> None:
    ids = make(http, *"abcd")
    wanted = [ids[3], ids[0], "team_01h455vb4pex5vsknk084sn02q", ids[0], ids[2]]
    assert list(pages(http, id=wanted)) == [[ids[0], ids[2], ids[3]]]
    assert list(pages(http, id=wanted, limit=2)) == [[ids[0], ids[2]], [ids[3]]]


def test_id_and_name_narrow_a_list_together(http: httpx.Client) -> None:
    a, b = make(http, "a", "b")
    assert list(pages(http, id=[a], name="a")) == [[a]]
    assert list(pages(http, id=[b], name="a")) == [[]]
    assert list(pages(http, name="none")) == [[]]


class Entry(NamedTuple):
    id: str
    size: int


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "0"},
        {"limit": "1001"},
        {"limit": "-1"},
        {"limit": "ten"},
        {"limit": "1.5"},
        {"limit": ""},
        {"limit": ["1", "2"]},
        {"cursor": "!"},
        {"cursor": "é"},
        {"cursor": ""},
        {"cursor": "00"},
        {"cursor": "7"},
        {"cursor": "61" * 201},
        {"id": "team_of_nobody"},
        {"id": "user_01h455vb4pex5vsknk084sn02q"},
        {"name": ["a", "b"]},
        {"page": "2"},
        {"LIMIT": "1"},
    ],
)
def test_a_parameter_that_is_wrong_is_named(http: httpx.Client, params: dict[str, Any]) -> None:
    answer = http.get("/v1/teams", params=params)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (
        400,
        "malformed-request",
    )
    assert {error["parameter"] for error in answer.json()["errors"]} == set(params)


def test_all_wrong_parameters_are_named_at_once(http: httpx.Client) -> None:
    answer = http.get("/v1/teams?limit=x&page=2&sort=name")
    assert {error["parameter"] for error in answer.json()["errors"]} == {"limit", "page", "sort"}


def test_a_page_of_large_resources_is_cut_and_goes_on_at_its_cursor(http: httpx.Client) -> None:
    rotation = {
        "participants": [
            http.post(
                "/v1/users", json={"email": "a@example.com", "name": "A", "role": "viewer"}
            ).json()["id"]
        ]
        * 200,
        "starts_at": "2026-01-05T09:00:00",
        "shift_length": 1,
        "shift_unit": "week",
    }
    rotations = [{**rotation, "name": f"{n} " + "x" * 390} for n in range(50)]
    for n in range(14):
        body = {"name": f"S{n}", "time_zone": "UTC", "rotations": rotations}
        assert http.post("/v1/schedules", json=body).status_code == 201
    first = http.get("/v1/schedules", params={"limit": 1000})
    assert len(first.content) < 8 * 2**20
    assert 1 < len(first.json()["items"]) < 14
    second = http.get("/v1/schedules", params={"cursor": first.json()["next_cursor"]})
    assert len(first.json()["items"]) + len(second.json()["items"]) == 14

    revisions, pages, after = [], 0, 0
    while True:
        feed = http.get("/v1/changes", params={"after": after, "limit": 1000})
        assert len(feed.content) < 8 * 2**20
        if not feed.json()["items"]:
            break
        revisions += [item["revision"] for item in feed.json()["items"]]
        pages, after = pages + 1, feed.json()["revision"]
    assert pages > 1
    assert revisions == list(range(1, feed.json()["head"] + 1))


def test_a_change_that_is_larger_than_a_page_is_a_page() -> None:
    entries = [Entry("team_1", 10), Entry("team_2", MAX_CHARACTERS + 1), Entry("team_3", 1)]
    sizes = [entry.size for entry in page(entries[1:], 2, lambda entry: entry.size).items]
    assert sizes == [MAX_CHARACTERS + 1]
    assert page(entries, 3, lambda entry: entry.size).next_cursor == cursor("team_1")
    assert page(entries[:1], 3, lambda entry: entry.size).next_cursor is None
