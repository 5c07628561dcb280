"""The answers that are kept for requests with an Idempotency-Key."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select

from signalcraft.store.db.clock import timestamp
from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import idempotency

KEPT_FOR = timedelta(hours=24)

_t = idempotency.c
_FIND = Statement(
    select(_t.fingerprint, _t.status, _t.headers, _t.body).where(
        _t.service_account_id == bindparam("service_account_id"), _t.key == bindparam("key")
    )
)
_FORGET = Statement(delete(idempotency).where(_t.created_at < bindparam("before")))
_KEEP = Statement(insert(idempotency))


@dataclass(frozen=True)
class Kept:
    """An answer, and the fingerprint of the request that it was given to."""

    fingerprint: str
    status: int
    headers: dict[str, str]
    body: str


def find(connection: Connection, service_account_id: str, key: str) -> Kept | None:
    """The answer kept under a key. Those older than 24 hours are forgotten first."""
    connection.run(_FORGET, before=timestamp(datetime.now(UTC) - KEPT_FOR))
    row = connection.one(_FIND, service_account_id=service_account_id, key=key)
    return Kept(row[0], row[1], json.loads(row[2]), row[3]) if row else None


def keep(connection: Connection, service_account_id: str, key: str, kept: Kept) -> None:
    """Keeps an answer, in the transaction that made it."""
    connection.run(
        _KEEP,
        service_account_id=service_account_id,
        key=key,
        fingerprint=kept.fingerprint,
        status=kept.status,
        headers=json.dumps(kept.headers),
        body=kept.body,
        created_at=timestamp(datetime.now(UTC)),
    )
