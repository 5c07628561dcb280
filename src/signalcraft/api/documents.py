"""The API's own description, served by the server that it describes."""

from signalcraft.api.call import Answer
from signalcraft.api.operation import Operation, Public
from signalcraft.api.server import Server


def operations() -> tuple[Operation, ...]:
    """What can be read about the API without a key."""
    return (
        Operation(
            "GET",
            "/v1/openapi.json",
            "openapi",
            "This document",
            Public(_openapi),
            {200: None},
            tag="Server",
        ),
    )


def _openapi(server: Server) -> Answer:
    return Answer(body=server.openapi())
