"""Everything that the API can do."""

from functools import cache

from signalcraft.api.access import keys, token, whoami
from signalcraft.api.config import changes, importing, resources, validation
from signalcraft.api.http.operation import Operation
from signalcraft.api.oncall import calendar_links, calendars, on_call, overrides
from signalcraft.api.reference import documents
from signalcraft.api.routing import decisions
from signalcraft.api.server import probes
from signalcraft.api.tfstate import explanation, locks, states, versions


@cache
def operations() -> tuple[Operation, ...]:
    """All operations, in the order in which `openapi.json` lists them."""
    return (
        *resources.operations(),
        *keys.operations(),
        *token.operations(),
        *overrides.operations(),
        *calendar_links.operations(),
        *calendars.operations(),
        *on_call.operations(),
        *decisions.operations(),
        *validation.operations(),
        *changes.operations(),
        *importing.operations(),
        *states.operations(),
        *locks.operations(),
        *versions.operations(),
        *explanation.operations(),
        *whoami.operations(),
        *documents.operations(),
        *probes.operations(),
    )
