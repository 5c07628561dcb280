"""When keys were last used: kept in memory, and stored once a minute instead of at each request."""

import asyncio
import time
from datetime import UTC, datetime

import structlog

from signalcraft.store.access import keys
from signalcraft.store.db.clock import now, timestamp
from signalcraft.store.db.database import Database
from signalcraft.store.db.failures import UnusableDatabase

_SECONDS = 60

log = structlog.get_logger()


class KeyUse:
    """When each key was last used since the last time that this was stored."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._used: dict[str, float] = {}

    def note(self, key_id: str) -> None:
        """A request came with this key."""
        self._used[key_id] = time.time()

    def store(self) -> None:
        """Stores what was noted, and ends the keys that have expired; where the database can't be
        used, that waits for the next time.
        """
        used, self._used = self._used, {}
        times = {id: timestamp(datetime.fromtimestamp(at, UTC)) for id, at in used.items()}
        try:
            with self._database.transaction() as connection:
                keys.note_use(connection, times)
                keys.end_expired(connection, now())
        except UnusableDatabase as error:
            log.warning("the last use of keys is not stored yet", reason=str(error))
            self._used = used | self._used

    async def store_every_minute(self) -> None:
        """Stores what was noted, again and again, until it is cancelled."""
        while True:
            await asyncio.sleep(_SECONDS)
            await asyncio.to_thread(self.store)
