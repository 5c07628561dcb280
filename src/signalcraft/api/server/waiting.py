"""Waiting for the configuration to change, without holding a thread."""

import asyncio
import contextlib
import threading

from signalcraft.store.db.database import Database
from signalcraft.store.db.watch import watch


class ChangeSignal:
    """Wakes those who wait for a change to their workspace, whichever process makes it."""

    def __init__(self) -> None:
        self._count = 0
        self._all_changed_at = 0
        # By workspace: the count at its last change, and what its waiters wait for.
        self._changed_at: dict[str, int] = {}
        self._events: dict[str, asyncio.Event] = {}
        self._stop = threading.Event()
        self._watch: threading.Thread | None = None

    def start(self, database: Database) -> None:
        """Begins to listen; called once, in the event loop of those who wait."""
        loop = asyncio.get_running_loop()

        def changed(workspace_id: str | None) -> None:
            with contextlib.suppress(RuntimeError):  # The loop is closed: nobody waits any more.
                loop.call_soon_threadsafe(self.wake, workspace_id)

        database.after_commit(changed)
        self._watch = threading.Thread(
            target=watch, args=(database, changed, self._stop), name="watch", daemon=True
        )
        self._watch.start()

    def stop(self) -> None:
        """Ends the listening, and wakes everybody."""
        self._stop.set()
        self.wake(None)

    def close(self) -> None:
        """Returns when the database is not listened to any more, and so can be closed."""
        self.stop()
        if self._watch is not None:
            self._watch.join()

    @property
    def stopped(self) -> bool:
        """Whether waiting is over for everybody."""
        return self._stop.is_set()

    @property
    def ticket(self) -> int:
        """To be taken before reading what may have changed: then no change is missed."""
        return self._count

    async def wait(self, workspace_id: str, ticket: int, seconds: float) -> None:
        """Returns when the workspace has changed since the ticket was taken, or time is up."""
        if max(self._all_changed_at, self._changed_at.get(workspace_id, 0)) > ticket:
            return
        event = self._events.setdefault(workspace_id, asyncio.Event())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), seconds)

    def wake(self, workspace_id: str | None) -> None:
        """Wakes those who wait for this workspace; for any, if it is None."""
        self._count += 1
        if workspace_id is not None:
            self._changed_at[workspace_id] = self._count
            events = [self._events.pop(workspace_id, None)]
        else:
            self._all_changed_at = self._count
            events = [*self._events.values()]
            self._events.clear()
        for event in events:
            if event is not None:
                event.set()
