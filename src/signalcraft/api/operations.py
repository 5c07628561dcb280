"""Everything that the API can do."""

from functools import cache

from signalcraft.api import (
    calendar_links,
    calendars,
    changes,
    documents,
    keys,
    oncall,
    overrides,
    probes,
    resources,
    routing,
    validation,
    whoami,
)
from signalcraft.api.operation import Operation


@cache
def operations() -> tuple[Operation, ...]:
    """All operations, in the order in which `openapi.json` lists them."""
    return (
        *resources.operations(),
        *keys.operations(),
        *overrides.operations(),
        *calendar_links.operations(),
        *calendars.operations(),
        *oncall.operations(),
        *routing.operations(),
        *validation.operations(),
        *changes.OPERATIONS,
        *whoami.OPERATIONS,
        *documents.operations(),
        *probes.operations(),
    )
