"""Calendar links, and the calendars behind them, on both databases."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from ical.calendar_stream import IcsCalendarStream
from whenever import Instant, TimeDelta

from signalcraft.client import Client
from signalcraft.model.ids import new_id
from signalcraft.model.schedule import Rotation, Schedule
from signalcraft.model.user import User
from signalcraft.store.db.database import Database
from signalcraft.store.db.migrate import migrate
from tools.servers import Server, running_server


@dataclass(frozen=True)
class Linked:
    """A schedule on which Ada is on call, with a person who may stand in."""

    http: httpx.Client
    schedule: str
    ada: str
    ben: str

    @property
    def links(self) -> str:
        return f"/v1/schedules/{self.schedule}/calendar-links"

    def link(self, **body: Any) -> dict[str, Any]:
        answer = self.http.post(self.links, json={"name": "Phone", **body})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def stand_in(self) -> None:
        now = Instant.now().round("second")
        times = {
            "starts_at": (now + TimeDelta(hours=1)).format_iso(),
            "ends_at": (now + TimeDelta(hours=2)).format_iso(),
        }
        path = f"/v1/schedules/{self.schedule}/overrides"
        assert self.http.post(path, json={"participant": self.ben, **times}).is_success


@pytest.fixture
def linked(client: Client, http: httpx.Client) -> Linked:
    ada = client.create(User(email="ada@example.com", name="Ada Ä", role="responder")).id
    ben = client.create(User(email="ben@example.com", name="Ben", role="responder")).id
    rotation = Rotation(
        name="weekly",
        participants=(ada,),
        starts_at="2026-01-05T09:00:00",
        shift_length=1,
        shift_unit="week",
    )
    schedule = client.create(
        Schedule(name="Payments", time_zone="Europe/Berlin", rotations=(rotation,))
    )
    return Linked(http, schedule.id, ada, ben)


@pytest.fixture
def anyone() -> Iterator[httpx.Client]:
    """Somebody without an API key."""
    with httpx.Client(timeout=30) as anyone:
        yield anyone


def summaries(calendar: httpx.Response) -> list[str | None]:
    assert calendar.status_code == 200, calendar.text
    return [event.summary for event in IcsCalendarStream.calendar_from_ics(calendar.text).events]


def test_a_link_shows_the_schedule_to_whoever_has_it(linked: Linked, anyone: httpx.Client) -> None:
    linked.stand_in()
    calendar = anyone.get(linked.link()["url"])
    assert calendar.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert calendar.headers["Cache-Control"] == "private, max-age=300"
    assert summaries(calendar) == [
        "Ada Ä on call: Payments",
        "Ben on call: Payments",
        "Ada Ä on call: Payments",
    ]


def test_a_persons_link_shows_that_persons_shifts(linked: Linked, anyone: httpx.Client) -> None:
    linked.stand_in()
    link = linked.link(user_id=linked.ben)
    assert summaries(anyone.get(link["url"])) == ["Ben on call: Payments"]


def test_an_unchanged_calendar_is_not_sent_again(linked: Linked, anyone: httpx.Client) -> None:
    url = linked.link()["url"]
    etag = anyone.get(url).headers["ETag"]
    again = anyone.get(url, headers={"If-None-Match": f'"x", {etag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    linked.stand_in()
    assert anyone.get(url, headers={"If-None-Match": etag}).status_code == 200


def test_links_are_listed_without_their_secret(linked: Linked) -> None:
    first, second = linked.link(), linked.link(name="Wall", user_id=linked.ada)
    url = first.pop("url")
    second.pop("url")
    answer = linked.http.get(linked.links)
    assert answer.json() == {"items": [first, second]}
    secret = url.rpartition("/")[2].removesuffix(".ics")
    assert len(secret) == 43
    feed = linked.http.get("/v1/changes?limit=1000")
    assert secret not in answer.text + feed.text
    assert [c["name"] for c in feed.json()["items"] if c["kind"] == "calendar_link"] == [
        "Phone",
        "Wall",
    ]


def test_a_repeated_request_makes_one_link_and_shows_its_url_once(linked: Linked) -> None:
    answers = [
        linked.http.post(linked.links, json={"name": "x"}, headers={"Idempotency-Key": "1"}).json()
        for _ in range(2)
    ]
    assert answers[0]["id"] == answers[1]["id"]
    assert answers[0]["url"].endswith(".ics")
    assert answers[1]["url"] is None


def test_a_revoked_link_stops_working_at_once(linked: Linked, anyone: httpx.Client) -> None:
    link = linked.link()
    assert anyone.get(link["url"]).is_success
    path = f"{linked.links}/{link['id']}"
    assert linked.http.delete(path).status_code == 204
    assert anyone.get(link["url"]).status_code == 404
    assert linked.http.delete(path).status_code == 404


def test_links_go_with_their_schedule_and_their_user(linked: Linked, anyone: httpx.Client) -> None:
    whole, bens = linked.link()["url"], linked.link(user_id=linked.ben)["url"]
    assert linked.http.delete(f"/v1/users/{linked.ben}").status_code == 204
    assert [anyone.get(url).status_code for url in (whole, bens)] == [200, 404]
    assert linked.http.delete(f"/v1/schedules/{linked.schedule}").status_code == 204
    assert anyone.get(whole).status_code == 404


def test_what_is_no_secret_finds_nothing(
    linked: Linked, anyone: httpx.Client, server: Server
) -> None:
    url = linked.link()["url"]
    wrong = [url.removesuffix(".ics"), url[:-5] + ".ics", f"{server.url}/v1/calendars/.ics"]
    for address in wrong:
        answer = anyone.get(address)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_link_needs_a_user_and_a_schedule_that_there_are(linked: Linked) -> None:
    nobody = {"name": "x", "user_id": new_id("user")}
    assert linked.http.post(linked.links, json=nobody).json()["errors"][0]["pointer"] == "/user_id"
    nowhere = f"/v1/schedules/{new_id('sched')}/calendar-links"
    assert linked.http.post(nowhere, json={"name": "x"}).status_code == 404
    assert linked.http.get(nowhere).status_code == 404


def test_the_url_is_the_one_that_the_caller_came_by(linked: Linked) -> None:
    headers = {"Host": "on-call.example.com", "X-Forwarded-Proto": "https"}
    url = linked.http.post(linked.links, json={"name": "x"}, headers=headers).json()["url"]
    assert url.startswith("https://on-call.example.com/v1/calendars/")


def test_the_secret_is_never_logged(database_url: str) -> None:
    migrate(Database(database_url))
    with running_server(database_url, "--log-level", "debug") as server:
        for method, path in (
            ("GET", "secret.ics"),
            ("POST", "secret.ics"),
            ("GET", "secret.ics/a"),
        ):
            httpx.request(method, f"{server.url}/v1/calendars/{path}")
    lines = [json.loads(line) for line in server.said if line.startswith("{")]
    assert [(line["path"], line["status"]) for line in lines] == [
        ("/v1/calendars/…", 404),
        ("/v1/calendars/…", 405),
        ("/v1/calendars/…", 404),
    ]
    assert "secret" not in str(server.said)
