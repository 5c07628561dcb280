"""Conditional requests (RFC 9110, section 13)."""

import re

from signalcraft.model.problem import ParameterMistake, Problem, Slug
from signalcraft.store.guards import IfMatch

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def if_match(header: str | None) -> IfMatch | None:
    """The entity tags of an If-Match header. A weak one counts as strong: proxies weaken the tags
    of what they compress, and ours name a version, not bytes. Raises `malformed-request`.
    """
    if header is None:
        return None
    if header.strip() == "*":
        return frozenset({"*"})
    parts = [part.strip() for part in header.split(",")]
    tags = [_TAG.fullmatch(part) for part in parts]
    if not all(tags):
        mistake = ParameterMistake(
            "If-Match", "format", "Send the ETag of an earlier answer as it was, in its quotes."
        )
        raise Problem(Slug.MALFORMED_REQUEST, "If-Match can't be read.", errors=[mistake])
    return frozenset(tag[1] for tag in tags if tag)
