"""What Kubernetes thinks of an object, without creating it."""

from collections.abc import Mapping
from typing import Any

import httpx

PLURALS = {
    "AlertPolicy": "namespaces/default/alertpolicies",
    "RoutingRule": "namespaces/default/routingrules",
    "Connection": "namespaces/default/connections",
    "ClusterConnection": "clusterconnections",
}


def refusal(kube: httpx.Client, kind: str, spec: Mapping[str, Any]) -> str:
    """Why Kubernetes refuses an object with this spec; empty if it would accept it."""
    answer = kube.post(
        f"/apis/signalcraft.io/v1alpha1/{PLURALS[kind]}",
        params={"dryRun": "All", "fieldValidation": "Strict"},
        json={
            "apiVersion": "signalcraft.io/v1alpha1",
            "kind": kind,
            "metadata": {"name": "tried"},
            "spec": spec,
        },
    )
    return "" if answer.is_success else str(answer.json()["message"])
