"""From an object's spec to the body that SignalCraft gets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signalcraft.model.draft import Draft, read_draft
from signalcraft.model.kinds import KINDS, Kind
from signalcraft.model.mistake import Mistake
from signalcraft.operator.manifest import Key, Manifest

# What is the operator's, and not SignalCraft's.
KNOBS = frozenset({"suspend", "deletionPolicy", "connectionRef"})
KIND_OF = {"AlertPolicy": KINDS["alert_policy"], "RoutingRule": KINDS["routing_rule"]}
OBJECT_OF = {kind.name: name for name, kind in KIND_OF.items()}

Directory = Mapping[str, Mapping[str, str]]
"""Ids by name, for each kind that is referred to by name."""


@dataclass(frozen=True)
class Unresolved:
    """Names that nothing has (yet)."""

    missing: tuple[str, ...]


def remote_name(cluster: str, key: Key) -> str:
    """What an object's resource is called: `<cluster>/<namespace>/<name>`."""
    return f"{cluster}/{key.namespace}/{key.name}"


def manager_of(cluster: str, key: Key) -> str:
    """What SignalCraft records as the manager of an object's resource.

    The kinds have their own names in SignalCraft, so one address is enough for both.
    """
    return f"kubernetes/{remote_name(cluster, key)}"


def source_of(uid: str) -> str:
    """What SignalCraft records of an object's UID."""
    return f"urn:uuid:{uid}"


def draft_of(manifest: Manifest, cluster: str, directory: Directory) -> Draft | Unresolved:
    """The body that an object asks for, with what is wrong with it."""
    key = manifest.key
    kind = KIND_OF[key.kind]
    fields = {name: value for name, value in manifest.spec.items() if name not in KNOBS}
    if kind.name == "routing_rule":
        resolved = _resolve(fields, cluster, key, directory)
        if isinstance(resolved, Unresolved):
            return resolved
        fields = resolved
    return _read(kind, {"name": remote_name(cluster, key), **fields})


def field_path(pointer: str) -> str:
    """A JSON pointer as kubectl writes it: `/conditions/0/value` is `conditions[0].value`."""
    path = ""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        path += f"[{name}]" if name.isdecimal() else f".{name}"
    return path.removeprefix(".")


def describe(mistakes: tuple[Mistake, ...]) -> str:
    """All mistakes in a body, each with its field."""
    return "; ".join(f"{spec_path(each.pointer)}: {each.detail}" for each in mistakes)


def spec_path(pointer: str) -> str:
    """Where a field of a body is in an object."""
    return f"spec.{field_path(pointer)}" if pointer else "spec"


def _read(kind: Kind, fields: Mapping[str, Any]) -> Draft:
    return read_draft(kind, json.dumps(fields).encode())


def _resolve(
    fields: Mapping[str, Any], cluster: str, key: Key, directory: Directory
) -> dict[str, Any] | Unresolved:
    action = dict(fields.get("action") or {})
    missing = []
    for field, kind in (("escalate_to", "escalation_policy"), ("assign_to", "team")):
        if not action.get(field):
            continue
        name = action[field]["name"]
        action[field] = directory[kind].get(name)
        if action[field] is None:
            missing.append(f"spec.action.{field}: there is no {KINDS[kind].title} named {name!r}")
    if missing:
        return Unresolved(tuple(missing))
    conditions = [_condition(each, cluster, key) for each in fields.get("conditions") or ()]
    return {**fields, "action": action, "conditions": conditions}


def _condition(condition: Mapping[str, Any], cluster: str, key: Key) -> dict[str, Any]:
    """A condition on an alert policy, by the name that its object has in the cluster."""
    rest = {name: value for name, value in condition.items() if name != "alertPolicyRef"}
    if "alertPolicyRef" not in condition:
        return rest
    policy = Key("AlertPolicy", key.namespace, condition["alertPolicyRef"]["name"])
    value = remote_name(cluster, policy)
    return {"field": "alert_policy", "operator": "eq", **rest, "value": value}
