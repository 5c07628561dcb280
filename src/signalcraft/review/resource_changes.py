"""What changes about a resource, in words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from signalcraft.model.alert_policy import AlertPolicy
from signalcraft.model.diff import diff
from signalcraft.model.escalation_policy import EscalationPolicy, EscalationRule, Target
from signalcraft.model.fields import NOBODY
from signalcraft.model.kinds import KINDS
from signalcraft.model.resource import Resource
from signalcraft.model.routing_rule import RoutingAction, RoutingRule
from signalcraft.model.schedule import Rotation, Schedule
from signalcraft.model.service import Service
from signalcraft.model.service_account import ServiceAccount
from signalcraft.model.team import Team
from signalcraft.model.user import User
from signalcraft.review.names import Names, count, in_a_row
from signalcraft.review.sensitive import MASK
from signalcraft.routing.words import hours_in_words, in_words

Action = Literal["created", "updated", "replaced", "deleted", "imported", "forgotten"]
Lines = Iterator[str]

_KINDS = {kind.body: kind for kind in KINDS.values()}
# What is told in words of its own, rather than as fields.
_IN_WORDS: Mapping[type[Resource], frozenset[str]] = {
    Schedule: frozenset({"rotations"}),
    Team: frozenset({"member_ids"}),
    EscalationPolicy: frozenset({"rules"}),
    RoutingRule: frozenset({"conditions", "windows", "action"}),
}
# What is told of a new one.
_TELLING: Mapping[type[Resource], tuple[str, ...]] = {
    User: ("role",),
    Schedule: ("time_zone",),
    Service: ("team_id", "escalation_policy_id"),
    RoutingRule: ("priority", "match", "enabled", "time_zone", "continue"),
    AlertPolicy: ("severity", "routing_key"),
    ServiceAccount: ("scopes",),
}
_LABELS = {
    "team_id": "team",
    "escalation_policy_id": "escalation policy",
    "default_escalation_policy_id": "default escalation policy",
}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


@dataclass(frozen=True, slots=True)
class ResourceDescription:
    """What becomes of a resource, or of several to which the same happens.

    Each line begins with `+`, `-` or `~`.
    """

    kind: str
    """As a sentence calls it: `escalation policy`, `escalation policies`."""
    action: Action
    names: tuple[str, ...]
    lines: tuple[str, ...]


def describe(
    action: Action,
    before: Resource | None,
    after: Resource | None,
    names: Names,
    sensitive: frozenset[str] = frozenset(),
) -> ResourceDescription:
    """What changes about a resource, of which one of before and after may not be there.

    Of `sensitive` fields only that they change is told.
    """
    resource = after or before
    assert resource is not None
    name = resource.name
    if isinstance(resource, User):
        name = f"{resource.name} <{resource.email}>"
    lines = list(_lines(before, after, names, sensitive)) if after is not None else []
    return ResourceDescription(_KINDS[type(resource)].title, action, (name,), tuple(lines))


def gathered(described: Sequence[ResourceDescription]) -> list[ResourceDescription]:
    """The same with resources to which the same happens in one."""
    groups: dict[object, list[ResourceDescription]] = {}
    for one in described:
        groups.setdefault((one.kind, one.action, one.lines), []).append(one)
    return [
        ResourceDescription(
            group[0].kind if len(group) == 1 else _plural(group[0].kind),
            group[0].action,
            tuple(name for one in group for name in one.names),
            group[0].lines,
        )
        for group in groups.values()
    ]


def _plural(title: str) -> str:
    return next(kind.tag.lower() for kind in KINDS.values() if kind.title == title)


def _lines(
    before: Resource | None, after: Resource, names: Names, sensitive: frozenset[str]
) -> Lines:
    if sensitive.isdisjoint(_IN_WORDS.get(type(after), ())):
        yield from _in_words(before, after, names)
    old = before.model_dump(mode="json") if before else {}
    new = after.model_dump(mode="json")
    for field in new:
        if field in sensitive:
            if old.get(field) != new[field]:
                yield f"~ {_label(field)}: {MASK} → {MASK}"
        elif field in _IN_WORDS.get(type(after), ()):
            continue
        elif before is not None:
            yield from _field(field, old[field], new[field], names)
        elif field in _TELLING.get(type(after), ()) and new[field] != _default(type(after), field):
            yield f"+ {_label(field)}: {_value(new[field], names)}"


def _in_words(before: Resource | None, after: Resource, names: Names) -> Lines:
    match after:
        case Schedule():
            yield from _schedule(before if isinstance(before, Schedule) else None, after, names)
        case Team():
            yield from _team(before if isinstance(before, Team) else None, after, names)
        case EscalationPolicy():
            old_policy = before if isinstance(before, EscalationPolicy) else None
            yield from _policy(old_policy, after, names)
        case RoutingRule():
            yield from _rule(before if isinstance(before, RoutingRule) else None, after, names)
        case _:
            pass


def _schedule(before: Schedule | None, after: Schedule, names: Names) -> Lines:
    old = {rotation.name: rotation for rotation in before.rotations} if before else {}
    new = {rotation.name: rotation for rotation in after.rotations}
    for name in old.keys() - new.keys():
        yield f'- rotation "{name}"'
    for name, rotation in new.items():
        if name not in old:
            yield f'+ rotation "{name}": {_turns(rotation, names)}'
        elif rotation != old[name]:
            yield from _rotation(old[name], rotation, names)
    kept = [name for name in old if name in new]
    if kept != [name for name in new if name in old]:
        yield f"~ the rotations are layered in this order: {', '.join(new)}"


def _turns(rotation: Rotation, names: Names) -> str:
    people = _participants(rotation.participants, names)
    takes = "is on call" if len(rotation.participants) == 1 else "take turns"
    zone = f" ({rotation.time_zone})" if rotation.time_zone else ""
    return f"{people} {takes}, {_length(rotation)} each, from {_when(rotation.starts_at)}{zone}"


def _rotation(before: Rotation, after: Rotation, names: Names) -> Lines:
    added = [id for id in after.participants if id not in before.participants]
    removed = [id for id in before.participants if id not in after.participants]
    for id in dict.fromkeys(added):
        place = after.participants.index(id)
        ordinal = _ORDINALS[place] if place < len(_ORDINALS) else f"number {place + 1}"
        yield f'+ {_participant(id, names)} takes turns on "{after.name}", {ordinal}'
    for id in dict.fromkeys(removed):
        yield f'- {_participant(id, names)} no longer takes turns on "{after.name}"'
    kept = [id for id in before.participants if id not in removed]
    if kept != [id for id in after.participants if id not in added]:
        order = _participants(after.participants, names)
        yield f'~ on "{after.name}" participants take turns in this order: {order}'
    if (before.shift_length, before.shift_unit) != (after.shift_length, after.shift_unit):
        yield f'~ shifts of "{after.name}": {_length(before)} → {_length(after)}'
    if before.time_zone != after.time_zone:
        was, will_be = (rotation.time_zone or "the schedule's" for rotation in (before, after))
        yield f'~ time zone of "{after.name}": {was} → {will_be}'
    if before.starts_at != after.starts_at:
        started, starts = _when(before.starts_at), _when(after.starts_at)
        yield f'~ first hand-over of "{after.name}": {started} → {starts}'
    if before.ends_at != after.ends_at:
        ended, ends = (_when(at) if at else "never" for at in (before.ends_at, after.ends_at))
        yield f'~ end of "{after.name}": {ended} → {ends}'
    if before.restrictions != after.restrictions:
        was, will_be = hours_in_words(before.restrictions), hours_in_words(after.restrictions)
        yield f'~ hours of "{after.name}": {was} → {will_be}'
    if before.counted_shifts != after.counted_shifts:
        counted = f"{before.counted_shifts} → {after.counted_shifts}"
        yield f'~ shifts of "{after.name}" that use up a turn: {counted}'


def _participants(ids: Iterable[str], names: Names) -> str:
    return in_a_row([_participant(id, names) for id in ids])


def _participant(id: str, names: Names) -> str:
    if id == NOBODY:
        return f'"{NOBODY}"'
    return f'team "{names.name(id)}"' if id.startswith("team_") else names.name(id)


def _length(rotation: Rotation) -> str:
    return count(rotation.shift_length, rotation.shift_unit)


def _when(local: str) -> str:
    return local.replace("T", " ")[:16]


def _team(before: Team | None, after: Team, names: Names) -> Lines:
    old = before.member_ids if before else ()
    for id in after.member_ids:
        if id not in old:
            yield f"+ member {names.name(id)}"
    for id in old:
        if id not in after.member_ids:
            yield f"- member {names.name(id)}"


def _policy(before: EscalationPolicy | None, after: EscalationPolicy, names: Names) -> Lines:
    old = [_step(rule, names) for rule in before.rules] if before else []
    new = [_step(rule, names) for rule in after.rules]
    yield from (f"- {step}" for step in old if step not in new)
    yield from (f"+ {step}" for step in new if step not in old)


def _step(rule: EscalationRule, names: Names) -> str:
    when = "at once" if rule.delay_minutes == 0 else f"after {rule.delay_minutes:,} min"
    return f"{when}: {', '.join(_target(target, names) for target in rule.targets)}"


def _target(target: Target, names: Names) -> str:
    name = names.name(target.id)
    which = "" if target.who == "current" else f"{target.who} on "
    return name if target.type == "user" else f'{which}{target.type} "{name}"'


def _rule(before: RoutingRule | None, after: RoutingRule, names: Names) -> Lines:
    old = [in_words(condition) for condition in before.conditions] if before else []
    new = [in_words(condition) for condition in after.conditions]
    yield from (f"- if {condition}" for condition in old if condition not in new)
    yield from (f"+ if {condition}" for condition in new if condition not in old)
    was, will_be = (hours_in_words(rule.windows) if rule else "always" for rule in (before, after))
    if was != will_be:
        yield f"~ applies: {was} → {will_be}" if before else f"+ applies only {will_be}"
    if before is None and not new:
        yield "+ if anything at all: it has no conditions"
    done = _actions(before.action, names) if before else {}
    will = _actions(after.action, names)
    yield from (f"- then {text}" for part, text in done.items() if will.get(part) != text)
    yield from (f"+ then {text}" for part, text in will.items() if done.get(part) != text)


def _actions(action: RoutingAction, names: Names) -> Mapping[str, str]:
    parts: dict[str, str] = {}
    if action.escalate_to:
        parts["escalate_to"] = f'escalate to "{names.name(action.escalate_to)}"'
    if action.assign_to:
        parts["assign_to"] = f'assign to "{names.name(action.assign_to)}"'
    if action.set_severity:
        parts["set_severity"] = f"set the severity to {action.set_severity}"
    if action.suppress:
        parts["suppress"] = "suppress the alert"
    return parts


def _default(kind: type[Resource], field: str) -> Any:
    info = {info.alias or name: info for name, info in kind.model_fields.items()}[field]
    return None if info.is_required() else info.default


def _field(field: str, before: Any, after: Any, names: Names) -> Lines:
    for change in diff(before, after):
        place = change["pointer"].removeprefix("/").replace("/", ".")
        what = _label(field) + (f" {place}" if place else "")
        was, will_be = _value(change["before"], names), _value(change["after"], names)
        yield f"~ {what}: {was} → {will_be}"


def _label(field: str) -> str:
    return _LABELS.get(field, field.replace("_", " "))


def _value(value: Any, names: Names) -> str:
    match value:
        case None | "" | [] | {}:
            told = "none"
        case bool():
            told = "yes" if value else "no"
        case str():
            is_id = any(kind.has_id(value) for kind in KINDS.values())
            told = f'"{names.name(value) if is_id else value}"'
        case list():
            told = ", ".join(_value(item, names) for item in value)
        case dict():
            told = ", ".join(f"{name}: {_value(item, names)}" for name, item in value.items())
        case _:
            told = str(value)
    return told
