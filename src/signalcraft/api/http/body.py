"""The bodies of requests: how they are received, and read where they are no resources."""

from collections.abc import Mapping
from typing import TypeVar

from granian.rsgi import HTTPProtocol  # type: ignore[attr-defined]  # Granian's own gap
from pydantic import ValidationError

from signalcraft.api.http.operation import Operation
from signalcraft.model import strict_json
from signalcraft.model.problem import Problem, Slug, invalid
from signalcraft.model.resource import Part
from signalcraft.model.validation_errors import mistake_of, own_errors

P = TypeVar("P", bound=Part)

MAX_BYTES = 1024 * 1024


async def receive_body(
    operation: Operation, headers: Mapping[str, str], protocol: HTTPProtocol
) -> bytes:
    """The bytes of a body that an operation takes; `{}` where nothing is sent and nothing has to be.

    Raises `payload-too-large` and `unsupported-media-type`.
    """
    if operation.request is None:
        return b""
    if operation.takes_nothing:
        body = await _receive(headers, protocol)
        if not body:
            return b"{}"
        _refuse_other_media(headers)
        return body
    _refuse_other_media(headers)
    return await _receive(headers, protocol)


async def _receive(headers: Mapping[str, str], protocol: HTTPProtocol) -> bytes:
    length = headers.get("content-length", "")
    if length:
        # What says that it is too large is refused before it is sent: curl asks first
        # (Expect: 100-continue).
        if int(length) > MAX_BYTES:
            raise _too_large()
        return await protocol()
    body = bytearray()
    async for chunk in protocol:
        body += chunk
        if len(body) > MAX_BYTES:
            raise _too_large()
    return bytes(body)


def _refuse_other_media(headers: Mapping[str, str]) -> None:
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem(
            Slug.UNSUPPORTED_MEDIA_TYPE,
            f"The body is {media_type or 'of no named type'}. Send Content-Type: application/json.",
        )
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise Problem(
            Slug.UNSUPPORTED_MEDIA_TYPE,
            f"The body is encoded as {coding}. Send it as it is.",
            headers={"Accept-Encoding": "identity"},
        )


def _too_large() -> Problem:
    return Problem(
        Slug.PAYLOAD_TOO_LARGE, "The body has more than 1 MiB. Send less, or in several requests."
    )


def read_body(shape: type[P], body: bytes) -> P:
    """A body in this shape. Raises `validation`, and `strict_json.MalformedJson`."""
    strict_json.decode(body)  # Finds what pydantic lets pass, such as a key that stands twice.
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        raise invalid(map(mistake_of, own_errors(error))) from None
