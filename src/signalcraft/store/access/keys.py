"""API keys: whom a key stands for, and the keys of a service account."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, case, func, insert, or_, select, update

from signalcraft.model.ids import new_id
from signalcraft.model.secret import digest, hint, new_secret
from signalcraft.model.service_account import Scope
from signalcraft.store.db.clock import now, timestamp
from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import api_key, resource

_account = resource.alias("account")
_workspace = resource.alias("workspace_resource")

_CALLER = Statement(
    select(
        api_key.c.id,
        api_key.c.created_at,
        api_key.c.expires_at,
        api_key.c.revoked_at,
        api_key.c.workspace_id,
        _workspace.c.document,
        _account.c.id,
        _account.c.document,
    )
    .join_from(api_key, _account, _account.c.id == api_key.c.service_account_id)
    .join(_workspace, _workspace.c.id == api_key.c.workspace_id)
    .where(api_key.c.digest == bindparam("digest"))
)
_COLUMNS = (
    api_key.c.id,
    api_key.c.name,
    api_key.c.hint,
    api_key.c.created_at,
    api_key.c.expires_at,
    api_key.c.revoked_at,
    api_key.c.last_used_at,
)
_of_account = and_(
    api_key.c.workspace_id == bindparam("workspace_id"),
    api_key.c.service_account_id == bindparam("service_account_id"),
)
_LIST = Statement(select(*_COLUMNS).where(_of_account).order_by(api_key.c.id))
_FIND = Statement(select(*_COLUMNS).where(_of_account, api_key.c.id == bindparam("id")))
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


_is_expired = and_(api_key.c.revoked_at.is_(None), api_key.c.expires_at <= bindparam("now"))
_COUNT = Statement(
    select(
        func.sum(case((or_(api_key.c.revoked_at.is_not(None), _is_expired), 0), else_=1)),
        func.sum(case((_is_expired, 1), else_=0)),
        func.sum(case((api_key.c.revoked_at.is_not(None), 1), else_=0)),
    )
)


@dataclass(frozen=True)
class Caller:
    """Whom a valid key stands for."""

    key_id: str
    workspace_id: str
    workspace_name: str
    service_account_id: str
    service_account_name: str
    scopes: frozenset[Scope]


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


class Refused(Exception):
    """The key stands for nobody; the message says why."""


def caller(connection: Connection, digest: str) -> Caller:
    """Whom the key with this digest stands for. Raises `Refused`."""
    row = connection.one(_CALLER, digest=digest)
    if row is None:
        raise Refused("No service account has this API key.")
    key_id, created_at, expires_at, revoked_at, workspace_id, workspace, account_id, account = row
    workspace_name, max_age = _workspace_facts(workspace)
    account_name, disabled, scopes = _account_facts(account)
    if revoked_at:
        raise Refused(f"The API key was revoked at {revoked_at}. Use another.")
    expires_at = _expiry(created_at, expires_at, max_age)
    if expires_at and expires_at <= now():
        raise Refused(
            f"The API key expired at {expires_at}. Use the one that replaced it, or create another."
        )
    if disabled:
        raise Refused(f"The service account {account_name!r} is disabled.")
    return Caller(key_id, workspace_id, workspace_name, account_id, account_name, scopes)


def _expiry(created_at: str, expires_at: str | None, max_age_days: int | None) -> str | None:
    """When a key stops working: as it says itself, or at the age that the workspace allows."""
    if max_age_days is None:
        return expires_at
    oldest = timestamp(datetime.fromisoformat(created_at) + timedelta(days=max_age_days))
    return min(expires_at or oldest, oldest)


# A few workspaces and accounts make nearly all requests: their documents are decoded once.
@lru_cache(maxsize=1024)
def _workspace_facts(document: str) -> tuple[str, int | None]:
    fields: dict[str, Any] = json.loads(document)
    return fields["name"], fields["max_api_key_age_days"]


@lru_cache(maxsize=1024)
def _account_facts(document: str) -> tuple[str, bool, frozenset[Scope]]:
    fields: dict[str, Any] = json.loads(document)
    return fields["name"], fields["disabled"], frozenset(fields["scopes"])


def create(
    connection: Connection,
    workspace_id: str,
    service_account_id: str,
    name: str,
    expires_at: str | None = None,
) -> tuple[Key, str]:
    """A new key of an account, and its secret, which nothing can show again."""
    secret = new_secret()
    key = Key(new_id("key"), name, hint(secret), now(), expires_at, None, None)
    connection.run(
        _INSERT,
        id=key.id,
        workspace_id=workspace_id,
        service_account_id=service_account_id,
        name=name,
        hint=key.hint,
        digest=digest(secret),
        created_at=key.created_at,
        expires_at=expires_at,
        revoked_at=None,
        last_used_at=None,
    )
    return key, secret


def of_account(connection: Connection, workspace_id: str, service_account_id: str) -> list[Key]:
    """All keys of an account, the oldest first, revoked ones too."""
    rows = connection.all(_LIST, workspace_id=workspace_id, service_account_id=service_account_id)
    return [Key(*row) for row in rows]


def find(connection: Connection, workspace_id: str, service_account_id: str, id: str) -> Key | None:
    """The key with this id, if the account has it."""
    row = connection.one(
        _FIND, workspace_id=workspace_id, service_account_id=service_account_id, id=id
    )
    return Key(*row) if row else None


def revoke(connection: Connection, id: str, at: str) -> None:
    """Stops a key at once."""
    connection.run(_REVOKE, key_id=id, new_revoked_at=at)


def expire(connection: Connection, id: str, at: str) -> None:
    """Lets a key work until then and no longer."""
    connection.run(_EXPIRE, key_id=id, new_expires_at=at)


def count_by_state(connection: Connection) -> dict[str, int]:
    """How many keys there are, of all workspaces: active, expired and revoked ones."""
    active, expired, revoked = connection.all(_COUNT, now=now())[0]
    return {"active": active or 0, "expired": expired or 0, "revoked": revoked or 0}


def note_use(connection: Connection, used: dict[str, str]) -> None:
    """Stores when keys were last used: times by key id."""
    # All processes lock the rows in one order, so that none waits for another that waits for it.
    in_order = sorted(used.items())
    connection.run_many(_USED, [{"key_id": id, "new_last_used_at": at} for id, at in in_order])
