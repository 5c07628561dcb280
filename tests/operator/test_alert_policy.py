from functools import partial

import pytest

from signalcraft.client import Client
from signalcraft.model.alert_policy import AlertPolicy
from signalcraft.operator.drift import CORRECTIONS
from tests.operator.cluster import Desk, Json, condition, is_ready, policy, reconciles, stalls

pytestmark = pytest.mark.usefixtures("operator")


def name_of(desk: Desk, name: str) -> str:
    return f"test/{desk.namespace}/{name}"


def test_an_object_is_created_edited_and_deleted(desk: Desk, client: Client) -> None:
    desk.apply("AlertPolicy", "cpu", policy())
    ready = desk.await_object("AlertPolicy", "cpu", is_ready)
    stored = client.find(AlertPolicy, name_of(desk, "cpu"))
    assert stored is not None
    assert stored.managed_by is not None
    assert stored.managed_by.manager == f"kubernetes/{name_of(desk, 'cpu')}"
    assert stored.managed_by.source == f"urn:uuid:{ready['metadata']['uid']}"
    assert ready["status"]["id"] == stored.id
    assert ready["status"]["version"] == 1
    assert condition(ready, "Synced")["status"] == "True"
    assert condition(ready, "Stalled")["status"] == ""
    desk.await_event("cpu", "Created", stored.id)

    desk.apply("AlertPolicy", "cpu", policy(severity="warning"))
    edited = desk.await_object(
        "AlertPolicy", "cpu", lambda found: is_ready(found) and found["status"]["version"] == 2
    )
    assert edited["status"]["id"] == stored.id
    assert client.get(AlertPolicy, stored.id).body.severity == "warning"
    desk.await_event("cpu", "Updated", "severity")

    desk.delete("AlertPolicy", "cpu")
    desk.await_gone("AlertPolicy", "cpu")
    assert client.find(AlertPolicy, name_of(desk, "cpu")) is None
    desk.await_event("cpu", "Deleted", stored.id)


def test_what_is_changed_by_hand_is_put_back_and_the_event_names_the_fields(
    desk: Desk, client: Client
) -> None:
    desk.apply("AlertPolicy", "cpu", policy())
    ready = desk.await_object("AlertPolicy", "cpu", is_ready)
    stored = client.get(AlertPolicy, ready["status"]["id"])
    client.replace(stored.id, stored.body.model_copy(update={"routing_key": "somebody"}))
    desk.await_event("cpu", "DriftCorrected", "put back: routing_key")
    assert client.get(AlertPolicy, stored.id).body == stored.body


def has_version(version: int, found: Json) -> bool:
    return bool(found["status"]["version"] == version)


def test_what_is_changed_by_hand_again_and_again_is_put_back_more_slowly(
    desk: Desk, client: Client
) -> None:
    desk.apply("AlertPolicy", "cpu", policy())
    id = desk.await_object("AlertPolicy", "cpu", is_ready)["status"]["id"]

    def meddle() -> int:
        stored = client.get(AlertPolicy, id)
        other = stored.body.model_copy(update={"severity": "info"})
        return client.replace(id, other).version

    for _ in range(CORRECTIONS):
        put_back = partial(has_version, meddle() + 1)
        desk.await_object("AlertPolicy", "cpu", put_back)
    version = meddle()
    found = desk.await_object("AlertPolicy", "cpu", reconciles("DriftFrequent"))
    assert "5 times within 10 minutes" in condition(found, "Ready")["message"]
    desk.await_event("cpu", "DriftFrequent")
    assert client.get(AlertPolicy, id).version == version

    # What its author asks for isn't held up.
    desk.apply("AlertPolicy", "cpu", policy(severity="error"))
    desk.await_object("AlertPolicy", "cpu", is_ready)
    assert client.get(AlertPolicy, id).body.severity == "error"


