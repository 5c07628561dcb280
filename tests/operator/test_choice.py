from typing import Any

import pytest

from signalcraft.operator.choice import NoChoice, choose
from signalcraft.operator.manifest import Key, Manifest
from signalcraft.operator.reasons import Reason
from signalcraft.operator.selector import selects

TEAM_A = {"team": "a"}


def connection(namespace: str, name: str) -> Manifest:
    return Manifest(
        {"kind": "Connection", "metadata": {"namespace": namespace, "name": name}, "spec": {}}
    )


def for_cluster(name: str, selector: dict[str, Any] | None = None) -> Manifest:
    spec = {} if selector is None else {"namespaceSelector": selector}
    return Manifest({"kind": "ClusterConnection", "metadata": {"name": name}, "spec": spec})


def chosen(
    connections: list[Manifest],
    cluster_connections: list[Manifest],
    reference: dict[str, str] | None = None,
) -> Key | Reason:
    spec = {} if reference is None else {"connectionRef": reference}
    policy = Manifest(
        {"kind": "AlertPolicy", "metadata": {"namespace": "shop", "name": "cpu"}, "spec": spec}
    )
    found = choose(policy, connections, cluster_connections, TEAM_A)
    return found.reason if isinstance(found, NoChoice) else found


DEFAULT, OTHER = connection("shop", "default"), connection("shop", "other")
ELSEWHERE = connection("bank", "default")
EVERYBODYS, TEAM_AS = for_cluster("main"), for_cluster("a", {"matchLabels": TEAM_A})
TEAM_BS = for_cluster("b", {"matchLabels": {"team": "b"}})
CLUSTER_A = {"kind": "ClusterConnection", "name": "a"}
CLUSTER_B = {"kind": "ClusterConnection", "name": "b"}


@pytest.mark.parametrize(
    ("connections", "cluster_connections", "reference", "expected"),
    [
        ([], [], None, Reason.CONNECTION_MISSING),
        ([OTHER, ELSEWHERE], [TEAM_BS], None, Reason.CONNECTION_MISSING),
        ([DEFAULT, OTHER], [EVERYBODYS], None, DEFAULT.key),
        ([OTHER], [EVERYBODYS, TEAM_BS], None, EVERYBODYS.key),
        ([], [TEAM_AS, TEAM_BS], None, TEAM_AS.key),
        ([], [EVERYBODYS, TEAM_AS], None, Reason.AMBIGUOUS_CONNECTION),
        ([DEFAULT, OTHER], [], {"name": "other"}, OTHER.key),
        ([DEFAULT], [], {"name": "gone"}, Reason.CONNECTION_MISSING),
        ([DEFAULT], [EVERYBODYS, TEAM_AS], CLUSTER_A, TEAM_AS.key),
        ([DEFAULT], [TEAM_BS], CLUSTER_B, Reason.CONNECTION_MISSING),
    ],
)
def test_which_connection_an_object_uses(
    connections: list[Manifest],
    cluster_connections: list[Manifest],
    reference: dict[str, str] | None,
    expected: Key | Reason,
) -> None:
    assert chosen(connections, cluster_connections, reference) == expected


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (None, True),
        ({}, True),
        ({"matchLabels": {"team": "a"}}, True),
        ({"matchLabels": {"team": "a", "env": "prod"}}, False),
        ({"matchExpressions": [{"key": "team", "operator": "In", "values": ["a", "b"]}]}, True),
        ({"matchExpressions": [{"key": "env", "operator": "In", "values": ["prod"]}]}, False),
        ({"matchExpressions": [{"key": "team", "operator": "NotIn", "values": ["a"]}]}, False),
        ({"matchExpressions": [{"key": "env", "operator": "NotIn", "values": ["a"]}]}, True),
        ({"matchExpressions": [{"key": "team", "operator": "Exists"}]}, True),
        ({"matchExpressions": [{"key": "team", "operator": "DoesNotExist"}]}, False),
        ({"matchExpressions": [{"key": "env", "operator": "DoesNotExist"}]}, True),
    ],
)
def test_selectors_read_labels_as_kubernetes_does(
    selector: dict[str, Any] | None, *, expected: bool
) -> None:
    assert selects(selector, TEAM_A) is expected
