"""Versions, and writes that depend on them."""

from typing import Any

import httpx
import pytest

from tests.api.problems import pointers, refused

NAME = {"name": "Payments"}


def make(http: httpx.Client) -> httpx.Response:
    return http.post("/v1/teams", json=NAME)


def edited(n: int) -> dict[str, Any]:
    return NAME | {"description": f"Edit {n}"}


@pytest.mark.parametrize("weaken", [False, True])
def test_a_write_to_the_version_that_was_read_is_done(http: httpx.Client, *, weaken: bool) -> None:
    made = make(http)
    tag = ("W/" if weaken else "") + made.headers["ETag"]
    answer = http.put(made.headers["Location"], json=edited(1), headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    answer = http.delete(
        made.headers["Location"], headers={"If-Match": answer.headers["ETag"], "Accept": "*/*"}
    )
    assert answer.status_code == 204


@pytest.mark.parametrize("method", ["PUT by id", "PUT by name", "DELETE"])
def test_a_write_to_another_version_is_refused_and_says_the_current_one(
    http: httpx.Client, method: str
) -> None:
    made = make(http)
    http.put(made.headers["Location"], json=edited(1))
    stale = {"If-Match": made.headers["ETag"]}
    if method == "DELETE":
        answer = http.delete(made.headers["Location"], headers=stale)
    elif method == "PUT by id":
        answer = http.put(made.headers["Location"], json=edited(2), headers=stale)
    else:
        answer = http.put("/v1/teams", params=NAME, json=edited(2), headers=stale)
    assert refused(answer) == (412, "version-mismatch")
    assert answer.json()["current_version"] == 2
    assert http.get(made.headers["Location"]).json()["description"] == "Edit 1"


def test_a_stale_write_is_refused_even_where_it_would_change_nothing(http: httpx.Client) -> None:
    made = make(http)
    http.put(made.headers["Location"], json=edited(1))
    stale = {"If-Match": made.headers["ETag"]}
    answer = http.put(made.headers["Location"], json=edited(1), headers=stale)
    assert refused(answer) == (412, "version-mismatch")


@pytest.mark.parametrize(
    "condition", [{"If-Match": '"none.1"'}, {"If-None-Match": "*"}], ids=lambda c: next(iter(c))
)
@pytest.mark.parametrize("by", ["id", "name"])
def test_a_body_that_is_wrong_is_refused_before_it_is_asked_for_which_version(
    http: httpx.Client, condition: dict[str, str], by: str
) -> None:
    made = make(http)
    path, query = (made.headers["Location"], {}) if by == "id" else ("/v1/teams", NAME)
    wrong = {"name": NAME["name"], "member_ids": ["ada"], "colour": "red"}
    answer = http.put(path, params=query, json=wrong, headers=condition)
    assert refused(answer) == (422, "validation")
    assert pointers(answer) == [("/member_ids/0", "format"), ("/colour", "unknown-field")]


def test_what_is_wrong_among_what_there_is_is_told_with_what_is_wrong_by_itself(
    http: httpx.Client,
) -> None:
    make(http)
    other = http.post("/v1/teams", json={"name": "Other"}).headers["Location"]
    wrong = NAME | {"member_ids": ["user_01h455vb4pex5vsknk084sn02q"], "colour": "red"}
    found = [("/colour", "unknown-field"), ("/member_ids/0", "unknown-reference")]
    for query in ({}, {"validate_only": "true"}):
        # An update may share the name for a while; a new resource may not.
        assert pointers(http.put(other, params=query, json=wrong)) == found
        created = http.post("/v1/teams", params=query, json=wrong)
        assert pointers(created) == [*found, ("/name", "name-taken")]


def test_a_tag_is_one_resources_own(http: httpx.Client) -> None:
    made, other = make(http), http.post("/v1/teams", json={"name": "Other"})
    tag = {"If-Match": other.headers["ETag"]}
    assert refused(http.put(made.headers["Location"], json=edited(1), headers=tag)) == (
        412,
        "version-mismatch",
    )


def test_one_of_several_tags_is_enough(http: httpx.Client) -> None:
    made = make(http)
    tags = f'"none.1", W/{made.headers["ETag"]}'
    answer = http.put(made.headers["Location"], json=edited(1), headers={"If-Match": tags})
    assert answer.status_code == 200


def test_a_star_means_any_version_that_there_is(http: httpx.Client) -> None:
    star = {"If-Match": "*"}
    answer = http.put("/v1/teams", params=NAME, json=NAME, headers=star)
    assert refused(answer) == (412, "version-mismatch")
    assert make(http).status_code == 201
    answer = http.put("/v1/teams", params=NAME, json=edited(1), headers=star)
    assert answer.status_code == 200


@pytest.mark.parametrize("tag", ["", "1", "team.1", '"open', '"a" "b"', '"a",,"b"', "W/*"])
def test_what_is_no_tag_is_malformed(http: httpx.Client, tag: str) -> None:
    made = make(http)
    answer = http.put(made.headers["Location"], json=edited(1), headers={"If-Match": tag})
    assert refused(answer) == (400, "malformed-request")
    assert [error["parameter"] for error in answer.json()["errors"]] == ["If-Match"]


def test_create_only_replaces_nothing(http: httpx.Client) -> None:
    create_only = {"If-None-Match": "*"}
    put = http.put("/v1/teams", params=NAME, json=NAME, headers=create_only)
    assert put.status_code == 201
    for answer in (
        http.put("/v1/teams", params=NAME, json=NAME, headers=create_only),
        http.put("/v1/teams", params=NAME, json=edited(1), headers=create_only),
        http.put(put.headers["Location"], json=edited(1), headers=create_only),
    ):
        assert refused(answer) == (412, "version-mismatch")
        assert answer.json()["current_version"] == 1
    assert http.get(put.headers["Location"]).json() == put.json()


def test_the_version_counts_effective_changes(http: httpx.Client) -> None:
    made = make(http)
    versions = [
        http.put(made.headers["Location"], json=edited(n)).json()["version"]
        for n in (1, 1, 2, 1, 1)
    ]
    assert versions == [2, 2, 3, 4, 4]


def test_a_conditional_write_of_what_is_gone_is_not_found(http: httpx.Client) -> None:
    made = make(http)
    http.delete(made.headers["Location"])
    tag = {"If-Match": made.headers["ETag"]}
    answer = http.put(made.headers["Location"], json=edited(1), headers=tag)
    assert refused(answer) == (404, "not-found")
