"""What the log says about each request."""

import logging
from dataclasses import dataclass

import structlog

from signalcraft.api.http.call import KnownCaller
from signalcraft.api.oncall.calendars import without_secret

# A path is as long as the client likes.
_LONGEST_PATH = 200

log = structlog.get_logger()


@dataclass(frozen=True)
class Answered:
    """A request and how it was answered."""

    method: str
    path: str
    status: int
    seconds: float
    request_id: str
    address: str
    caller: KnownCaller


def log_request(answered: Answered) -> None:
    """Logs a request: reads that went well only at the level `debug`."""
    read_well = answered.method in {"GET", "HEAD"} and answered.status < 400
    level = logging.DEBUG if read_well else logging.INFO
    if not log.is_enabled_for(level):
        return
    log.log(
        level,
        "request",
        method=answered.method[:20],
        path=shown_path(answered.path),
        status=answered.status,
        milliseconds=round(answered.seconds * 1000, 1),
        request_id=answered.request_id,
        address=answered.address,
        account=answered.caller.account_id,
        key=answered.caller.key_id,
    )


def shown_path(path: str) -> str:
    """A path as it may be logged: without the secret of a calendar link, and not endless."""
    shown = without_secret(path)
    return shown if len(shown) <= _LONGEST_PATH else shown[:_LONGEST_PATH] + "…"
