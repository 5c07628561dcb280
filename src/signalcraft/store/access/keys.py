"""The API keys of service accounts: made, listed, ended."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, or_, select, update

from signalcraft.model.ids import new_id
from signalcraft.model.secret import digest, hint, new_secret
from signalcraft.model.service_account import Scope
from signalcraft.store.db.clock import now
from signalcraft.store.db.database import Connection, Row
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import api_key, resource

_COLUMNS = (
    api_key.c.id,
    api_key.c.name,
    api_key.c.hint,
    api_key.c.created_at,
    api_key.c.expires_at,
    api_key.c.revoked_at,
    api_key.c.last_used_at,
    api_key.c.trust_id,
    api_key.c.subject,
    api_key.c.run_url,
    api_key.c.scopes,
    api_key.c.lifetime_seconds,
)
_of_account = and_(
    api_key.c.workspace_id == bindparam("workspace_id"),
    api_key.c.service_account_id == bindparam("service_account_id"),
)
_LIST = Statement(select(*_COLUMNS).where(_of_account).order_by(api_key.c.id))
_FIND = Statement(select(*_COLUMNS).where(_of_account, api_key.c.id == bindparam("id")))
_TAKEN = Statement(select(api_key.c.id).where(api_key.c.digest == bindparam("digest")))
_INSERT = Statement(insert(api_key))
_EXPIRE = Statement(
    update(api_key)
    .where(api_key.c.id == bindparam("key_id"))
    .values(expires_at=bindparam("new_expires_at"))
)
_REVOKE = Statement(
    update(api_key)
    .where(api_key.c.id == bindparam("key_id"))
    .values(revoked_at=bindparam("new_revoked_at"))
)
_FORGET_EXCHANGED = Statement(
    delete(api_key).where(
        api_key.c.service_account_id == bindparam("service_account_id"),
        api_key.c.trust_id.is_not(None),
        api_key.c.expires_at < bindparam("before"),
    )
)
_USED = Statement(
    update(api_key)
    .where(
        api_key.c.id == bindparam("key_id"),
        # Another process may know of a later use.
        or_(
            api_key.c.last_used_at.is_(None),
            api_key.c.last_used_at < bindparam("new_last_used_at"),
        ),
    )
    .values(last_used_at=bindparam("new_last_used_at"))
)


_END = update(api_key).where(api_key.c.ended_at.is_(None)).values(ended_at=bindparam("at"))
_END_EXPIRED = Statement(_END.where(api_key.c.expires_at <= bindparam("at")))
_ANY_TO_END = Statement(
    select(api_key.c.id)
    .where(api_key.c.ended_at.is_(None), api_key.c.expires_at <= bindparam("at"))
    .limit(1)
)
_END_OLDER = Statement(
    _END.where(
        api_key.c.workspace_id == bindparam("in_workspace"),
        api_key.c.created_at <= bindparam("oldest"),
    )
)
_SCOPES = Statement(
    select(api_key.c.scopes).where(
        api_key.c.service_account_id == bindparam("service_account_id"),
        api_key.c.revoked_at.is_(None),
        api_key.c.ended_at.is_(None),
    )
)
_ACCOUNT = Statement(select(resource.c.document).where(resource.c.id == bindparam("id")))


@dataclass(frozen=True)
class Exchanged:
    """What a key was exchanged for: a token that a trust accepted."""

    trust_id: str
    subject: str
    """The token's `sub`."""
    run_url: str | None
    """The CI run that the token is of, where that is known."""
    scopes: tuple[Scope, ...] | None
    """The scopes that were asked for; None for all of the account's."""


@dataclass(frozen=True)
class Key:
    """A key, without its secret."""

    id: str
    name: str
    hint: str
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None
    trust_id: str | None
    subject: str | None
    run_url: str | None
    scopes: tuple[Scope, ...]
    """What the account could do when the key was made: it can do no more, whatever the account can
    do later."""
    lifetime_seconds: int | None
    """How long it was made for; None for as long as the workspace allows."""


