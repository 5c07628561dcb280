"""Basic authentication (RFC 7617): all that Terraform's `http` backend can send."""

import base64
import binascii
from collections.abc import Mapping
from typing import NamedTuple


class BasicCredentials(NamedTuple):
    """A user name, which means nothing to us, and a password, which is an API key."""

    user: str
    password: str


def basic_credentials(headers: Mapping[str, str]) -> BasicCredentials | None:
    """The credentials in a request's `Authorization` header, if they are Basic ones.

    They are divided at the last colon: no API key has one, and the user may be a URL.
    """
    scheme, _, encoded = headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    user, _, password = text.rpartition(":")
    return BasicCredentials(user, password)
