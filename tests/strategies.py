"""Hypothesis strategies for the bodies of every kind, derived from the model."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import re2
from annotated_types import Ge, Le, MaxLen, MinLen
from hypothesis import strategies as st
from pydantic import AfterValidator
from pydantic.fields import FieldInfo

from signalcraft.model import fields
from signalcraft.model.conditions import (
    BARE_OPERATORS,
    LIST_OPERATORS,
    PATTERN_OPERATORS,
    SEVERITIES,
)
from signalcraft.model.escalation_policy import TARGET_PREFIXES, EscalationPolicy, Target, Who
from signalcraft.model.fields import (
    MAX_INTEROPERABLE,
    Distinct,
    Pattern,
    ReferenceTo,
    ReferenceToOneOf,
)
from signalcraft.model.kinds import Kind
from signalcraft.model.resource import Part
from signalcraft.model.routing_rule import RoutingAction, RoutingCondition
from signalcraft.model.schedule import Rotation, Schedule
from signalcraft.model.service_account_trust import KeySet, ServiceAccountTrust
from signalcraft.model.time_zones import time_zone_names

Json = Any
Existing = Mapping[str, Sequence[str]]
"""Ids that can be referred to, by kind."""

KEY = {
    "kty": "EC",
    "kid": "1",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
"""A public key: that of RFC 7515, appendix A.3."""

# All that a JSON text can hold: UTF-8 has no surrogates.
_CHARACTERS = st.characters(exclude_categories=["Cs"])
_NO_NUL = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
# Nor what nobody sees, but for the joiners that names and emoji have.
_SEEN = st.characters(
    exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"],
    exclude_characters="\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0",
    include_characters="\u200c\u200d",
)
# Long enough to show what length does; bounds themselves have cases of their own.
_LONGEST = 20


def bodies(kind: Kind, existing: Existing) -> st.SearchStrategy[dict[str, Json]]:
    """Bodies of a kind that the API accepts, every field written out.

    References are to `existing` resources.
    """
    return _part(kind.body, existing)


def _part(part: type[Part], existing: Existing) -> st.SearchStrategy[dict[str, Json]]:
    if part is Target:
        return _targets(existing)
    values = {
        info.alias or name: _value(info.annotation, info.metadata, existing)
        for name, info in part.model_fields.items()
    }
    mend = _MENDED.get(part)
    drawn = st.fixed_dictionaries(values)
    return drawn if mend is None else drawn.map(mend)


def _flat(metadata: Sequence[Any]) -> list[Any]:
    """Metadata, with what pydantic's own `Field` carries taken out of it."""
    flat: list[Any] = []
    for item in metadata:
        flat += _flat(item.metadata) if isinstance(item, FieldInfo) else [item]
    return flat


def _value(annotation: Any, metadata: list[Any], existing: Existing) -> st.SearchStrategy[Json]:
    if get_origin(annotation) is Annotated:
        annotation, *inner = get_args(annotation)
        return _value(annotation, [*_flat(inner), *metadata], existing)
    arguments = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Literal:
            return st.sampled_from(arguments)
        case origin if origin in {Union, UnionType}:
            [some] = [argument for argument in arguments if argument is not NoneType]
            return st.none() | _value(some, metadata, existing)
        case origin if origin is tuple:
            return _list(_value(arguments[0], [], existing), metadata)
        case origin if origin is dict:
            key, value = (_value(argument, [], existing) for argument in arguments)
            return st.dictionaries(key, value, max_size=4)
    return _single(annotation, metadata, existing)


def _list(items: st.SearchStrategy[Json], metadata: list[Any]) -> st.SearchStrategy[Json]:
    shortest = max((m.min_length for m in metadata if isinstance(m, MinLen)), default=0)
    distinct = any(isinstance(m, Distinct) for m in metadata)
    return st.lists(items, min_size=shortest, max_size=max(shortest, 4), unique=distinct)


def _single(annotation: Any, metadata: list[Any], existing: Existing) -> st.SearchStrategy[Json]:
    for item in metadata:
        if isinstance(item, ReferenceTo | ReferenceToOneOf):
            return st.sampled_from(_referring(item, existing))
    # NewTypes of text are references, which were found above.
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return _part(annotation, existing)
    if annotation is bool:
        return st.booleans()
    if annotation is float:
        return _NUMBERS
    if annotation is int:
        low = max(
            (m.ge for m in metadata if isinstance(m, Ge) and isinstance(m.ge, int)), default=None
        )
        high = min(
            (m.le for m in metadata if isinstance(m, Le) and isinstance(m.le, int)), default=None
        )
        return st.integers(low, high)
    assert annotation is str, annotation
    return _text(metadata)


def _referring(item: ReferenceTo | ReferenceToOneOf, existing: Existing) -> Sequence[str]:
    if isinstance(item, ReferenceTo):
        return existing[item.kind]
    return [*(id for kind, _ in item.kinds for id in existing[kind]), *item.words]


