"""What a person does in a cluster, by the API itself."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx

Json = dict[str, Any]

GROUP = "/apis/signalcraft.io/v1alpha1"
PLURALS = {
    "AlertPolicy": "alertpolicies",
    "RoutingRule": "routingrules",
    "Connection": "connections",
    "ClusterConnection": "clusterconnections",
}
_WAITS = 20


def policy(**spec: Any) -> Json:
    """The spec of an alert policy."""
    return {
        "severity": "critical",
        "routing_key": "db-team",
        "conditions": [
            {"type": "metric_threshold", "metric": "cpu_usage", "operator": "gt", "value": 90}
        ],
        **spec,
    }


def is_ready(found: Json) -> bool:
    """Whether an object is Ready as it is now."""
    status = found["status"]
    seen = status["observedGeneration"] == found["metadata"]["generation"]
    return bool(seen and condition(found, "Ready")["status"] == "True")


def condition(found: Json, type: str) -> Json:
    """One of an object's conditions; an empty one where there is none."""
    conditions = found.get("status", {}).get("conditions", [])
    return next((each for each in conditions if each["type"] == type), {"status": "", "reason": ""})


def stalls(reason: str) -> Callable[[Json], bool]:
    """Whether an object is Stalled for this reason, as it is now."""

    def stalled(found: Json) -> bool:
        seen = found["status"]["observedGeneration"] == found["metadata"]["generation"]
        return bool(seen and condition(found, "Stalled")["reason"] == reason)

    return stalled


def reconciles(reason: str) -> Callable[[Json], bool]:
    """Whether an object is Reconciling for this reason, as it is now."""

    def reconciling(found: Json) -> bool:
        seen = found["status"]["observedGeneration"] == found["metadata"]["generation"]
        return bool(seen and condition(found, "Reconciling")["reason"] == reason)

    return reconciling


class Desk:
    """A namespace, and whoever works in it."""

    def __init__(self, kube: httpx.Client, namespace: str) -> None:
        self.kube = kube
        self.namespace = namespace

    def connect(self, endpoint: str, api_key: str, name: str = "default") -> None:
        """Makes a Connection, and its Secret, or changes them."""
        self.secret(name, api_key)
        spec = {"endpoint": endpoint, "apiKeySecretRef": {"name": name}}
        self.apply("Connection", name, spec)

    def secret(self, name: str, api_key: str) -> None:
        """Makes a Secret with an API key, or changes it."""
        data = {"api-key": base64.b64encode(api_key.encode()).decode()}
        body = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name},
            "data": data,
        }
        self._apply(f"/api/v1/namespaces/{self.namespace}/secrets/{name}", body)

    def apply(
        self, kind: str, name: str, spec: Json, annotations: dict[str, str] | None = None
    ) -> Json:
        """Applies a manifest, as `kubectl apply --server-side` does."""
        body = {
            "apiVersion": "signalcraft.io/v1alpha1",
            "kind": kind,
            "metadata": {"name": name, "annotations": annotations or {}},
            "spec": spec,
        }
        return self._apply(self.path(kind, name), body)

    def get(self, kind: str, name: str) -> Json | None:
        """An object, if it exists."""
        answer = self.kube.get(self.path(kind, name))
        if answer.status_code == 404:
            return None
        found: Json = answer.raise_for_status().json()
        return found

    def delete(self, kind: str, name: str) -> None:
        """Asks for an object to go."""
        self.kube.delete(self.path(kind, name)).raise_for_status()

    def patch(self, kind: str, name: str, body: Json) -> None:
        """Merges something into an object."""
        headers = {"Content-Type": "application/merge-patch+json"}
        self.kube.patch(self.path(kind, name), json=body, headers=headers).raise_for_status()

    def await_object(self, kind: str, name: str, holds: Callable[[Json], bool]) -> Json:
        """The object, once it is so."""
        for _, found in self._watch(self.path(kind), f"metadata.name={name}"):
            if holds(found):
                return found
        raise AssertionError(f"{kind} {name} stayed {self.get(kind, name)}")

    def await_gone(self, kind: str, name: str) -> None:
        """Returns once the object is gone."""
        selector = f"metadata.name={name}"
        there = self.kube.get(self.path(kind), params={"fieldSelector": selector}).json()
        if not there["items"]:
            return
        since = there["metadata"]["resourceVersion"]
        for type, _ in self._watch(self.path(kind), selector, resourceVersion=since):
            if type == "DELETED":
                return
        raise AssertionError(f"{kind} {name} stayed {self.get(kind, name)}")

    def await_event(self, name: str, reason: str, note: str = "") -> Json:
        """The event of an object that has this reason, and this in its note."""
        path = f"/apis/events.k8s.io/v1/namespaces/{self.namespace}/events"
        for _, event in self._watch(path, f"reason={reason}"):
            if event["regarding"]["name"] == name and note in event["note"]:
                return event
        raise AssertionError(f"{name} has the events {self.events(name)}")

    def events(self, name: str) -> list[tuple[str, str]]:
        """The reasons and notes of an object's events."""
        path = f"/apis/events.k8s.io/v1/namespaces/{self.namespace}/events"
        items = self.kube.get(path).raise_for_status().json()["items"]
        items.sort(key=lambda event: event["eventTime"])
        return [
            (event["reason"], event["note"])
            for event in items
            if event["regarding"]["name"] == name
        ]

    def clear(self) -> None:
        """Removes all objects, whoever would hold them back."""
        for kind in ("AlertPolicy", "RoutingRule", "Connection"):
            for found in self.kube.get(self.path(kind)).raise_for_status().json()["items"]:
                name = found["metadata"]["name"]
                headers = {"Content-Type": "application/merge-patch+json"}
                body = {"metadata": {"finalizers": None}}
                self.kube.patch(self.path(kind, name), json=body, headers=headers)
                self.kube.delete(self.path(kind, name))

    def path(self, kind: str, name: str = "") -> str:
        """Path of an object, or of all of a kind."""
        where = GROUP if kind == "ClusterConnection" else f"{GROUP}/namespaces/{self.namespace}"
        return f"{where}/{PLURALS[kind]}" + (f"/{name}" if name else "")

    def _apply(self, path: str, body: Json) -> Json:
        answer = self.kube.patch(
            path,
            params={"fieldManager": "test", "force": "true"},
            json=body,
            headers={"Content-Type": "application/apply-patch+yaml"},
        )
        assert answer.is_success, answer.text
        found: Json = answer.json()
        return found

    def _watch(self, path: str, selector: str, **since: str) -> Iterator[tuple[str, Json]]:
        """What there is and what happens, for some seconds."""
        wait = str(_WAITS)
        params = {"watch": "true", "fieldSelector": selector, "timeoutSeconds": wait, **since}
        with self.kube.stream("GET", path, params=params, timeout=_WAITS + 5) as answer:
            assert answer.is_success
            for line in answer.iter_lines():
                event = json.loads(line)
                yield event["type"], event["object"]
