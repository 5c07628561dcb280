"""A body of every kind, with every reference that the kind can hold."""

from collections.abc import Mapping
from typing import Any

import httpx

from signalcraft.model.ids import new_id
from signalcraft.model.kinds import KINDS
from signalcraft.model.parts import Reference, references_in
from signalcraft.model.resource import Metadata

Ids = Mapping[str, str]
"""An id for each kind that can be referred to."""


def body(kind: str, ids: Ids, name: str = "Payments") -> dict[str, Any]:
    """A body that holds all that its kind can refer to, by these ids; its parts are complete."""
    user, team = ids["user"], ids["team"]
    schedule, policy = ids["schedule"], ids["escalation_policy"]
    rotation = {
        "name": "weekly",
        "participants": [user],
        "starts_at": "2026-01-05T09:00:00",
        "shift_length": 1,
        "shift_unit": "week",
        "time_zone": None,
        "ends_at": None,
        "restrictions": [{"days": ["mon", "fri"], "start_time": "09:00", "end_time": "17:00"}],
        "counted_shifts": "all",
    }
    # Over before the tests ask who is on call.
    mixed = rotation | {"name": "mixed", "participants": [team, "nobody", user]}
    mixed["ends_at"] = "2026-01-06T09:00:00"
    targets = [
        {"type": "schedule", "id": schedule, "who": "next"},
        {"type": "user", "id": user, "who": "current"},
        {"type": "team", "id": team, "who": "current"},
    ]
    metric = {
        "type": "metric_threshold",
        "metric": "cpu",
        "operator": "gt",
        "value": 90,
        "for_minutes": 5,
        "labels": {"env": "prod"},
    }
    action = {"escalate_to": policy, "assign_to": team, "set_severity": None, "suppress": False}
    fields: dict[str, dict[str, Any]] = {
        "workspace": {"default_escalation_policy_id": policy},
        "user": {"email": f"{name.replace(' ', '.')}@example.com", "role": "responder"},
        "team": {"member_ids": [user]},
        "schedule": {"time_zone": "Europe/Berlin", "rotations": [rotation, mixed]},
        "escalation_policy": {"team_id": team, "rules": [{"delay_minutes": 0, "targets": targets}]},
        "service": {"team_id": team, "escalation_policy_id": policy},
        "routing_rule": {"priority": 1, "action": action},
        "alert_policy": {"severity": "error", "routing_key": "pay", "conditions": [metric]},
        "service_account": {"scopes": ["config:read"]},
        "service_account_trust": {
            "service_account_id": ids["service_account"],
            "platform": "github",
            "issuer": "https://token.actions.githubusercontent.com",
            "audience": "https://signalcraft.example.com",
            "claims": [{"name": "repository_id", "values": ["1296269"]}],
        },
    }
    return {"name": name, **fields[kind]}


def nowhere() -> dict[str, str]:
    """Ids, well-formed, of nothing that there is."""
    return {name: new_id(kind.id_prefix) for name, kind in KINDS.items()}


def references(kind: str) -> list[Reference]:
    """All that a kind can refer to: one reference for each place."""
    return references_in(KINDS[kind].body, body(kind, nowhere()))


# Who can refer to whom, and where.
PAIRS = [
    (kind, reference.kind, reference.pointer) for kind in KINDS for reference in references(kind)
]


def create(http: httpx.Client, kind: str, ids: Ids, name: str = "Payments") -> dict[str, Any]:
    """Makes a resource of a kind, which refers to these; returns it as it is stored."""
    path, fields = f"/v1/{KINDS[kind].path}", body(kind, ids, name)
    singleton = KINDS[kind].singleton
    answer = http.put(path, json=fields) if singleton else http.post(path, json=fields)
    assert answer.is_success, answer.text
    stored: dict[str, Any] = answer.json()
    return stored


def populate(http: httpx.Client, name: str = "Target") -> dict[str, str]:
    """Makes one resource of every kind that can be referred to; returns their ids."""
    ids = nowhere()
    for kind in ("user", "team", "schedule", "escalation_policy", "service_account"):
        ids[kind] = create(http, kind, ids, name)["id"]
    return ids


def url(kind: str, id: str) -> str:
    """The path of a resource."""
    return f"/v1/{KINDS[kind].path}" + ("" if KINDS[kind].singleton else f"/{id}")


def written(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What of a stored resource was written: all but its read-only fields."""
    return {field: value for field, value in stored.items() if field not in Metadata.model_fields}


def schedule(person: str, name: str) -> dict[str, Any]:
    """A schedule on which one person is always on call."""
    rotation = {
        "name": "always",
        "participants": [person],
        "starts_at": "2026-01-05T09:00:00",
        "shift_length": 1,
        "shift_unit": "week",
    }
    return {"name": name, "time_zone": "Europe/Berlin", "rotations": [rotation]}
