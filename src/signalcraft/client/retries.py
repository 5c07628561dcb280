"""When a request is sent again, and after which pause."""

import random
from dataclasses import dataclass

from signalcraft.client.errors import ClientError
from signalcraft.client.request import Request


@dataclass(frozen=True)
class Retries:
    """How patient a client is with failures that pass: too many requests, a server that restarts,
    a broken connection.
    """

    within: float = 60.0
    """For how many seconds after the first attempt another one may begin; 0 for never."""
    first_pause: float = 0.25
    """About how many seconds the first pause lasts; each further one is twice as long."""
    longest_pause: float = 10.0
    """The most seconds of a pause that the server doesn't ask for."""

    def pause(
        self, request: Request[object], error: ClientError, attempt: int, elapsed: float
    ) -> float | None:
        """How many seconds to wait before the request is sent again; None if it isn't.

        `attempt` counts from 0, `elapsed` is in seconds since the first.
        """
        if not error.passing or (error.unanswered and not request.repeatable):
            return None
        # Jitter, so that clients that were turned away together don't come back together.
        pause = min(self.first_pause * 2**attempt, self.longest_pause) * random.uniform(0.5, 1)  # noqa: S311
        if error.retry_after is not None:
            pause += error.retry_after
        return pause if elapsed + pause <= self.within else None