def test_what_is_deleted_by_hand_is_created_again(desk: Desk, client: Client) -> None:
    desk.apply("AlertPolicy", "cpu", policy())
    ready = desk.await_object("AlertPolicy", "cpu", is_ready)
    first = ready["status"]["id"]
    client.delete(AlertPolicy, first)
    again = desk.await_object(
        "AlertPolicy", "cpu", lambda found: found["status"].get("id") not in {None, first}
    )
    assert client.get(AlertPolicy, again["status"]["id"]).body.severity == "critical"
    desk.await_event("cpu", "DriftCorrected", f"created again as {again['status']['id']}.")


def test_a_name_that_another_manager_has_is_a_conflict_and_nothing_is_touched(
    desk: Desk, client: Client
) -> None:
    body = AlertPolicy.model_validate_json(
        f"""{{"name": "{name_of(desk, "cpu")}", "severity": "info", "routing_key": "x",
        "conditions": [{{"type": "metric_threshold", "metric": "m", "operator": "gt", "value": 1}}]}}"""
    )
    theirs = client.create(body)
    desk.apply("AlertPolicy", "cpu", policy())
    found = desk.await_object("AlertPolicy", "cpu", stalls("Conflict"))
    assert theirs.id in condition(found, "Ready")["message"]
    assert client.get(AlertPolicy, theirs.id) == theirs
    desk.await_event("cpu", "Conflict", theirs.id)

    desk.apply("AlertPolicy", "cpu", policy(), {"signalcraft.io/adopt": "true"})
    adopted = desk.await_object("AlertPolicy", "cpu", is_ready)
    assert adopted["status"]["id"] == theirs.id
    desk.await_event("cpu", "Adopted", theirs.id)


def test_a_resource_can_be_adopted_by_its_id(desk: Desk, client: Client) -> None:
    body = AlertPolicy.model_validate_json(
        """{"name": "Made by hand", "severity": "info", "routing_key": "x",
        "conditions": [{"type": "metric_threshold", "metric": "m", "operator": "gt", "value": 1}]}"""
    )
    made = client.create(body)
    desk.apply("AlertPolicy", "cpu", policy(), {"signalcraft.io/external-id": made.id})
    adopted = desk.await_object("AlertPolicy", "cpu", is_ready)
    assert adopted["status"]["id"] == made.id
    assert client.get(AlertPolicy, made.id).body.name == name_of(desk, "cpu")


def test_a_suspended_object_writes_nothing_and_stays_ready(desk: Desk, client: Client) -> None:
    desk.apply("AlertPolicy", "cpu", policy())
    ready = desk.await_object("AlertPolicy", "cpu", is_ready)
    desk.apply("AlertPolicy", "cpu", policy(suspend=True, severity="warning"))
    suspended = desk.await_object(
        "AlertPolicy", "cpu", lambda found: condition(found, "Ready")["reason"] == "Suspended"
    )
    assert is_ready(suspended)
    assert condition(suspended, "Synced")["status"] == "False"
    id = ready["status"]["id"]
    assert client.get(AlertPolicy, id).version == 1
    desk.delete("AlertPolicy", "cpu")
    desk.await_gone("AlertPolicy", "cpu")
    assert client.get(AlertPolicy, id).version == 1


def test_a_suspended_object_that_was_never_synced_is_stalled(desk: Desk, client: Client) -> None:
    desk.apply("AlertPolicy", "cpu", policy(suspend=True))
    desk.await_object("AlertPolicy", "cpu", stalls("Suspended"))
    assert client.find(AlertPolicy, name_of(desk, "cpu")) is None


def test_retained_resources_outlive_their_objects(desk: Desk, client: Client) -> None:
    desk.apply("AlertPolicy", "cpu", policy(deletionPolicy="Retain"))
    ready = desk.await_object("AlertPolicy", "cpu", is_ready)
    desk.delete("AlertPolicy", "cpu")
    desk.await_gone("AlertPolicy", "cpu")
    assert client.get(AlertPolicy, ready["status"]["id"]).version == 1
    desk.await_event("cpu", "Retained", ready["status"]["id"])
