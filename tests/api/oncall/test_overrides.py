"""Overrides: people who stand in on a schedule."""

import json
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from signalcraft.store.db.database import Database
from tests.bodies import create, populate
from tools.servers import Server

DAY = {"starts_at": "2037-03-02T09:00:00+01:00", "ends_at": "2037-03-03T09:00:00+01:00"}
NOON = {"at": "2037-03-02T12:00:00+01:00"}


def test_an_override_wins_until_it_is_deleted_and_leaves_the_schedule_alone(
    http: httpx.Client,
) -> None:
    ids = populate(http)
    schedule = f"/v1/schedules/{ids['schedule']}"
    before = http.get(schedule).text
    other = create(http, "user", ids, "Other")["id"]

    made = http.post(f"{schedule}/overrides", json={"participant": other, **DAY})
    assert made.status_code == 201
    override = made.json()
    assert (override["starts_at"], override["ends_at"]) == (DAY["starts_at"], DAY["ends_at"])
    found = http.get(f"{schedule}/on-call", params=NOON).json()
    assert (found["user_ids"], found["override_id"], found["rotation"]) == (
        [other],
        override["id"],
        None,
    )
    assert http.get(schedule).text == before

    path = f"{schedule}/overrides/{override['id']}"
    assert http.get(path).json() == override
    assert http.get(f"{schedule}/overrides").json() == {"items": [override], "next_cursor": None}
    assert http.delete(path).status_code == 204
    assert http.get(path).status_code == 404
    found = http.get(f"{schedule}/on-call", params=NOON).json()
    assert (found["user_ids"], found["rotation"]) == ([ids["user"]], "weekly")


def test_an_override_can_be_replaced_and_writing_it_again_changes_nothing(
    http: httpx.Client,
) -> None:
    ids = populate(http)
    collection = f"/v1/schedules/{ids['schedule']}/overrides"
    override = http.post(collection, json={"participant": ids["user"], **DAY}).json()
    path = f"{collection}/{override['id']}"
    longer = {"participant": ids["user"], **DAY, "ends_at": "2037-03-04T09:00:00+01:00"}
    assert http.put(path, json=longer).json() == override | longer
    head = http.get("/v1/changes", params={"limit": 1}).json()["head"]
    assert http.put(path, json=longer).json() == override | longer
    assert http.get("/v1/changes", params={"limit": 1}).json()["head"] == head


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"ends_at": DAY["starts_at"]}, "/ends_at"),
        ({"starts_at": "2037-03-02T09:00:00"}, "/starts_at"),
        ({"starts_at": "2037-02-30T09:00:00Z"}, "/starts_at"),
        ({"participant": "user_01h455vb4pex5vsknk084sn02q"}, "/participant"),
        ({"participant": "ada"}, "/participant"),
        ({"who": "ada"}, "/who"),
    ],
)
def test_an_override_that_is_wrong_is_refused_where_it_is(
    http: httpx.Client, fields: dict[str, str], pointer: str
) -> None:
    ids = populate(http)
    body = {"participant": ids["user"], **DAY, **fields}
    refused = http.post(f"/v1/schedules/{ids['schedule']}/overrides", json=body)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


def test_overrides_go_with_their_user(http: httpx.Client) -> None:
    ids = populate(http)
    other = create(http, "user", ids, "Other")["id"]
    schedule = f"/v1/schedules/{ids['schedule']}"
    http.post(f"{schedule}/overrides", json={"participant": other, **DAY})
    assert http.get(f"{schedule}/on-call", params=NOON).json()["user_ids"] == [other]
    assert http.delete(f"/v1/users/{other}").status_code == 204
    assert http.get(f"{schedule}/on-call", params=NOON).json()["user_ids"] == [ids["user"]]
    assert http.get(f"{schedule}/overrides").json()["items"] == []


def test_of_two_overrides_the_one_created_later_wins_whatever_the_clock_said(
    http: httpx.Client, server: Server
) -> None:
    ids = populate(http)
    schedule = f"/v1/schedules/{ids['schedule']}"
    other = create(http, "user", ids, "Other")["id"]
    first = http.post(f"{schedule}/overrides", json={"participant": ids["user"], **DAY}).json()
    # As if the clock had been set back between the two.
    database = Database(server.database_url)
    with database.transaction() as connection:
        later = "2099-01-01T00:00:00.000000Z"
        connection.execute(
            f"UPDATE schedule_override SET created_at = '{later}' WHERE id = '{first['id']}'"  # noqa: S608 — ours
        )
    database.close()
    second = http.post(f"{schedule}/overrides", json={"participant": other, **DAY}).json()
    assert second["revision"] > first["revision"]
    found = http.get(f"{schedule}/on-call", params=NOON).json()
    assert (found["user_ids"], found["override_id"]) == ([other], second["id"])


