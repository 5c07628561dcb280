"""The client against a real server, on both databases."""

import pytest

from signalcraft.client import ApiProblem, Client
from signalcraft.model.ids import UserId
from signalcraft.model.mistake import Code
from signalcraft.model.problem import Slug
from signalcraft.model.team import Team
from signalcraft.model.user import User
from signalcraft.model.workspace import Workspace

ADA = User(email="ada@example.com", name="Ada", role="responder")


def test_what_was_created_is_read_back_by_id_and_by_key(client: Client) -> None:
    ada = client.create(ADA)
    assert ada.created
    assert ada.body == ADA
    assert client.get(User, ada.id) == ada
    assert client.find(User, "ADA@example.com") == ada
    assert client.find(User, "nobody@example.com") is None


def test_writing_by_name_creates_once_and_then_replaces(client: Client) -> None:
    first = client.put(Team(name="Payments / EU"))
    second = client.put(Team(name="Payments / EU", description="Money"), if_match=first.etag)
    assert (first.created, second.created) == (True, False)
    assert (second.id, second.version) == (first.id, 2)


def test_the_workspace_needs_no_id(client: Client) -> None:
    workspace = client.get(Workspace)
    renamed = client.replace(workspace.id, Workspace(name="Other"))
    assert client.get(Workspace) == renamed
    assert client.put(Workspace(name="Other")) == renamed
    assert client.whoami().workspace_id == workspace.id


def test_iterating_reads_all_pages(client: Client) -> None:
    made = [client.create(Team(name=f"Team {i}")).id for i in range(5)]
    assert [team.id for team in client.iterate(Team, page_size=2)] == made
    assert client.list(Team, limit=5).next_cursor is None
    assert [team.id for team in client.list(Team, ids=made[1:3]).items] == made[1:3]


def test_a_refusal_says_why_and_lists_all_mistakes(client: Client) -> None:
    nobody = "user_01h455vb4pex5vsknk084sn02q"
    with pytest.raises(ApiProblem) as refused:
        client.create(Team(name="Lost", member_ids=(UserId(nobody),)))
    problem = refused.value
    assert problem.slug is Slug.VALIDATION
    assert [(e.pointer, e.code) for e in problem.errors] == [
        ("/member_ids/0", Code.UNKNOWN_REFERENCE)
    ]
    assert nobody in str(problem)
    assert problem.request_id in str(problem)


def test_a_delete_waits_for_the_last_reference(client: Client) -> None:
    ada = client.create(ADA)
    team = client.create(Team(name="Payments", member_ids=(UserId(ada.id),)))
    with pytest.raises(ApiProblem) as refused:
        client.delete(User, ada.id)
    assert refused.value.slug is Slug.REFERENCED
    pending = client.delete(User, ada.id, when_unreferenced=True)
    assert pending is not None
    assert pending.blockers == refused.value.blockers
    assert [blocker.id for blocker in pending.blockers] == [team.id]
    assert client.delete(Team, team.id) is None
    assert client.find(User, ADA.email) is None
