from datetime import UTC, datetime

from signalcraft.client import Stored
from signalcraft.model.alert_policy import AlertPolicy
from signalcraft.model.resource import ManagedBy, Resource
from signalcraft.operator.api import OwnWrites
from signalcraft.operator.manifest import Key
from signalcraft.operator.mirror import Mirror

CPU = Key("AlertPolicy", "shop", "cpu")
OURS = "kubernetes/prod/shop/cpu"


def stored(version: int, manager: str | None = OURS, severity: str = "info") -> Stored[Resource]:
    body = AlertPolicy.model_validate_json(
        f"""{{"name": "n", "severity": "{severity}", "routing_key": "x", "conditions": [
        {{"type": "metric_threshold", "metric": "m", "operator": "gt", "value": 1}}]}}"""
    )
    at = datetime(2026, 1, 5, tzinfo=UTC)
    managed_by = ManagedBy(manager=manager, source="urn:uuid:1") if manager else None
    return Stored("pol_1", version, at, at, managed_by, None, body)


def mirror() -> Mirror:
    return Mirror("prod", {"alert_policy": "AlertPolicy"})


def test_the_object_is_told_only_where_something_has_changed() -> None:
    kept = mirror()
    assert kept.put(stored(1)) == {CPU}
    assert kept.put(stored(1)) == set()
    assert kept.put(stored(2, severity="error")) == {CPU}
    assert kept.put(stored(1)) == set()
    found = kept.get("pol_1")
    assert found is not None
    assert found.version == 2
    assert kept.remove("pol_1") == {CPU}
    assert kept.remove("pol_1") == set()


def test_a_resource_that_another_takes_concerns_who_had_it() -> None:
    kept = mirror()
    kept.put(stored(1))
    assert kept.put(stored(2, "terraform")) == {CPU}
    assert kept.get("pol_1") is None
    assert len(kept) == 0


def test_what_others_manage_is_not_kept() -> None:
    kept = mirror()
    for manager in (None, "terraform", "kubernetes/other/shop/cpu", "kubernetes/production/a/b"):
        assert kept.put(stored(1, manager)) == set()
    assert len(kept) == 0


def test_own_writes_are_known_once_and_the_oldest_are_forgotten() -> None:
    own = OwnWrites(capacity=2)
    first, second, third = own.begin(), own.begin(), own.begin()
    assert not own.forget(first)
    assert own.forget(second)
    assert not own.forget(second)
    assert own.forget(third)
    assert not own.forget("req_1")
