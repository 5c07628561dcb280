"""Which object is next: a queue of keys, each at most once, each in one worker's hands at a time."""

import heapq
import random
import time
from collections.abc import Callable, Hashable
from enum import IntEnum
from itertools import count
from threading import Condition
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Urgency(IntEnum):
    """What is taken first."""

    EDIT = 0
    """Somebody waits for it: an object, or its resource, has changed."""
    RESYNC = 1
    """Only looked at again, to be sure."""


class WorkQueue(Generic[K]):
    """Keys that wait for a worker. Safe to share between threads.

    A key that is added again while it waits stays in its place, or moves to the more urgent line.
    One that is added while a worker has it waits until the worker is done.
    """

    def __init__(
        self,
        *,
        first_pause: float = 0.5,
        longest_pause: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = lambda: random.uniform(0.5, 1),  # noqa: S311 — no secret
    ) -> None:
        """Pauses are in seconds: after a failure, twice as long after each further one."""
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._clock = clock
        self._jitter = jitter
        self._changed = Condition()
        self._lines: dict[Urgency, dict[K, float]] = {urgency: {} for urgency in Urgency}
        self._taken: set[K] = set()
        self._again: dict[K, Urgency] = {}
        self._due: dict[K, tuple[float, Urgency]] = {}
        self._heap: list[tuple[float, int, K]] = []
        self._order = count()
        self._failures: dict[K, int] = {}
        self._closed = False

    def __len__(self) -> int:
        """How many keys wait, without those that pause."""
        with self._changed:
            return sum(map(len, self._lines.values())) + len(self._again)

    @property
    def pausing(self) -> int:
        """How many keys wait for a time to come."""
        with self._changed:
            return len(self._due)

    def add(self, key: K, urgency: Urgency = Urgency.EDIT) -> None:
        """Has a key looked at as soon as possible, even if it pauses."""
        with self._changed:
            self._add(key, urgency)

    def add_later(self, key: K, seconds: float, urgency: Urgency = Urgency.EDIT) -> None:
        """Has a key looked at after so many seconds, or earlier if that was asked for already."""
        with self._changed:
            if seconds <= 0:
                self._add(key, urgency)
                return
            due = self._clock() + seconds
            if key in self._due and self._due[key][0] <= due:
                return
            self._due[key] = (due, urgency)
            heapq.heappush(self._heap, (due, next(self._order), key))
            self._changed.notify()

    def retry(self, key: K) -> float:
        """Has a key looked at after a pause, which grows with each failure. Returns its seconds."""
        with self._changed:
            failures = self._failures.get(key, 0)
            self._failures[key] = failures + 1
        pause = min(self._first_pause * 2.0 ** min(failures, 30), self._longest_pause)
        pause *= self._jitter()
        self.add_later(key, pause)
        return pause

    def failures(self, key: K) -> int:
        """How often a key has failed since it last succeeded."""
        with self._changed:
            return self._failures.get(key, 0)

    def succeeded(self, key: K) -> None:
        """Forgets a key's failures."""
        with self._changed:
            self._failures.pop(key, None)

    def take(self, timeout: float | None = None) -> K | None:
        """The next key, which belongs to the caller until `done`; None when the queue is closed, or
        after so many seconds.
        """
        give_up = None if timeout is None else self._clock() + timeout
        with self._changed:
            while not self._closed:
                self._wake()
                for line in self._lines.values():
                    if line:
                        key = next(iter(line))
                        del line[key]
                        self._taken.add(key)
                        return key
                now = self._clock()
                if give_up is not None and now >= give_up:
                    return None
                ends = [at for at in (give_up, self._next_due()) if at is not None]
                self._changed.wait(max(0.0, min(ends) - now) if ends else None)
        return None

    def done(self, key: K) -> None:
        """Gives a key back; it waits again if it was added meanwhile."""
        with self._changed:
            self._taken.discard(key)
            urgency = self._again.pop(key, None)
            if urgency is not None:
                self._add(key, urgency)

    def close(self) -> None:
        """Ends all waiting for keys."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _add(self, key: K, urgency: Urgency) -> None:
        self._due.pop(key, None)
        if key in self._taken:
            self._again[key] = min(urgency, self._again.get(key, urgency))
            return
        held = next((u for u, line in self._lines.items() if key in line), None)
        if held is not None and held <= urgency:
            return
        if held is not None:
            del self._lines[held][key]
        self._lines[urgency][key] = self._clock()
        self._changed.notify()

    def _wake(self) -> None:
        """Moves the keys whose pause is over into their lines."""
        now = self._clock()
        while self._heap and self._heap[0][0] <= now:
            at, _, key = heapq.heappop(self._heap)
            if key in self._due and self._due[key][0] == at:
                self._add(key, self._due[key][1])

    def _next_due(self) -> float | None:
        while self._heap:
            at, _, key = self._heap[0]
            if key in self._due and self._due[key][0] == at:
                return at
            heapq.heappop(self._heap)
        return None
