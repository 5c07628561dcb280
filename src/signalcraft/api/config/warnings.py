"""What will surprise people about a write: `SignalCraft-Warnings`, and `validate`."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import structlog
from whenever import Instant

from signalcraft.api.http.call import Call
from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.resource import Resource
from signalcraft.model.schedule import Schedule
from signalcraft.oncall.budget import TooMuchWork, limited
from signalcraft.oncall.warnings import policy_warnings, schedule_warnings
from signalcraft.store.config.records import Record
from signalcraft.store.db.failures import UnusableDatabase

MAX_BYTES = 4096
_STEPS = 100_000

log = structlog.get_logger()


def surprises(call: Call, resource: Resource, before: Record | None) -> list[Mistake]:
    """What is surprising about a valid body, seen from now.

    Warnings are a courtesy, so finding them fails nothing: what would take too much work, or can't
    be read, is left out.
    """
    try:
        with limited(_STEPS):
            return _surprises(call, resource, before)
    except (TooMuchWork, UnusableDatabase) as error:
        log.warning("warnings were left out", reason=str(error))
        return []


def _surprises(call: Call, resource: Resource, before: Record | None) -> list[Mistake]:
    now = Instant.now()
    if isinstance(resource, EscalationPolicy):
        return policy_warnings(resource, call.configuration.directory, now)
    if isinstance(resource, Schedule):
        was = before.resource if before else None
        assert was is None or isinstance(was, Schedule)
        overrides = call.configuration.overrides_of(before.id) if before else []
        return schedule_warnings(was, resource, overrides, now, call.configuration.name_of)
    return []


def managed_elsewhere(call: Call, record: Record) -> list[Mistake]:
    """That what is written by hand is kept as code somewhere, and will be put back."""
    if record.manager is None or call.author.manager is not None:
        return []
    return [
        Mistake(
            "",
            Code.MANAGED_ELSEWHERE,
            f"{record.manager} manages this resource and will revert the change: change it "
            + (f"in {record.source}." if record.source else "there."),
        )
    ]


def warning_headers(warnings: Sequence[Mistake]) -> dict[str, str]:
    """The header that carries warnings; the last are left out where it would exceed 4 KB."""
    while warnings:
        text = json.dumps([asdict(warning) for warning in warnings])
        if len(text) <= MAX_BYTES:
            return {"SignalCraft-Warnings": text}
        warnings = warnings[:-1]
    return {}
