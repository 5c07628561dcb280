import pytest
from whenever import Instant, TimeDelta

from signalcraft.client import Client
from signalcraft.model.alert_policy import AlertPolicy
from tests.operator.cluster import Desk, is_ready, policy, stalls
from tests.until import until

pytestmark = pytest.mark.usefixtures("operator")

NAMES = [f"p{i}" for i in range(14)]


def test_a_mass_deletion_waits_until_somebody_agrees(desk: Desk, client: Client) -> None:
    for name in NAMES:
        desk.apply("AlertPolicy", name, policy())
    for name in NAMES:
        desk.await_object("AlertPolicy", name, is_ready)
    for name in NAMES:
        desk.delete("AlertPolicy", name)
    # Which ten go first depends on which worker is faster.
    until(lambda: len(list(client.iterate(AlertPolicy))) == 4)
    kept = {stored.body.name.rpartition("/")[2] for stored in client.iterate(AlertPolicy)}
    held = [name for name in NAMES if name in kept]
    for name in held:
        desk.await_object("AlertPolicy", name, stalls("DeletionHeld"))
    assert len(list(client.iterate(AlertPolicy))) == 4
    connection = desk.get("Connection", "default")
    assert connection is not None
    assert sum(each["count"] for each in connection["status"]["recentDeletions"]) == 10

    agreed_until = (Instant.now() + TimeDelta(minutes=5)).format_iso()
    annotations = {"signalcraft.io/allow-deletions-until": agreed_until}
    desk.patch("Connection", "default", {"metadata": {"annotations": annotations}})
    for name in held:
        desk.await_gone("AlertPolicy", name)
    assert list(client.iterate(AlertPolicy)) == []
