"""The API's own description, served by the server that it describes."""

from collections.abc import Iterator

from signalcraft.api.http.call import Answer
from signalcraft.api.http.operation import Operation, Public
from signalcraft.api.http.server_state import Server
from signalcraft.api.reference.page import reference_page

# The page needs nothing but its own style, so a browser need not allow more.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def operations() -> Iterator[Operation]:
    """What can be read about the API without a key."""
    yield Operation(
        "GET",
        "/v1/openapi.json",
        "openapi",
        "This document",
        Public(_openapi),
        {200: None},
        tag="Server",
    )
    yield Operation(
        "GET",
        "/",
        "home",
        "Redirect to the reference",
        Public(_home),
        {303: None},
        tag="Server",
    )
    yield Operation(
        "GET",
        "/docs",
        "docs",
        "The reference, for people",
        Public(_docs),
        {200: None},
        description="This document as an HTML page.",
        tag="Server",
    )


def _openapi(server: Server) -> Answer:
    return Answer(body=server.openapi())


def _home(_: Server) -> Answer:
    return Answer(303, headers={"Location": "/docs"})


def _docs(server: Server) -> Answer:
    return Answer(
        body=reference_page(server.openapi()),
        headers={"Content-Security-Policy": _POLICY},
        media_type="text/html; charset=utf-8",
    )
