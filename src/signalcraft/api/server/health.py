"""Whether the database can be used, asked at most once a second however many probes come."""

import asyncio
import time

import structlog

from signalcraft.api.http.server_state import Findings
from signalcraft.api.server.workers import Busy, TooLate, Workers
from signalcraft.store.access import callers
from signalcraft.store.db.database import Database
from signalcraft.store.db.failures import UnusableDatabase
from signalcraft.store.db.schema_revision import pending

_KEPT_SECONDS = 1.0
_PATIENCE_SECONDS = 2.0
_UNREACHABLE = "The database can't be reached."

log = structlog.get_logger()


class Health:
    """Looks after the database for `/readyz` and `/metrics`, in a thread of its own."""

    def __init__(self, database: Database) -> None:
        self.findings = Findings(_UNREACHABLE, database_up=False)
        self._database = database
        self._workers = Workers("health", 1, share=1, interrupt=database.interrupt)
        self._looking: asyncio.Task[None] | None = None
        self._looked_at = -_KEPT_SECONDS

    async def look(self) -> None:
        """Brings `findings` up to date. Takes two seconds at most."""
        if time.monotonic() - self._looked_at < _KEPT_SECONDS:
            return
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        await asyncio.shield(self._looking)

    def close(self) -> None:
        """Lets the thread go."""
        self._workers.close()

    async def _look(self) -> None:
        try:
            self.findings = await self._workers.run("", self._find, _PATIENCE_SECONDS)
        except (Busy, TooLate):
            self.findings = Findings("The database doesn't answer.", database_up=False)
        except UnusableDatabase as error:
            log.warning("the database can't be used", reason=str(error))
            self.findings = Findings(_UNREACHABLE, database_up=False)
        self._looked_at = time.monotonic()

    def _find(self) -> Findings:
        if pending(self._database):
            reason = "The database's tables are not up to date: run signalcraft migrate."
            return Findings(reason, database_up=True)
        counts = callers.count_by_state(self._database.connection())
        return Findings(None, database_up=True, keys=counts)
