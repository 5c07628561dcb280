"""Escalation policies for the tests of `oncall`."""

import json
from collections.abc import Sequence

from signalcraft.model.escalation_policy import TARGET_PREFIXES, EscalationPolicy

_TYPES = {prefix: target_type for target_type, prefix in TARGET_PREFIXES.items()}


def policy(*rules: tuple[int, Sequence[str]], **repetition: int) -> EscalationPolicy:
    """A policy of rules that are each a delay in minutes and ids of targets; `sched_… next` is a
    schedule's next people.
    """
    written = [
        {
            "delay_minutes": delay,
            "targets": [
                {"type": _TYPES[target.partition("_")[0]], "id": target, "who": who}
                for target, who in map(_split, targets)
            ],
        }
        for delay, targets in rules
    ]
    body = {"name": "x", "rules": written, **repetition}
    return EscalationPolicy.model_validate_json(json.dumps(body))


def _split(target: str) -> tuple[str, str]:
    id, _, who = target.partition(" ")
    return id, who or "current"
