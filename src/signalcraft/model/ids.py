"""Typed, sortable ids: `<prefix>_<26 base32 characters of a UUIDv7>` (TypeID 0.3)."""

from typing import NewType

from typeid import TypeID

WorkspaceId = NewType("WorkspaceId", str)
UserId = NewType("UserId", str)
TeamId = NewType("TeamId", str)
ServiceId = NewType("ServiceId", str)
ScheduleId = NewType("ScheduleId", str)
EscalationPolicyId = NewType("EscalationPolicyId", str)
RoutingRuleId = NewType("RoutingRuleId", str)
ServiceAccountId = NewType("ServiceAccountId", str)


def new_id(prefix: str) -> str:
    """A new id that sorts after every id made before it, to the millisecond."""
    return str(TypeID(prefix))


def id_pattern(prefix: str) -> str:
    """The regular expression that ids with this prefix match (Crockford's base32, 128 bits)."""
    return rf"^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$"


def no_id(prefix: str) -> str:
    """What stands for the id of something that would be new: nothing ever has it."""
    return f"{prefix}_{'0' * 26}"
