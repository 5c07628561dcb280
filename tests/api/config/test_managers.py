"""Tools that manage what they write, and people who write beside them."""

import json
from typing import Any

import httpx

from tests.api.problems import refused

TERRAFORM = {"SignalCraft-Manager": "terraform", "SignalCraft-Source": "https://git.example/a"}
KUBERNETES = {"SignalCraft-Manager": "kubernetes/prod/shop/alerts"}
NAME = {"name": "Payments"}


def edited(n: int) -> dict[str, Any]:
    return NAME | {"description": f"Edit {n}"}


def warnings(answer: httpx.Response) -> list[str]:
    return [warning["code"] for warning in json.loads(answer.headers["SignalCraft-Warnings"])]


def test_a_manager_is_kept_with_its_source(http: httpx.Client) -> None:
    made = http.post("/v1/teams", json=NAME, headers=TERRAFORM)
    managed_by = {"manager": "terraform", "source": "https://git.example/a"}
    assert made.json()["managed_by"] == managed_by
    assert "SignalCraft-Warnings" not in made.headers
    answer = http.put(made.headers["Location"], json=edited(1), headers=TERRAFORM)
    assert (answer.status_code, answer.json()["managed_by"]) == (200, managed_by)


def test_another_manager_is_refused_until_it_takes_over(http: httpx.Client) -> None:
    made = http.post("/v1/teams", json=NAME, headers=TERRAFORM)
    for answer in (
        http.put(made.headers["Location"], json=edited(1), headers=KUBERNETES),
        http.put(made.headers["Location"], json=NAME, headers=KUBERNETES),
        http.put("/v1/teams", params=NAME, json=edited(1), headers=KUBERNETES),
        http.delete(made.headers["Location"], headers=KUBERNETES),
    ):
        assert refused(answer) == (409, "managed-elsewhere")
        assert answer.json()["managed_by"] == made.json()["managed_by"]
        assert "https://git.example/a" in answer.json()["detail"]
    taken = http.put(f"{made.headers['Location']}?force=true", json=NAME, headers=KUBERNETES)
    assert taken.json()["managed_by"] == {
        "manager": KUBERNETES["SignalCraft-Manager"],
        "source": None,
    }
    assert taken.json()["version"] == 2
    answer = http.delete(made.headers["Location"], headers=TERRAFORM)
    assert refused(answer) == (409, "managed-elsewhere")
    answer = http.delete(f"{made.headers['Location']}?force=true", headers=TERRAFORM)
    assert answer.status_code == 204


def test_a_person_may_write_and_is_warned_that_it_will_be_put_back(http: httpx.Client) -> None:
    made = http.post("/v1/teams", json=NAME, headers=TERRAFORM)
    answer = http.put(made.headers["Location"], json=edited(1))
    assert answer.json()["managed_by"] == made.json()["managed_by"]
    assert warnings(answer) == ["managed-elsewhere"]
    assert http.delete(made.headers["Location"]).status_code == 204


def test_the_first_manager_takes_what_nobody_manages(http: httpx.Client) -> None:
    made = http.post("/v1/teams", json=NAME)
    assert made.json()["managed_by"] is None
    answer = http.put(made.headers["Location"], json=NAME, headers=KUBERNETES)
    assert answer.json()["managed_by"]["manager"] == KUBERNETES["SignalCraft-Manager"]
    assert answer.json()["version"] == 2


def test_another_source_takes_over_only_when_it_is_told_to(http: httpx.Client) -> None:
    made = http.post("/v1/teams", json=NAME, headers=TERRAFORM)
    head = http.get("/v1/changes").json()["revision"]
    moved = TERRAFORM | {"SignalCraft-Source": "https://git.example/b"}
    refusal = http.put(made.headers["Location"], json=NAME, headers=moved)
    assert refused(refusal) == (409, "managed-elsewhere")
    assert "https://git.example/a" in refusal.json()["detail"]
    answer = http.put(f"{made.headers['Location']}?force=true", json=NAME, headers=moved)
    assert answer.json()["managed_by"]["source"] == "https://git.example/b"
    assert (answer.json()["version"], answer.json()["updated_at"]) == (
        1,
        made.json()["updated_at"],
    )
    assert http.get("/v1/changes").json()["revision"] == head


def test_a_source_without_a_manager_says_nothing(http: httpx.Client) -> None:
    source = {"SignalCraft-Source": "https://git.example/a"}
    assert http.post("/v1/teams", json=NAME, headers=source).json()["managed_by"] is None
