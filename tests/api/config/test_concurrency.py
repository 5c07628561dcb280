"""Many writers at once, through several processes where the database allows it: nothing that was
answered is lost, and no reference is broken.
"""

from concurrent.futures import ThreadPoolExecutor
from operator import methodcaller

import httpx
import pytest

from signalcraft.client import ApiProblem, Client
from signalcraft.model.kinds import KINDS
from signalcraft.model.problem import Slug
from signalcraft.model.team import Team
from tests.api.problems import refused
from tests.at_once import at_once
from tests.bodies import body, populate, url
from tools.servers import Server, Tenant

WRITERS = 100
ATTEMPTS = 5
ROUNDS = 12


def test_of_a_hundred_writers_to_one_resource_none_loses_what_was_answered(
    processes: list[Server], tenant: Tenant, client: Client
) -> None:
    team = client.create(Team(name="Contended"))

    def write(number: int) -> list[str]:
        """Adds to what stands there, at the version that was read; tells what was taken."""
        with processes[number % len(processes)].client(tenant) as own:
            taken = []
            for attempt in range(ATTEMPTS):
                entry = f"{number}.{attempt}"
                read = own.get(Team, team.id)
                wanted = Team(name="Contended", description=f"{read.body.description} {entry}")
                try:
                    own.replace(team.id, wanted, if_match=read.etag)
                except ApiProblem as problem:
                    if problem.slug is not Slug.VERSION_MISMATCH:
                        raise
                else:
                    taken.append(entry)
            return taken

    with ThreadPoolExecutor(WRITERS) as threads:
        taken = [entry for entries in threads.map(write, range(WRITERS)) for entry in entries]
    final = client.get(Team, team.id)
    assert sorted(final.body.description.split()) == sorted(taken)
    assert final.version == 1 + len(taken)


@pytest.mark.parametrize("when_unreferenced", ["false", "true"])
def test_a_new_reference_and_a_delete_of_what_it_refers_to_never_both_succeed(
    clients: list[httpx.Client], http: httpx.Client, when_unreferenced: str
) -> None:
    ids = populate(http)
    for i in range(ROUNDS):
        made = body("schedule", ids, f"Schedule {i}")
        schedule = http.post("/v1/schedules", json=made).json()["id"]
        policy = body("escalation_policy", ids | {"schedule": schedule}, f"Policy {i}")
        created, deleted = at_once(
            methodcaller("post", "/v1/escalation-policies", json=policy),
            methodcaller(
                "delete",
                url("schedule", schedule),
                params={"when_unreferenced": when_unreferenced},
            ),
            clients=clients,
        )
        still_there = http.get(url("schedule", schedule)).status_code == 200
        assert created.is_success == still_there
        if created.is_success and when_unreferenced == "true":
            assert deleted.status_code == 202
        elif created.is_success:
            assert refused(deleted) == (409, "referenced")
        else:
            assert refused(created) == (422, "validation")
            assert deleted.status_code == 204


def test_a_put_that_keeps_and_the_last_reference_going_agree(
    clients: list[httpx.Client], http: httpx.Client
) -> None:
    for i in range(ROUNDS):
        ada = {"email": f"ada{i}@example.com", "name": "Ada", "role": "viewer"}
        user = http.post("/v1/users", json=ada).json()["id"]
        team = http.post("/v1/teams", json={"name": f"T{i}", "member_ids": [user]}).json()["id"]
        http.delete(url("user", user), params={"when_unreferenced": "true"})
        kept, dropped = at_once(
            methodcaller("put", url("user", user), json=ada),
            methodcaller("put", url("team", team), json={"name": f"T{i}"}),
            clients=clients,
        )
        assert dropped.status_code == 200
        read = http.get(url("user", user))
        assert read.status_code == kept.status_code
        if read.is_success:
            assert read.json()["deletion_requested_at"] is None


def test_of_writers_of_one_name_one_creates_it(
    clients: list[httpx.Client], http: httpx.Client
) -> None:
    create = methodcaller("post", "/v1/teams", json={"name": "Same"})
    put = methodcaller("put", "/v1/teams?name=Same", json={"name": "Same"})
    answers = at_once(*[create, put] * 3, clients=clients)
    assert sorted(a.status_code for a in answers if a.request.method == "PUT") in (
        [200, 200, 200],
        [200, 200, 201],
    )
    assert [answer.status_code for answer in answers].count(201) == 1
    assert len(http.get("/v1/teams").json()["items"]) == 1


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if not kind.singleton])
def test_of_creates_of_one_name_one_succeeds_and_the_others_say_who_has_it(
    clients: list[httpx.Client], http: httpx.Client, kind: str
) -> None:
    ids = populate(http)
    for i in range(3):
        wanted = [body(kind, ids, f"Same {i}") for _ in range(3)]
        if kind == "user":  # Whose addresses are compared without regard to case.
            wanted[1]["email"] = wanted[1]["email"].upper()
        path = f"/v1/{KINDS[kind].path}"
        answers = at_once(*[methodcaller("post", path, json=w) for w in wanted], clients=clients)
        [made] = [answer.json() for answer in answers if answer.status_code == 201]
        others = [answer for answer in answers if answer.status_code != 201]
        assert [refused(answer) for answer in others] == [(409, "name-taken")] * 2
        assert {answer.json()["existing_id"] for answer in others} == {made["id"]}


def test_of_two_owners_who_are_deleted_at_once_one_stays(
    clients: list[httpx.Client], http: httpx.Client
) -> None:
    [first] = http.get("/v1/users").json()["items"]
    for i in range(ROUNDS):
        new = {"email": f"owner{i}@example.com", "name": "Owner", "role": "owner"}
        second = http.post("/v1/users", json=new).json()
        answers = at_once(
            methodcaller("delete", url("user", first["id"])),
            methodcaller("delete", url("user", second["id"])),
            clients=clients,
        )
        assert [refused(a) for a in answers if not a.is_success] == [(409, "last-owner")]
        [first] = [
            user for user in http.get("/v1/users").json()["items"] if user["role"] == "owner"
        ]


def test_revisions_count_up_by_one_whoever_writes(
    clients: list[httpx.Client], http: httpx.Client
) -> None:
    def make_ten(number: int) -> None:
        for i in range(10):
            clients[number % len(clients)].post("/v1/teams", json={"name": f"{number}.{i}"})

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(make_ten, range(8)))
    feed = http.get("/v1/changes", params={"limit": 1000}).json()
    assert [entry["revision"] for entry in feed["items"]] == list(range(1, feed["head"] + 1))
    assert sum(entry["kind"] == "team" for entry in feed["items"]) == 80
