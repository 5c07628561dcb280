"""The change feed: in order, without gaps, complete; and waiting for what comes."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.bodies import create, populate
from tools.servers import Dialect, Server, Servers, Tenant, running_server


def feed(http: httpx.Client, after: int = 0, **query: Any) -> dict[str, Any]:
    """The feed behind a revision."""
    answer = http.get("/v1/changes", params={"after": after, "limit": 1000, **query})
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def test_every_effective_change_is_in_the_feed_with_who_did_it_and_what_it_was(
    http: httpx.Client,
) -> None:
    before = feed(http)["head"]
    team = http.post("/v1/teams", json={"name": "SRE"}).json()
    path = f"/v1/teams/{team['id']}"
    headers = {"SignalCraft-Manager": "terraform", "X-Request-Id": "mine"}
    http.put(path, json={"name": "SRE", "description": "On duty"}, headers=headers)
    http.put(path, json={"name": "SRE", "description": "On duty"}, headers=headers)
    http.delete(path, headers=headers)

    items = feed(http, before)["items"]
    assert [item["action"] for item in items] == ["created", "updated", "deleted"]
    assert [item["revision"] for item in items] == [before + 1, before + 2, before + 3]
    assert {item["actor"]["name"] for item in items} == {"admin"}
    assert {(item["kind"], item["id"], item["name"]) for item in items} == {
        ("team", team["id"], "SRE")
    }
    assert items[1]["request_id"] == "mine"
    assert items[1]["managed_by"] == {"manager": "terraform", "source": None}
    assert items[1]["diff"] == [
        {"pointer": "/description", "before": "", "after": "On duty"},
        {"pointer": "/managed_by", "before": None, "after": {"manager": "terraform"}},
    ]


def test_a_client_that_follows_the_feed_page_by_page_misses_nothing(http: httpx.Client) -> None:
    for n in range(25):
        http.post("/v1/teams", json={"name": f"Team {n}"})
    seen, after = [], 0
    while page := feed(http, after, limit=7)["items"]:
        seen += [item["revision"] for item in page]
        after = page[-1]["revision"]
    assert seen == list(range(1, feed(http)["head"] + 1))


def test_the_history_of_one_resource_can_be_asked_for(http: httpx.Client) -> None:
    ids = populate(http)
    items = feed(http, id=ids["team"])["items"]
    assert [(item["action"], item["id"]) for item in items] == [("created", ids["team"])]


def test_a_revision_beyond_the_newest_is_gone(http: httpx.Client) -> None:
    head = feed(http)["head"]
    assert feed(http, head)["items"] == []
    refused = http.get("/v1/changes", params={"after": head + 1})
    assert (refused.status_code, refused.json()["type"].split("/")[-1]) == (410, "gone")


def test_who_waits_is_told_as_soon_as_something_changes(
    http: httpx.Client, server: Server, tenant: Tenant
) -> None:
    head = feed(http)["head"]
    with ThreadPoolExecutor() as threads, server.http(tenant) as other:
        waiting = threads.submit(feed, other, head, wait=30)
        stored = http.post("/v1/teams", json={"name": "SRE"}).json()
        assert [item["id"] for item in waiting.result(20)["items"]] == [stored["id"]]


def test_who_waits_is_told_of_what_another_process_changes(
    servers: Servers, dialect: Dialect, server: Server, tenant: Tenant
) -> None:
    assert servers.running(dialect) is server
    with (
        running_server(server.database_url) as second,
        second.http(tenant) as there,
        server.http(tenant) as here,
        ThreadPoolExecutor() as threads,
    ):
        head = feed(there)["head"]
        waiting = threads.submit(feed, there, head, wait=30)
        stored = here.post("/v1/teams", json={"name": "SRE"}).json()
        assert [item["id"] for item in waiting.result(20)["items"]] == [stored["id"]]


def test_a_change_by_one_process_is_seen_by_the_next_question_to_another(
    server: Server, tenant: Tenant
) -> None:
    with (
        running_server(server.database_url) as second,
        second.http(tenant) as there,
        server.http(tenant) as here,
    ):
        ids = populate(here)
        on_call = f"/v1/schedules/{ids['schedule']}/on-call"
        at = {"at": "2037-01-05T10:00:00+01:00"}
        assert there.get(on_call, params=at).json()["user_ids"] == [ids["user"]]
        other = create(here, "user", ids, "Other")["id"]
        schedule = here.get(f"/v1/schedules/{ids['schedule']}").json()
        schedule["rotations"][0]["participants"] = [other]
        here.put(f"/v1/schedules/{ids['schedule']}", json=schedule)
        assert there.get(on_call, params=at).json()["user_ids"] == [other]
