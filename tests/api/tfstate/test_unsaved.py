"""A write that failed is remembered, so that the next apply doesn't create everything twice."""

from typing import Any

import httpx
import pytest

from tests.api.problems import refusal
from tests.api.tfstate.state_backend import STATES, Run, ok, state, unlock, why, write

APPLY, PLAN = "OperationTypeApply", "OperationTypePlan"
SOURCE = "https://git.example.com/monitoring"


def create_team(http: httpx.Client, name: str, source: str | None = SOURCE) -> str:
    """As the provider does it."""
    headers = {"SignalCraft-Manager": "terraform"}
    if source:
        headers["SignalCraft-Source"] = source
    answer = http.post("/v1/teams", json={"name": name}, headers=headers)
    ok(answer)
    id: str = answer.json()["id"]
    return id


def unsaved(http: httpx.Client, name: str = "main") -> Any:
    return why(http, name)["unsaved"]


def missing(http: httpx.Client, name: str = "main") -> list[str]:
    return [each["name"] for each in why(http, name)["missing"]]


def fail_to_write(http: httpx.Client) -> Run:
    """An apply whose write is refused, and which then unlocks, as Terraform does."""
    run = Run(http)
    ok(run.lock())
    assert run.write(b"{").status_code == 400
    ok(run.unlock())
    return run


def test_after_a_write_that_failed_applies_are_refused_with_the_way_out(
    http: httpx.Client,
) -> None:
    ok(write(http, state(1)))
    fail_to_write(http)
    answer = Run(http, operation=APPLY).lock()
    assert refusal(answer) == (409, "state-unsaved")
    assert "signalcraft state why main" in answer.json()["ID"]
    mark = unsaved(http)
    assert (mark["account_name"], mark["who"], mark["operation"]) == (
        "admin",
        "ada@laptop",
        "apply",
    )
    assert http.get(STATES).json()["items"][0]["unsaved"] is True


@pytest.mark.parametrize(
    "operation",
    [
        PLAN,
        "state-push",
        "state-rm",
        "state-mv",
        "migration destination state",
        "OperationTypeInvalid",
    ],
)
def test_what_mends_a_state_is_granted_the_lock(http: httpx.Client, operation: str) -> None:
    fail_to_write(http)
    run = Run(http, operation=operation)
    ok(run.lock())
    ok(run.unlock())
    assert unsaved(http)


@pytest.mark.parametrize("operation", [APPLY, "OperationTypeRefresh"])
def test_what_could_do_harm_is_not(http: httpx.Client, operation: str) -> None:
    fail_to_write(http)
    assert refusal(Run(http, operation=operation).lock()) == (409, "state-unsaved")


@pytest.mark.parametrize(
    "refused",
    [b"", b"{", state(1), state(5, note="other"), state(6, lineage="another")],
    ids=["empty", "cut off", "older serial", "same serial", "other lineage"],
)
def test_whatever_kept_the_write_from_being_stored_is_remembered(
    http: httpx.Client, refused: bytes
) -> None:
    ok(write(http, state(5)))
    answer = write(http, refused)
    assert answer.status_code in {400, 409}
    assert unsaved(http)["detail"] == answer.json()["detail"]


def test_a_body_that_was_altered_is_remembered_too(http: httpx.Client) -> None:
    write(http, state(1), headers={"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="})
    assert "altered on its way" in unsaved(http)["detail"]


def test_a_later_write_under_the_same_lock_clears_the_mark(http: httpx.Client) -> None:
    run = Run(http)
    ok(run.lock())
    assert run.write(b"{").status_code == 400
    assert unsaved(http)
    ok(run.write(state(1)))
    assert unsaved(http) is None
    ok(run.unlock())
    ok(Run(http, operation=APPLY).lock())


def test_pushing_the_errored_state_clears_the_mark(http: httpx.Client) -> None:
    ok(write(http, state(1)))
    fail_to_write(http)
    push = Run(http, operation="state-push")
    ok(push.lock())
    ok(push.write(state(2)))
    ok(push.unlock())
    assert unsaved(http) is None


