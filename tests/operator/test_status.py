from typing import Any

import pytest
from whenever import Instant, TimeDelta

from signalcraft.operator.manifest import Manifest
from signalcraft.operator.plan import Remote
from signalcraft.operator.reasons import EVENTS, EXPLANATIONS, EventReason, Outlook, Reason
from signalcraft.operator.status import Outcome, Status, status_of

NOW = Instant.from_utc(2026, 1, 5, 9)
REMOTE = Remote("pol_1", 3, "m", "s", b"")
SYNCED = Outcome(Reason.SYNCED, "Fine.", remote=REMOTE, workspace_id="ws_1")
MISSING = Outcome(Reason.UNRESOLVED_REFERENCE, "No team.", patience=60)


def manifest(status: Status | None = None, generation: int = 1) -> Manifest:
    raw: dict[str, Any] = {
        "kind": "AlertPolicy",
        "metadata": {"namespace": "shop", "name": "cpu", "generation": generation},
        "status": status or {"observedGeneration": -1},
    }
    return Manifest(raw)


def conditions(status: Status) -> dict[str, tuple[str, str]]:
    return {each["type"]: (each["status"], each["reason"]) for each in status["conditions"]}


def test_what_is_synced_is_ready() -> None:
    status, wait = status_of(manifest(), SYNCED, NOW)
    assert conditions(status) == {"Ready": ("True", "Synced"), "Synced": ("True", "Synced")}
    assert (status["id"], status["version"], status["workspaceID"]) == ("pol_1", 3, "ws_1")
    assert status["observedGeneration"] == 1
    assert wait == 0


def test_nothing_changes_where_nothing_has() -> None:
    first, _ = status_of(manifest(), SYNCED, NOW)
    later = NOW + TimeDelta(hours=1)
    assert status_of(manifest(first), SYNCED, later)[0] == first


@pytest.mark.parametrize("reason", list(Reason))
def test_every_outcome_writes_the_generation_and_keeps_the_id(reason: Reason) -> None:
    before, _ = status_of(manifest(), SYNCED, NOW)
    status, _ = status_of(manifest(before, generation=2), Outcome(reason, "?"), NOW)
    assert status["observedGeneration"] == 2
    assert status["id"] == "pol_1"
    outlook = EXPLANATIONS[reason].outlook
    said = conditions(status)
    assert said["Ready"] == (str(outlook is Outlook.READY), reason.value)
    assert said["Synced"] == said["Ready"]
    others = {"Reconciling", "Stalled"} & said.keys()
    assert others == ({outlook.value} - {"Ready"})


def test_a_condition_keeps_its_time_until_its_status_changes() -> None:
    first, _ = status_of(manifest(), SYNCED, NOW)
    later = NOW + TimeDelta(hours=1)
    failed, _ = status_of(manifest(first), Outcome(Reason.REJECTED, "?"), later)
    worse, _ = status_of(
        manifest(failed), Outcome(Reason.CONFLICT, "?"), later + TimeDelta(hours=1)
    )
    assert [each["lastTransitionTime"] for each in failed["conditions"]] == [
        "2026-01-05T10:00:00Z"
    ] * 3
    assert [each["lastTransitionTime"] for each in worse["conditions"]] == [
        "2026-01-05T10:00:00Z"
    ] * 3


def test_patience_ends_after_its_time_and_begins_again_with_an_edit() -> None:
    first, wait = status_of(manifest(), MISSING, NOW)
    assert conditions(first)["Reconciling"] == ("True", "UnresolvedReference")
    assert wait == 60
    second, wait = status_of(manifest(first), MISSING, NOW + TimeDelta(seconds=50))
    assert second == first
    assert wait == 10
    third, wait = status_of(manifest(second), MISSING, NOW + TimeDelta(seconds=60))
    assert conditions(third)["Stalled"] == ("True", "UnresolvedReference")
    assert "Reconciling" not in conditions(third)
    assert wait == 0
    assert status_of(manifest(third), MISSING, NOW + TimeDelta(hours=1)) == (third, 0)
    edited, wait = status_of(manifest(third, 2), MISSING, NOW + TimeDelta(hours=1))
    assert conditions(edited)["Reconciling"] == ("True", "UnresolvedReference")
    assert wait == 60


def test_every_reason_is_explained() -> None:
    assert set(EXPLANATIONS) == set(Reason)
    assert set(EVENTS) == set(EventReason)
