"""Escalation policies for the tests of `oncall`."""

import json
from collections.abc import Sequence

from signalcraft.model.escalation_policy import TARGET_PREFIXES, EscalationPolicy

_TYPES = {prefix: target_type for target_type, prefix in TARGET_PREFIXES.items()}


def policy(*rules: tuple[int, Sequence[str]], **repetition: int) -> EscalationPolicy:
    """A policy of rules that are each a delay in minutes and ids of targets."""
    written = [
        {
            "delay_minutes": delay,
            "targets": [
                {"type": _TYPES[target.partition("_")[0]], "id": target} for target in targets
            ],
        }
        for delay, targets in rules
    ]
    body = {"name": "x", "rules": written, **repetition}
    return EscalationPolicy.model_validate_json(json.dumps(body))
