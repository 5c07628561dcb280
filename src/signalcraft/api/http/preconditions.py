"""Conditional requests (RFC 9110, section 13)."""

import re

from signalcraft.store.config.guards import IfMatch

IF_MATCH_PATTERN = r'^(\*|(W/)?"[!#-~]*"([ \t]*,[ \t]*(W/)?"[!#-~]*")*)$'
"""What an If-Match header looks like: one or more entity tags, or a star."""
_TAG = re.compile(r'"[^"]*"')


def if_match(header: str | None) -> IfMatch | None:
    """The entity tags of a well-formed If-Match header. A weak one counts as strong: proxies weaken
    the tags of what they compress, and ours name a version, not bytes.
    """
    if header is None:
        return None
    return frozenset({"*"} if header == "*" else _TAG.findall(header))
