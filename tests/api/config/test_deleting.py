"""Deletes that would break something."""

import httpx
import pytest

from tests.api.problems import refused
from tests.bodies import PAIRS, create, populate, url


@pytest.mark.parametrize(("kind", "target", "pointer"), PAIRS)
def test_what_is_referred_to_is_kept_and_whoever_refers_is_named(
    http: httpx.Client, kind: str, target: str, pointer: str
) -> None:
    ids = populate(http)
    holder = create(http, kind, ids)
    answer = http.delete(url(target, ids[target]))
    assert refused(answer) == (409, "referenced")
    assert {
        "kind": kind,
        "id": holder["id"],
        "name": holder["name"],
        "pointer": pointer,
    } in answer.json()["blockers"]
    assert http.get(url(target, ids[target])).status_code == 200


def test_all_blockers_are_named_each_with_every_place(http: httpx.Client) -> None:
    ids = populate(http)
    rotations = http.get(url("schedule", ids["schedule"])).json()["rotations"]
    twice = {
        "name": "Twice",
        "time_zone": "UTC",
        "rotations": [rotations[0] | {"participants": [ids["user"]] * 2}],
    }
    schedule = http.post("/v1/schedules", json=twice).json()
    blockers = http.delete(url("user", ids["user"])).json()["blockers"]
    assert [(b["kind"], b["id"], b["pointer"]) for b in blockers] == sorted(
        [
            ("team", ids["team"], "/member_ids/0"),
            ("schedule", ids["schedule"], "/rotations/0/participants/0"),
            ("schedule", ids["schedule"], "/rotations/1/participants/2"),
            ("schedule", schedule["id"], "/rotations/0/participants/0"),
            ("schedule", schedule["id"], "/rotations/0/participants/1"),
            ("escalation_policy", ids["escalation_policy"], "/rules/0/targets/1/id"),
        ],
        key=lambda blocker: blocker[1:],
    )


def test_a_reference_that_was_dropped_blocks_no_longer(http: httpx.Client) -> None:
    ada, ben = (
        http.post(
            "/v1/users", json={"email": f"{n}@example.com", "name": n, "role": "viewer"}
        ).json()["id"]
        for n in ("ada", "ben")
    )
    team = http.post("/v1/teams", json={"name": "T", "member_ids": [ada, ben]})
    http.put(team.headers["Location"], json={"name": "T", "member_ids": [ben]})
    assert http.delete(url("user", ada)).status_code == 204
    assert http.delete(url("user", ben)).json()["blockers"][0]["pointer"] == "/member_ids/0"


def test_the_key_that_deletes_its_own_account_is_gone_with_it(http: httpx.Client) -> None:
    account = http.get("/v1/whoami").json()["service_account_id"]
    assert http.delete(url("service_account", account)).status_code == 204
    assert refused(http.get("/v1/whoami")) == (401, "unauthenticated")