def create(
    connection: Connection,
    workspace_id: str,
    service_account_id: str,
    name: str,
    expires_at: str | None = None,
    exchanged: Exchanged | None = None,
    secret: str | None = None,
) -> tuple[Key, str]:
    """A new key of an account, and its secret, which nothing can show again.

    `exchanged` says what it was exchanged for; a key without is a stored one. A secret is made
    unless the caller brings one.
    """
    secret, at = secret or new_secret(), now()
    granted = exchanged.scopes if exchanged else None
    if granted is None:
        granted = _scopes_of_account(connection, service_account_id)
    key = Key(
        id=new_id("key"),
        name=name,
        hint=hint(secret),
        created_at=at,
        expires_at=expires_at,
        revoked_at=None,
        last_used_at=None,
        trust_id=exchanged.trust_id if exchanged else None,
        subject=exchanged.subject if exchanged else None,
        run_url=exchanged.run_url if exchanged else None,
        scopes=granted,
        lifetime_seconds=_seconds(at, expires_at),
    )
    connection.run(
        _INSERT,
        workspace_id=workspace_id,
        service_account_id=service_account_id,
        digest=digest(secret),
        ended_at=None,
        **(vars(key) | {"scopes": json.dumps(granted)}),
    )
    return key, secret


def _scopes_of_account(connection: Connection, id: str) -> tuple[Scope, ...]:
    row = connection.one(_ACCOUNT, id=id)
    return tuple(json.loads(row[0])["scopes"]) if row else ()


def _seconds(start: str, end: str | None) -> int | None:
    if end is None:
        return None
    return round((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())


def scopes_of(connection: Connection, service_account_id: str) -> frozenset[Scope]:
    """What the keys of an account that still work may do together."""
    rows = connection.all(_SCOPES, service_account_id=service_account_id)
    return frozenset(scope for (scopes,) in rows for scope in json.loads(scopes))


def end_expired(connection: Connection, at: str) -> None:
    """Ends the keys that have expired by now for good: a clock that is set back, or the other clock
    of another server, doesn't revive them.
    """
    if connection.one(_ANY_TO_END, at=at):
        connection.run(_END_EXPIRED, at=at)


def end_older(connection: Connection, workspace_id: str, oldest: str, at: str) -> None:
    """Ends the keys of a workspace that were made by `oldest` for good."""
    connection.run(_END_OLDER, in_workspace=workspace_id, oldest=oldest, at=at)


def told(key: Key, service_account_id: str) -> dict[str, Any]:
    """What the feed says of a key."""
    return {
        "service_account_id": service_account_id,
        "name": key.name,
        "scopes": list(key.scopes),
        "expires_at": key.expires_at,
    }


def forget_exchanged(connection: Connection, service_account_id: str, before: str) -> None:
    """Deletes an account's exchanged keys that expired before an instant: each run leaves one."""
    connection.run(_FORGET_EXCHANGED, service_account_id=service_account_id, before=before)


def is_secret_taken(connection: Connection, secret: str) -> bool:
    """Whether a key with this secret exists, in whatever workspace, even a revoked one."""
    return connection.one(_TAKEN, digest=digest(secret)) is not None


def of_account(connection: Connection, workspace_id: str, service_account_id: str) -> list[Key]:
    """All keys of an account, the oldest first, revoked ones too."""
    rows = connection.all(_LIST, workspace_id=workspace_id, service_account_id=service_account_id)
    return [_key(row) for row in rows]


def find(connection: Connection, workspace_id: str, service_account_id: str, id: str) -> Key | None:
    """The key with this id, if the account has it."""
    row = connection.one(
        _FIND, workspace_id=workspace_id, service_account_id=service_account_id, id=id
    )
    return _key(row) if row else None


def _key(row: Row) -> Key:
    columns, (scopes, lifetime_seconds) = row[:-2], row[-2:]
    return Key(*(*columns, tuple(json.loads(scopes)), lifetime_seconds))


def revoke(connection: Connection, id: str, at: str) -> None:
    """Stops a key at once."""
    connection.run(_REVOKE, key_id=id, new_revoked_at=at)


def expire(connection: Connection, id: str, at: str) -> None:
    """Lets a key work until then and no longer."""
    connection.run(_EXPIRE, key_id=id, new_expires_at=at)


def note_use(connection: Connection, used: dict[str, str]) -> None:
    """Stores when keys were last used: times by key id."""
    # All processes lock the rows in one order, so that none waits for another that waits for it.
    in_order = sorted(used.items())
    connection.run_many(_USED, [{"key_id": id, "new_last_used_at": at} for id, at in in_order])
