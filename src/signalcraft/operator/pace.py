"""How fast an API key is used: a token bucket that obeys `Retry-After`."""

import time
from collections.abc import Callable
from threading import Lock


class Pace:
    """Spaces the requests that are made with one API key. Safe to share between threads.

    A token bucket, kept as the time at which it would be full (GCRA).
    """

    def __init__(
        self, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._interval = 1 / per_second
        self._slack = (burst - 1) * self._interval
        self._clock = clock
        self._lock = Lock()
        self._full_at = clock()
        self._paused_until = clock()

    def turn(self) -> float:
        """Takes a turn. Returns in how many seconds the request may be sent."""
        with self._lock:
            now = self._clock()
            at = max(now, self._paused_until, self._full_at - self._slack)
            self._full_at = max(self._full_at, at) + self._interval
            return at - now

    def pause(self, seconds: float) -> None:
        """Lets no request go for so many seconds, as `Retry-After` asks. The bucket is empty then:
        requests that waited come evenly, not all at once.
        """
        with self._lock:
            self._paused_until = max(self._paused_until, self._clock() + seconds)
            self._full_at = max(self._full_at, self._paused_until + self._slack)

    @property
    def paused_for(self) -> float:
        """For how many more seconds no request may go."""
        with self._lock:
            return max(0.0, self._paused_until - self._clock())
