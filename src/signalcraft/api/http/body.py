"""The bodies of requests: how they are received, and read where they are no resources."""

from collections.abc import Mapping
from typing import TypeVar

from granian.rsgi import HTTPProtocol  # type: ignore[attr-defined]  # Granian's own gap
from pydantic import ValidationError

from signalcraft.api.http.operation import Exchanged, Operation
from signalcraft.api.http.time_limit import TimeLimit
from signalcraft.model import strict_json
from signalcraft.model.oversized import oversized
from signalcraft.model.problem import Problem, Slug, invalid
from signalcraft.model.resource import Part
from signalcraft.model.validation_errors import mistake_of, own_errors

P = TypeVar("P", bound=Part)

MAX_BYTES = 1024 * 1024
MAX_TOKEN_BYTES = 64 * 1024


def declared_length(headers: Mapping[str, str]) -> int:
    """How many bytes of body a request says that it has; the most there may be if it doesn't say.

    Raises `malformed-request` for a Content-Length that isn't one number.
    """
    length = headers.get("content-length")
    if length is None:
        return MAX_BYTES if "transfer-encoding" in headers else 0
    if not (length.isascii() and length.isdecimal()):
        raise Problem(Slug.MALFORMED_REQUEST, "Send one Content-Length, in digits.")
    return int(length[:20])


def room_needed(operation: Operation, headers: Mapping[str, str]) -> int:
    """How many bytes of memory a request's body needs. Raises `payload-too-large`, before the body is
    sent where the client asks first, as curl does (Expect: 100-continue).
    """
    length = declared_length(headers)
    if length > _most_bytes(operation) and "content-length" in headers:
        raise _too_large(operation)
    return min(length, _most_bytes(operation))


async def receive_body(
    operation: Operation, headers: Mapping[str, str], protocol: HTTPProtocol, limit: TimeLimit
) -> bytes:
    """The bytes of a body that an operation takes; `{}` where nothing is sent and nothing has to be.

    Raises `payload-too-large`, `unsupported-media-type`, and `request-timeout` where the body takes
    longer than the limit.
    """
    if not operation.takes_nothing:
        _refuse_other_media(operation, headers)
    try:
        body = await limit.within(_receive(headers, protocol, operation))
    except TimeoutError:
        raise Problem(
            Slug.REQUEST_TIMEOUT,
            f"The body didn't arrive within {limit.seconds:g} s. Send it again.",
        ) from None
    if not operation.takes_nothing:
        return body
    if not body:
        return b"{}"
    _refuse_other_media(operation, headers)
    return body


async def _receive(
    headers: Mapping[str, str], protocol: HTTPProtocol, operation: Operation
) -> bytes:
    if "content-length" in headers:
        return await protocol()
    body = bytearray()
    async for chunk in protocol:
        body += chunk
        if len(body) > _most_bytes(operation):
            raise _too_large(operation)
    return bytes(body)


def _most_bytes(operation: Operation) -> int:
    """Whoever has no key yet sends a token, and no more."""
    return MAX_TOKEN_BYTES if isinstance(operation.handler, Exchanged) else MAX_BYTES


def _refuse_other_media(operation: Operation, headers: Mapping[str, str]) -> None:
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != operation.media_type:
        raise Problem(
            Slug.UNSUPPORTED_MEDIA_TYPE,
            f"The body is {media_type or 'of no named type'}. Send Content-Type: {operation.media_type}.",
        )
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise Problem(
            Slug.UNSUPPORTED_MEDIA_TYPE,
            f"The body is encoded as {coding}. Send it uncompressed.",
            headers={"Accept-Encoding": "identity"},
        )


def _too_large(operation: Operation) -> Problem:
    if isinstance(operation.handler, Exchanged):
        return Problem(Slug.PAYLOAD_TOO_LARGE, "The body is larger than 64 KiB. No token is.")
    return Problem(
        Slug.PAYLOAD_TOO_LARGE, "The body is larger than 1 MiB. Split it into several requests."
    )


def read_body(shape: type[P], body: bytes) -> P:
    """A body in this shape. Raises `validation`, and `strict_json.MalformedJson`."""
    decoded = strict_json.decode(body)  # Finds what pydantic lets pass, such as a duplicate key.
    too_large = oversized(shape, decoded)
    if too_large:
        raise invalid(too_large)
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        raise invalid(map(mistake_of, own_errors(error))) from None
