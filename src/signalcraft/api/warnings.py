"""What will surprise people about a write that was carried out: `SignalCraft-Warnings`."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from signalcraft.api.call import Call
from signalcraft.model.mistake import Code, Mistake
from signalcraft.store.records import Record

MAX_BYTES = 4096


def managed_elsewhere(call: Call, record: Record | None) -> dict[str, str]:
    """A warning that what was written by hand is kept as code somewhere, and will be put back."""
    if record is None or record.manager is None or call.author.manager is not None:
        return {}
    warning = Mistake(
        "",
        Code.MANAGED_ELSEWHERE,
        f"{record.manager} manages this and will put it back"
        + (f": change it in {record.source}." if record.source else ": change it there."),
    )
    return warning_headers([warning])


def warning_headers(warnings: Sequence[Mistake]) -> dict[str, str]:
    """The header that carries warnings; the last are left out where it would exceed 4 KB."""
    while warnings:
        text = json.dumps([asdict(warning) for warning in warnings])
        if len(text) <= MAX_BYTES:
            return {"SignalCraft-Warnings": text}
        warnings = warnings[:-1]
    return {}
