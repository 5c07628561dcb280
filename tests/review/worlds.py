"""Random configurations, and Terraform plans from one to another, made without Terraform.

A configuration is `{kind: {name: body}}`, in which ids are written as `@kind:name`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

from signalcraft.model.kinds import KINDS

World = dict[str, dict[str, dict[str, Any]]]
Ids = dict[str, str]
"""The id of each `@kind:name`."""

# In an order in which they can be created.
ORDER = ("user", "team", "schedule", "escalation_policy", "service", "routing_rule")
_NAMES = ("a", "b", "c")
_VALUES = ("x", "y", "5", "50")
_WINDOW = {"days": ["mon", "tue", "wed"], "start_time": "09:00", "end_time": "17:00"}


def worlds() -> st.SearchStrategy[World]:
    """Configurations in which every reference is to something that is there."""
    return st.composite(_world)()


def _world(draw: Callable[[st.SearchStrategy[Any]], Any]) -> World:
    world: World = {kind: {} for kind in ORDER}
    for kind in ORDER:
        shortest = 1 if kind in {"user", "schedule"} else 0
        for name in draw(st.lists(st.sampled_from(_NAMES), unique=True, min_size=shortest)):
            world[kind][name] = {"name": name, **draw(_BODIES[kind](world))}
    for name, user in world["user"].items():
        user["email"] = f"{name}@example.com"
    return world


def _some(world: World, kind: str, *, at_least: int = 0) -> st.SearchStrategy[list[str]]:
    refs = [f"@{kind}:{name}" for name in world[kind]]
    if not refs:
        return st.just([])
    return st.lists(st.sampled_from(refs), unique=True, min_size=at_least)


def _one(world: World, kind: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, *(f"@{kind}:{name}" for name in world[kind])])


def _user(_: World) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"role": st.sampled_from(["responder", "viewer"])})


def _team(world: World) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"member_ids": _some(world, "user")})


def _participants(world: World) -> st.SearchStrategy[list[str]]:
    refs = [f"@{kind}:{name}" for kind in ("user", "team") for name in world[kind]]
    return st.lists(st.sampled_from([*refs, "nobody"]), unique=True, min_size=1)


def _schedule(world: World) -> st.SearchStrategy[dict[str, Any]]:
    rotation = st.fixed_dictionaries(
        {
            "participants": _participants(world),
            "starts_at": st.sampled_from(["2026-01-05T09:00:00", "2100-11-26T08:00:00"]),
            "shift_length": st.integers(1, 3),
            "shift_unit": st.sampled_from(["day", "week"]),
            "time_zone": st.sampled_from([None, "Asia/Tokyo"]),
            "restrictions": st.sampled_from([[], [_WINDOW]]),
            "counted_shifts": st.sampled_from(["all", "worked"]),
        }
    )
    return st.fixed_dictionaries(
        {
            "time_zone": st.sampled_from(["UTC", "America/New_York"]),
            "rotations": st.lists(rotation, max_size=2).map(
                lambda rotations: [{"name": str(i), **each} for i, each in enumerate(rotations)]
            ),
        }
    )


def _policy(world: World) -> st.SearchStrategy[dict[str, Any]]:
    targets = [
        {"type": kind, "id": f"@{kind}:{name}"}
        for kind in ("user", "team", "schedule")
        for name in world[kind]
    ]
    step = st.lists(st.sampled_from(targets), min_size=1, max_size=2, unique_by=str)
    return st.fixed_dictionaries(
        {
            "rules": st.lists(step, min_size=1, max_size=2).map(
                lambda steps: [
                    {"delay_minutes": 10 * i, "targets": each} for i, each in enumerate(steps)
                ]
            )
        }
    )


def _service(world: World) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"escalation_policy_id": _one(world, "escalation_policy")})


def conditions() -> st.SearchStrategy[dict[str, Any]]:
    """Conditions on a few fields with a few values, so that many are about the same."""
    field = st.sampled_from(["labels.p", "labels.q", "service"])
    value = st.sampled_from(_VALUES)
    return st.one_of(
        st.fixed_dictionaries(
            {
                "field": field,
                "operator": st.sampled_from(
                    [
                        *("eq", "ne", "contains", "not_contains", "starts_with"),
                        *("matches", "not_matches", "gt", "gte", "lt", "lte"),
                    ]
                ),
                "value": value,
            }
        ),
        st.fixed_dictionaries(
            {"field": field, "operator": st.sampled_from(["exists", "not_exists"])}
        ),
        st.fixed_dictionaries(
            {
                "field": field,
                "operator": st.sampled_from(["in", "not_in"]),
                "values": st.lists(value, min_size=1, max_size=2),
            }
        ),
    )


def _rule(world: World) -> st.SearchStrategy[dict[str, Any]]:
    action = st.fixed_dictionaries(
        {
            "escalate_to": _one(world, "escalation_policy"),
            "assign_to": _one(world, "team"),
            "set_severity": st.sampled_from([None, "info", "critical"]),
            "suppress": st.booleans(),
        }
    ).map(_sound)
    return st.fixed_dictionaries(
        {
            "priority": st.integers(0, 3),
            "enabled": st.sampled_from([True, True, True, False]),
            "match": st.sampled_from(["all", "any"]),
            "conditions": st.lists(conditions(), max_size=2),
            "windows": st.sampled_from([[], [], [_WINDOW]]),
            "time_zone": st.sampled_from([None, "Asia/Tokyo"]),
            "action": action,
            "continue": st.booleans(),
        }
    )


def _sound(action: dict[str, Any]) -> dict[str, Any]:
    if action["escalate_to"]:
        return {**action, "suppress": False}
    return action if any(action.values()) else {**action, "suppress": True}


_BODIES: Mapping[str, Callable[[World], st.SearchStrategy[dict[str, Any]]]] = {
    "user": _user,
    "team": _team,
    "schedule": _schedule,
    "escalation_policy": _policy,
    "service": _service,
    "routing_rule": _rule,
}


def filled(value: Any, ids: Ids) -> Any:
    """A body with ids in place of what is written `@kind:name`; None where there is none yet."""
    if isinstance(value, dict):
        return {name: filled(inside, ids) for name, inside in value.items()}
    if isinstance(value, list):
        return [filled(item, ids) for item in value]
    if isinstance(value, str) and value.startswith("@"):
        return ids.get(value)
    return value


def plan(before: World, after: World, ids: Ids) -> bytes:
    """The plan from one configuration to another, as `terraform show -json` would write it."""
    changes, blocks = [], []
    for kind in ORDER:
        for name in sorted(before[kind].keys() | after[kind].keys()):
            changes.append(_change(kind, name, before, after, ids))
            if name in after[kind]:
                blocks.append(
                    {
                        "mode": "managed",
                        "type": f"signalcraft_{kind}",
                        "name": name,
                        "expressions": _expressions(after[kind][name]),
                    }
                )
    return json.dumps(
        {
            "format_version": "1.2",
            "resource_changes": changes,
            "configuration": {"root_module": {"resources": blocks}},
            "complete": True,
            "errored": False,
        }
    ).encode()


def _change(kind: str, name: str, before: World, after: World, ids: Ids) -> dict[str, Any]:
    old, new = before[kind].get(name), after[kind].get(name)
    id = ids.get(f"@{kind}:{name}")
    if old is None:
        action = "create"
    elif new is None:
        action = "delete"
    else:
        action = "no-op" if old == new and not _unknown(new, ids) else "update"
    unknown = (_unknown(new, ids) or {}) if new is not None else {}
    return {
        "address": f"signalcraft_{kind}.{name}",
        "mode": "managed",
        "type": f"signalcraft_{kind}",
        "name": name,
        "change": {
            "actions": [action],
            "before": None if old is None else {"id": id, **filled(old, ids)},
            "after": None if new is None else {"id": id, **filled(new, ids)},
            "after_unknown": unknown | ({"id": True} if old is None else {}),
        },
    }


def _unknown(value: Any, ids: Ids) -> Any:
    """Terraform's marks of what is unknown; nothing where all is known."""
    if isinstance(value, dict):
        marks = {name: _unknown(inside, ids) for name, inside in value.items()}
        return {name: mark for name, mark in marks.items() if mark}
    if isinstance(value, list):
        items = [_unknown(item, ids) for item in value]
        return (
            [
                item or ({} if isinstance(v, dict) else False)
                for item, v in zip(items, value, strict=True)
            ]
            if any(items)
            else []
        )
    return isinstance(value, str) and value.startswith("@") and value not in ids


def _expressions(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _expression(value) for name, value in body.items()}


def _expression(value: Any) -> Any:
    if isinstance(value, dict):
        return _expressions(value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_expressions(item) for item in value]
    references = list(_references(value))
    return {"references": references} if references else {"constant_value": value}


def _references(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item.startswith("@"):
            kind, name = item[1:].split(":")
            yield f"signalcraft_{kind}.{name}.id"
            yield f"signalcraft_{kind}.{name}"


def kinds_with_bodies(world: World) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The resources in an order in which they can be created."""
    for kind in ORDER:
        assert kind in KINDS
        for name, body in world[kind].items():
            yield kind, name, body
