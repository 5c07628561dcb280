"""The server's log: one JSON object a line, on standard error."""

import logging
import sys

import structlog
from structlog.processors import ExceptionRenderer
from structlog.tracebacks import ExceptionDictTransformer

# Without the values of variables: among them are API keys.
_TRACEBACKS = ExceptionRenderer(ExceptionDictTransformer(show_locals=False))


def log_to_stderr(level: str) -> None:
    """Logs what is at least of this level: `debug`, `info`, `warning` or `error`."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper("iso", key="at"),
            _TRACEBACKS,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
