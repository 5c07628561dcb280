"""How often resources were put back, so that a quarrel with somebody slows down."""

import time
from collections import deque
from collections.abc import Callable
from threading import Lock

from signalcraft.operator.manifest import Key

CORRECTIONS = 5
# Seconds.
WINDOW = 600.0
PAUSE = 120.0


class DriftBrake:
    """Counts the corrections of each object. Safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._corrections: dict[Key, deque[float]] = {}

    def pause(self, key: Key) -> float:
        """In how many seconds an object's resource may be put back: 0 for now, unless that was
        done often of late.
        """
        now = self._clock()
        with self._lock:
            times = self._corrections.get(key, deque())
            while times and times[0] <= now - WINDOW:
                times.popleft()
            if len(times) < CORRECTIONS:
                return 0.0
            return max(0.0, times[-1] + PAUSE - now)

    def corrected(self, key: Key) -> None:
        """Counts a correction."""
        with self._lock:
            times = self._corrections.setdefault(key, deque(maxlen=CORRECTIONS))
            times.append(self._clock())

    def forget(self, key: Key) -> None:
        """Forgets an object that is gone."""
        with self._lock:
            self._corrections.pop(key, None)