def test_a_person_lets_applies_run_again_which_the_feed_shows(http: httpx.Client) -> None:
    fail_to_write(http)
    ok(http.post(f"{STATES}/main/resume"))
    assert unsaved(http) is None
    ok(Run(http, operation=APPLY).lock())
    entry = http.get("/v1/changes", params={"limit": 1000}).json()["items"][-1]
    assert (entry["kind"], entry["action"], entry["name"]) == ("terraform_state", "updated", "main")
    assert [change["pointer"] for change in entry["diff"]] == ["/unsaved"]


def test_a_lock_released_without_a_write_though_objects_changed_marks_the_state(
    http: httpx.Client,
) -> None:
    run = Run(http)
    ok(run.lock())
    create_team(http, "Payments")
    ok(run.unlock())
    assert "released the lock without saving" in unsaved(http)["detail"]
    assert missing(http) == ["Payments"]


def test_releasing_such_a_lock_by_force_marks_the_state_too(http: httpx.Client) -> None:
    ok(Run(http).lock())
    create_team(http, "Payments")
    ok(unlock(http, "main", {}))
    assert unsaved(http)["reason"] == "released-without-write"


def test_an_apply_that_changed_nothing_leaves_no_mark(http: httpx.Client) -> None:
    run = Run(http)
    ok(run.lock())
    ok(http.post("/v1/teams", json={"name": "Made by hand"}))
    ok(run.unlock())
    assert unsaved(http) is None


def test_an_apply_that_saved_leaves_no_mark(http: httpx.Client) -> None:
    run = Run(http)
    ok(run.lock())
    id = create_team(http, "Payments")
    ok(run.write(state(1, ids=(id,))))
    ok(run.unlock())
    assert unsaved(http) is None
    assert missing(http) == []


def test_a_plan_leaves_no_mark(http: httpx.Client) -> None:
    run = Run(http, operation=PLAN)
    ok(run.lock())
    create_team(http, "By another run")
    ok(run.unlock())
    assert unsaved(http) is None


def test_what_another_state_changes_at_the_same_time_leaves_no_mark(http: httpx.Client) -> None:
    first = create_team(http, "First", "https://git.example.com/first")
    second = create_team(http, "Second", "https://git.example.com/second")
    ok(write(http, state(1, ids=(first,)), name="first"))
    ok(write(http, state(1, lineage="second", ids=(second,)), name="second"))
    run = Run(http, name="first")
    ok(run.lock())
    create_team(http, "Third", "https://git.example.com/second")
    ok(run.unlock())
    assert unsaved(http, "first") is None
    assert missing(http, "first") == []
    assert missing(http, "second") == ["Third"]


def test_where_two_states_share_a_source_no_apply_is_refused_on_a_guess(
    http: httpx.Client,
) -> None:
    run, other = Run(http, name="first"), Run(http, name="second")
    ok(run.lock())
    ok(other.lock())
    id = create_team(http, "Payments", None)
    ok(run.unlock())
    assert unsaved(http, "first") is None
    ok(other.write(state(1, ids=(id,))))
    ok(other.unlock())
    assert unsaved(http, "second") is None


def test_what_no_state_has_is_listed_with_its_type_and_id(http: httpx.Client) -> None:
    saved, lost = create_team(http, "Saved"), create_team(http, "Lost")
    create_team(http, "Of another source", "https://git.example.com/other")
    ok(http.post("/v1/teams", json={"name": "Made by hand"}))
    ok(write(http, state(1, ids=(saved,))))
    assert why(http)["missing"] == [
        {"id": lost, "resource_type": "signalcraft_team", "name": "Lost"}
    ]


def test_a_restored_version_that_lacks_objects_keeps_applies_from_creating_them_again(
    http: httpx.Client,
) -> None:
    ok(write(http, state(1)))
    id = create_team(http, "Payments")
    ok(write(http, state(2, ids=(id,))))
    ok(http.post(f"{STATES}/main/versions/1/restore"))
    assert "lacks 1 object" in unsaved(http)["detail"]
    assert missing(http) == ["Payments"]
    ok(http.post(f"{STATES}/main/versions/2/restore"))
    assert unsaved(http) is None


def test_of_a_state_that_opentofu_has_encrypted_nothing_is_said_to_be_missing(
    http: httpx.Client,
) -> None:
    create_team(http, "Payments")
    ok(write(http, b'{"encrypted_data":"c2VjcmV0"}'))
    explanation = why(http)
    assert explanation["content"] == "encrypted"
    assert explanation["missing"] == []
