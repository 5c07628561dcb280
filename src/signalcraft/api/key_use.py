"""When keys were last used: kept in memory, and stored once a minute instead of at each request."""

import asyncio
import time
from datetime import UTC, datetime

from signalcraft.store import keys
from signalcraft.store.clock import timestamp
from signalcraft.store.database import Database

_SECONDS = 60


class KeyUse:
    """When each key was last used since the last time that this was stored."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._used: dict[str, float] = {}

    def note(self, key_id: str) -> None:
        """A request came with this key."""
        self._used[key_id] = time.time()

    def store(self) -> None:
        """Stores what was noted."""
        used, self._used = self._used, {}
        if used:
            times = {id: timestamp(datetime.fromtimestamp(at, UTC)) for id, at in used.items()}
            with self._database.transaction() as connection:
                keys.note_use(connection, times)

    async def store_every_minute(self) -> None:
        """Stores what was noted, again and again, until it is cancelled."""
        while True:
            await asyncio.sleep(_SECONDS)
            await asyncio.to_thread(self.store)