def _text(metadata: list[Any]) -> st.SearchStrategy[str]:
    for validator in metadata:
        if isinstance(validator, AfterValidator):
            return _TEXTS[validator]
    shortest = max((m.min_length for m in metadata if isinstance(m, MinLen)), default=0)
    longest = min((m.max_length for m in metadata if isinstance(m, MaxLen)), default=_LONGEST)
    for pattern in metadata:
        if pattern == fields.NO_NUL:
            return st.text(_NO_NUL, min_size=shortest, max_size=min(longest, _LONGEST))
        if isinstance(pattern, Pattern):
            matching = st.from_regex(pattern.regex, fullmatch=True, alphabet=_CHARACTERS)
            return matching.filter(lambda text: shortest <= len(text) <= longest)
    return st.text(_CHARACTERS, min_size=shortest, max_size=min(longest, _LONGEST))


def _targets(existing: Existing) -> st.SearchStrategy[dict[str, Json]]:
    return st.sampled_from(
        [
            {"type": type, "id": id, "who": who}
            for type in TARGET_PREFIXES
            for id in existing[type]
            for who in (get_args(Who) if type == "schedule" else ["current"])
        ]
    )


def _mend_rotation(rotation: dict[str, Json]) -> dict[str, Json]:
    starts_at, ends_at = rotation["starts_at"], rotation["ends_at"]
    if ends_at is None or ends_at == starts_at:
        return rotation | {"ends_at": None}
    return rotation | {"starts_at": min(starts_at, ends_at), "ends_at": max(starts_at, ends_at)}


def _mend_schedule(schedule: dict[str, Json]) -> dict[str, Json]:
    rotations = enumerate(schedule["rotations"])
    return schedule | {"rotations": [r | {"name": f"{i} {r['name']}"} for i, r in rotations]}


def _mend_policy(policy: dict[str, Json]) -> dict[str, Json]:
    delays = sorted({rule["delay_minutes"] for rule in policy["rules"]})
    # Fewer, where two had the same delay.
    rules = [r | {"delay_minutes": d} for r, d in zip(policy["rules"], delays, strict=False)]
    after, times = policy["repeat_after_minutes"], policy["repeat_times"]
    if after is not None and after <= delays[-1]:
        after = None
    if after is None:
        times = 0
    return policy | {"rules": rules, "repeat_times": times, "repeat_after_minutes": after}


def _mend_condition(condition: dict[str, Json]) -> dict[str, Json]:
    operator, value = condition["operator"], condition["value"] or ""
    if operator in BARE_OPERATORS:
        return condition | {"value": None, "values": None}
    if operator in PATTERN_OPERATORS:
        return condition | {"value": re2.escape(value), "values": None}
    severe = condition["field"] == "severity"
    if operator in LIST_OPERATORS:
        values = list(SEVERITIES) if severe else condition["values"] or [value]
        return condition | {"value": None, "values": values}
    return condition | {"value": "error" if severe else value, "values": None}


def _mend_action(action: dict[str, Json]) -> dict[str, Json]:
    if action["escalate_to"]:
        return action | {"suppress": False}
    return action if any(action.values()) else action | {"suppress": True}


def _mend_trust(trust: dict[str, Json]) -> dict[str, Json]:
    claims = [
        claim | {"name": f"{i}.{claim['name']}"[:100]} for i, claim in enumerate(trust["claims"])
    ]
    pins = {
        "github": ["repository_id"],
        "gitlab": ["project_id"],
        "buildkite": ["organization_id", "pipeline_slug"],
        "kubernetes": [],
        "other": ["sub"],
    }
    pinned = [{"name": name, "values": ["1"]} for name in pins[trust["platform"]]]
    if trust["platform"] == "kubernetes":
        pinned = [{"name": "sub", "values": ["system:serviceaccount:monitoring:operator"]}]
    return trust | {"claims": [*claims, *pinned], "audience": f"urn:{trust['audience']}"[:400]}


# The rules between fields, which the fields' own types don't know.
_MENDED: dict[type[Part], Callable[[dict[str, Json]], dict[str, Json]]] = {
    Rotation: _mend_rotation,
    Schedule: _mend_schedule,
    EscalationPolicy: _mend_policy,
    RoutingCondition: _mend_condition,
    RoutingAction: _mend_action,
    ServiceAccountTrust: _mend_trust,
}


def _validator(text: Any) -> AfterValidator:
    """What sees to a type of text, where that is a function of ours."""
    [validator] = [item for item in get_args(text) if isinstance(item, AfterValidator)]
    return validator


_NUMBERS = st.integers(-MAX_INTEROPERABLE, MAX_INTEROPERABLE) | st.floats(
    -MAX_INTEROPERABLE, MAX_INTEROPERABLE
)
_LOCAL_TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2200, 12, 31))  # noqa: DTZ001 — local
_TEXTS = {
    _validator(fields.Name): st.text(_SEEN, min_size=1, max_size=_LONGEST).filter(
        lambda text: text == text.strip()
    ),
    _validator(fields.TimeZone): st.sampled_from(sorted(time_zone_names())),
    _validator(KeySet): st.just(json.dumps({"keys": [KEY]})),
    _validator(fields.LocalTime): _LOCAL_TIMES.map(lambda t: t.isoformat(timespec="seconds")),
}
