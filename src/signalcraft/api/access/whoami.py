"""What a key may do."""

from collections.abc import Iterator

from signalcraft.api.http.call import Answer, Call, answer
from signalcraft.api.http.operation import Operation
from signalcraft.api.http.schemas import WhoAmI


def _whoami(call: Call) -> Answer:
    caller = call.caller
    who = WhoAmI(
        workspace_id=caller.workspace_id,
        workspace_name=caller.workspace_name,
        service_account_id=caller.service_account_id,
        service_account_name=caller.service_account_name,
        key_id=caller.key_id,
        scopes=sorted(caller.scopes),
    )
    return answer(who)


def operations() -> Iterator[Operation]:
    """Asking whose a key is."""
    yield Operation(
        "GET",
        "/v1/whoami",
        "whoami",
        "Describe the API key",
        _whoami,
        {200: WhoAmI},
        tag="Keys",
    )
