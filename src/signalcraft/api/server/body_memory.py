"""How much memory request bodies may take together."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from signalcraft.api.server.workers import Busy

# Bodies up to this size aren't counted: most are smaller, and counting would cost more.
_SMALL = 16 * 1024


class BodyMemory:
    """The bytes of the bodies that are being received or worked on, in total and by caller."""

    def __init__(self, total: int = 64 * 2**20, share: int = 16 * 2**20) -> None:
        """`share` is how much of the total one caller's bodies may take."""
        self._total = total
        self._share = share
        self._taken: Counter[str] = Counter()

    @contextmanager
    def room_for(self, caller: str, length: int) -> Iterator[None]:
        """Room for a body of this many bytes, for the block. Raises `Busy` if there is none."""
        if length <= _SMALL:
            yield
            return
        if self._taken[caller] + length > self._share:
            raise Busy
        if self._taken.total() + length > self._total:
            raise Busy
        self._taken[caller] += length
        try:
            yield
        finally:
            self._taken[caller] -= length
            if not self._taken[caller]:
                del self._taken[caller]
