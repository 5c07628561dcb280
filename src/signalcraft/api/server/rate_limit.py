"""How many requests a caller may make: a token bucket each."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from signalcraft.model.problem import Problem, Slug

# The bucket that was used longest ago goes when there are more than this.
_MANY = 10_000


@dataclass
class _Bucket:
    tokens: float
    at: float


class RateLimit:
    """Lets each caller make `per_second` requests a second, and `burst` at once."""

    def __init__(
        self, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_second = per_second
        self._burst = burst
        self._policy = f'"default";q={burst};w={math.ceil(burst / per_second)}'
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, caller: str) -> dict[str, str]:
        """Counts a request; returns the headers that say what is left. Raises `rate-limited`."""
        with self._lock:
            bucket = self._refilled(caller)
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                return self._headers(bucket)
        raise self._exceeded(bucket)

    def look(self, caller: str) -> dict[str, str]:
        """The headers that say what is left; counts nothing."""
        with self._lock:
            return self._headers(self._refilled(caller))

    def _refilled(self, caller: str) -> _Bucket:
        now = self._clock()
        # Last again, so that the first is always the one that was used longest ago.
        bucket = self._buckets.pop(caller, None) or _Bucket(self._burst, now)
        self._buckets[caller] = bucket
        if len(self._buckets) > _MANY:
            del self._buckets[next(iter(self._buckets))]
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._per_second)
        bucket.at = now
        return bucket

    def _headers(self, bucket: _Bucket) -> dict[str, str]:
        """`RateLimit-Policy` and `RateLimit`, as draft-ietf-httpapi-ratelimit-headers-10 has
        them.
        """
        refill = math.ceil((self._burst - bucket.tokens) / self._per_second)
        return {
            "RateLimit-Policy": self._policy,
            "RateLimit": f'"default";r={int(bucket.tokens)};t={refill}',
        }

    def _exceeded(self, bucket: _Bucket) -> Problem:
        seconds = max(1, math.ceil((1 - bucket.tokens) / self._per_second))
        return Problem(
            Slug.RATE_LIMITED,
            f"Wait {seconds} s, and send it again. {self._per_second:g} requests a second are "
            f"allowed, and {self._burst} at once.",
            headers={"Retry-After": str(seconds), **self._headers(bucket)},
        )