def test_overrides_and_links_that_go_with_a_user_are_in_the_feed(http: httpx.Client) -> None:
    ids = populate(http)
    schedule = f"/v1/schedules/{ids['schedule']}"
    other = create(http, "user", ids, "Other")["id"]
    override = http.post(f"{schedule}/overrides", json={"participant": other, **DAY}).json()
    link = http.post(f"{schedule}/calendar-links", json={"name": "Phone", "user_id": other}).json()
    assert http.delete(f"/v1/users/{other}").status_code == 204
    feed = http.get("/v1/changes", params={"limit": 1000}).json()["items"]
    deleted = [(entry["kind"], entry["id"]) for entry in feed if entry["action"] == "deleted"]
    assert deleted == [
        ("user", other),
        ("schedule_override", override["id"]),
        ("calendar_link", link["id"]),
    ]


def test_an_override_may_put_a_team_on_call_or_nobody(http: httpx.Client) -> None:
    ids = populate(http)
    schedule = f"/v1/schedules/{ids['schedule']}"
    other = create(http, "user", ids, "Other")["id"]
    members = {"name": "Crew", "member_ids": [other, ids["user"]]}
    crew = http.post("/v1/teams", json=members).json()["id"]

    def on_call() -> list[str]:
        user_ids: list[str] = http.get(f"{schedule}/on-call", params=NOON).json()["user_ids"]
        return user_ids

    http.post(f"{schedule}/overrides", json={"participant": crew, **DAY}).raise_for_status()
    assert on_call() == [other, ids["user"]]
    http.put(f"/v1/teams/{crew}", json=members | {"member_ids": [other]}).raise_for_status()
    assert on_call() == [other]
    made = http.post(f"{schedule}/overrides", json={"participant": "nobody", **DAY}).json()
    assert made["participant"] == "nobody"
    now = http.get(f"{schedule}/on-call", params=NOON).json()
    assert (now["user_ids"], now["override_id"]) == ([], made["id"])
    whole_day = {"from": DAY["starts_at"], "until": DAY["ends_at"]}
    assert http.get(f"{schedule}/shifts", params=whole_day).json()["items"] == []
    http.delete(f"{schedule}/overrides/{made['id']}").raise_for_status()
    assert on_call() == [other]
    assert http.delete(f"/v1/teams/{crew}").status_code == 204
    assert on_call() == [ids["user"]]
    assert http.get(f"{schedule}/overrides").json()["items"] == []


def test_deleting_somebody_whose_overrides_go_too_says_who_is_on_call_instead(
    http: httpx.Client,
) -> None:
    ids = populate(http)
    overrides = f"/v1/schedules/{ids['schedule']}/overrides"
    stand_in = create(http, "user", ids, "Stand-in")["id"]
    now = datetime.now(UTC)
    for start in (now - timedelta(hours=1), now + timedelta(days=3)):
        times = {
            "starts_at": start.isoformat(timespec="seconds"),
            "ends_at": (start + timedelta(hours=2)).isoformat(timespec="seconds"),
        }
        assert http.post(overrides, json={"participant": stand_in, **times}).status_code == 201

    item = {"kind": "user", "id": stand_in, "body": None}
    [looked_at] = http.post("/v1/validate", json={"items": [item]}).json()["items"]
    gone = http.delete(f"/v1/users/{stand_in}")

    assert gone.status_code == 204
    [warning] = json.loads(gone.headers["SignalCraft-Warnings"])
    assert (warning["pointer"], warning["code"]) == ("", "on-call-changes")
    now_and_later = r"'Target' \(.*\), now: nobody instead of Stand-in; from .*: nobody instead of"
    assert re.search(now_and_later, warning["detail"]), warning
    assert looked_at["warnings"] == [warning]


def test_deleting_somebody_who_only_had_overrides_in_the_past_changes_nothing_on_call(
    http: httpx.Client,
) -> None:
    ids = populate(http)
    user = create(http, "user", ids, "Past")["id"]
    past = {"starts_at": "2020-03-02T09:00:00Z", "ends_at": "2020-03-03T09:00:00Z"}
    made = http.post(
        f"/v1/schedules/{ids['schedule']}/overrides", json={"participant": user, **past}
    )
    assert made.status_code == 201
    gone = http.delete(f"/v1/users/{user}")
    assert (gone.status_code, "SignalCraft-Warnings" in gone.headers) == (204, False)
