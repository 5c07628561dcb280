"""Waiting for the configuration to change, without holding a thread."""

import asyncio
import contextlib
import threading

from signalcraft.store.db.database import Database
from signalcraft.store.db.watch import watch


class ChangeSignal:
    """Wakes those who wait for a change, whichever process makes it."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()
        self._stop = threading.Event()
        self._watch: threading.Thread | None = None

    def start(self, database: Database) -> None:
        """Begins to listen; called once, in the event loop of those who wait."""
        loop = asyncio.get_running_loop()

        def wake() -> None:
            with contextlib.suppress(RuntimeError):  # The loop is closed: nobody waits any more.
                loop.call_soon_threadsafe(self._wake)

        database.after_commit(wake)
        self._watch = threading.Thread(
            target=watch, args=(database, wake, self._stop), name="watch", daemon=True
        )
        self._watch.start()

    def stop(self) -> None:
        """Ends the listening, and wakes everybody."""
        self._stop.set()
        self._wake()

    def close(self) -> None:
        """Returns when the database is not listened to any more, and so can be closed."""
        self.stop()
        if self._watch is not None:
            self._watch.join()

    @property
    def stopped(self) -> bool:
        """Whether waiting is over for everybody."""
        return self._stop.is_set()

    def ticket(self) -> asyncio.Event:
        """To be taken before reading what may have changed: then no change is missed."""
        return self._changed

    async def wait(self, ticket: asyncio.Event, seconds: float) -> None:
        """Returns when something has changed since the ticket was taken, or time is up."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ticket.wait(), seconds)

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
