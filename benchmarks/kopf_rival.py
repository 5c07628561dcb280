"""The same work by a plain kopf operator, as kopf's documentation shows it.

`kopf run benchmarks/kopf_rival.py --all-namespaces` starts it; the address and the key of the API
are in the environment.
"""

import os
from typing import Any

import httpx
import kopf

PATH = "/v1/alert-policies"
api = httpx.Client(
    base_url=os.environ["RIVAL_ENDPOINT"],
    headers={"Authorization": f"Bearer {os.environ['RIVAL_API_KEY']}"},
)


@kopf.on.startup()
def configure(settings: kopf.OperatorSettings, **_: Any) -> None:
    """Lets kopf work as fast as it can, and keep to itself what it has to say."""
    settings.execution.max_workers = 8
    settings.posting.enabled = False


def write(namespace: str | None, name: str, spec: Any) -> dict[str, Any]:
    """Creates or replaces the policy of an object."""
    full_name = f"kopf/{namespace}/{name}"
    knobs = {"suspend", "deletionPolicy", "connectionRef"}
    fields = {field: value for field, value in spec.items() if field not in knobs}
    answer = api.put(PATH, params={"name": full_name}, json={"name": full_name, **fields})
    if answer.status_code == 422:
        raise kopf.PermanentError(answer.text)
    answer.raise_for_status()
    return {"id": answer.json()["id"], "version": answer.json()["version"]}


@kopf.on.resume("signalcraft.io", "v1alpha1", "alertpolicies")
@kopf.on.create("signalcraft.io", "v1alpha1", "alertpolicies")
@kopf.on.update("signalcraft.io", "v1alpha1", "alertpolicies")
def sync(namespace: str | None, name: str, spec: Any, patch: kopf.Patch, **_: Any) -> None:
    """Called for new and edited objects, and for all of them at the start."""
    patch.status.update(write(namespace, name, spec))


@kopf.on.delete("signalcraft.io", "v1alpha1", "alertpolicies")
def delete(status: Any, **_: Any) -> None:
    """Called for objects that are going."""
    if "id" in status:
        answer = api.delete(f"{PATH}/{status['id']}")
        if answer.status_code != 404:
            answer.raise_for_status()
