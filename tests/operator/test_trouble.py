"""What the operator does when SignalCraft fails: each fault on its own."""

import pytest

from signalcraft.client import Client
from signalcraft.model.alert_policy import AlertPolicy
from tests.fault_proxy import Fault, FaultProxy, everything, writes
from tests.operator.cluster import Desk, condition, is_ready, policy, reconciles, stalls
from tools.servers import Tenant

pytestmark = pytest.mark.usefixtures("operator")


@pytest.fixture(autouse=True)
def through_the_proxy(desk: Desk, proxy: FaultProxy, tenant: Tenant) -> None:
    desk.connect(proxy.url, tenant.api_key)
    desk.await_object("Connection", "default", is_ready)


def all_of(client: Client) -> list[AlertPolicy]:
    return [stored.body for stored in client.iterate(AlertPolicy)]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=503),
        Fault(status=500),
        Fault(status=502, after_commit=True),
        Fault(),
        Fault(after_commit=True),
        Fault(status=429, headers={"Retry-After": "1"}),
    ],
)
def test_a_write_that_fails_or_whose_answer_is_lost_makes_no_duplicate_and_no_orphan(
    desk: Desk, client: Client, proxy: FaultProxy, fault: Fault
) -> None:
    proxy.judge = writes(fault)
    desk.apply("AlertPolicy", "cpu", policy())
    desk.await_object("AlertPolicy", "cpu", is_ready)
    assert len(all_of(client)) == 1

    proxy.judge = writes(fault)
    desk.apply("AlertPolicy", "cpu", policy(severity="info"))
    desk.await_object("AlertPolicy", "cpu", is_ready)
    assert [body.severity for body in all_of(client)] == ["info"]

    proxy.judge = writes(fault)
    desk.delete("AlertPolicy", "cpu")
    desk.await_gone("AlertPolicy", "cpu")
    assert all_of(client) == []


def test_while_the_api_is_down_what_is_synced_stays_ready_and_the_rest_waits(
    desk: Desk, client: Client, proxy: FaultProxy
) -> None:
    for name in ("synced", "edited", "deleted"):
        desk.apply("AlertPolicy", name, policy())
        desk.await_object("AlertPolicy", name, is_ready)
    before = desk.get("AlertPolicy", "synced")
    proxy.judge = everything(Fault(status=503))
    desk.apply("AlertPolicy", "edited", policy(severity="info"))
    desk.delete("AlertPolicy", "deleted")
    desk.await_object("Connection", "default", reconciles("Unreachable"))
    desk.await_object("AlertPolicy", "edited", reconciles("Unreachable"))
    desk.await_object("AlertPolicy", "deleted", reconciles("Unreachable"))
    assert desk.get("AlertPolicy", "synced") == before
    assert len(all_of(client)) == 3

    proxy.judge = lambda _method, _path: None
    desk.await_object("AlertPolicy", "edited", is_ready)
    desk.await_gone("AlertPolicy", "deleted")
    assert desk.get("AlertPolicy", "synced") == before
    assert sorted(body.severity for body in all_of(client)) == ["critical", "info"]
    warnings = [reason for reason, _ in desk.events("edited") if reason == "Unreachable"]
    assert warnings == ["Unreachable"]


def test_a_pause_that_the_server_asks_for_is_kept(
    desk: Desk, client: Client, proxy: FaultProxy
) -> None:
    proxy.judge = writes(Fault(status=429, headers={"Retry-After": "2"}))
    for i in range(10):
        desk.apply("AlertPolicy", f"p{i}", policy())
    for i in range(10):
        desk.await_object("AlertPolicy", f"p{i}", is_ready)
    assert len(all_of(client)) == 10
    # One was refused, and none was sent before its time: at most those that were under way.
    assert 11 <= proxy.count("PUT") <= 11 + 8


def test_a_key_that_is_refused_stalls_what_has_to_be_written_until_the_secret_changes(
    desk: Desk, client: Client, tenant: Tenant
) -> None:
    desk.apply("AlertPolicy", "old", policy())
    desk.await_object("AlertPolicy", "old", is_ready)
    desk.secret("default", f"sck_{'x' * 40}")
    desk.await_object("Connection", "default", stalls("Unauthorized"))
    desk.apply("AlertPolicy", "new", policy())
    found = desk.await_object("AlertPolicy", "new", stalls("ConnectionNotReady"))
    assert "default" in condition(found, "Ready")["message"]
    assert is_ready(desk.await_object("AlertPolicy", "old", is_ready))

    desk.secret("default", tenant.api_key)
    desk.await_object("AlertPolicy", "new", is_ready)
    assert len(all_of(client)) == 2
