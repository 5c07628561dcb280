"""Whose an API key is: what makes a key work, and how many do."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import bindparam, select

from signalcraft.model.service_account import Scope
from signalcraft.store.db.clock import now, timestamp
from signalcraft.store.db.database import Connection, Row
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
        api_key.c.trust_id,
        api_key.c.run_url,
        api_key.c.scopes,
        api_key.c.ended_at,
    )
    .join_from(api_key, _account, _account.c.id == api_key.c.service_account_id)
    .join(_workspace, _workspace.c.id == api_key.c.workspace_id)
    .where(api_key.c.digest == bindparam("digest"))
)
_COUNT = Statement(
    select(
        api_key.c.revoked_at.is_not(None),
        api_key.c.ended_at.is_not(None),
        api_key.c.trust_id.is_not(None),
        api_key.c.created_at,
        api_key.c.expires_at,
        _account.c.document,
        _workspace.c.document,
    )
    .join_from(api_key, _account, _account.c.id == api_key.c.service_account_id)
    .join(_workspace, _workspace.c.id == api_key.c.workspace_id)
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
    run_url: str | None = None
    """The CI run whose token the key was exchanged for, where that is known."""


class Refused(Exception):
    """The key is not accepted; the message says why."""


class Expired(Refused):
    """The key has expired, and would be valid otherwise."""

    def __init__(self, at: str, caller: Caller) -> None:
        super().__init__(
            f"The API key expired at {at}. Use the one that replaced it, or create another."
        )
        self.caller = caller


def caller(connection: Connection, digest: str) -> Caller:
    """Whose key has this digest. Raises `Refused`."""
    row = connection.one(_CALLER, digest=digest)
    if row is None:
        raise Refused("No service account has this API key.")
    key_id, created_at, expires_at, revoked_at, workspace_id, workspace, account_id, account = row[
        :8
    ]
    trust_id, run_url, granted, ended_at = row[8:]
    workspace_name, max_age = _workspace_facts(workspace)
    facts = _account_facts(account)
    if revoked_at:
        raise Refused(f"The API key was revoked at {revoked_at}. Use another.")
    if facts.disabled:
        raise Refused(f"The service account {facts.name!r} is disabled.")
    if facts.keyless_only and trust_id is None:
        raise Refused(
            f"The service account {facts.name!r} refuses stored API keys: exchange a token for a key."
        )
    # The account's scopes are those of now: a scope that it has lost is lost to its keys at once.
    # One that it has gained isn't gained by keys that others made before.
    scopes = facts.scopes & _granted(granted)
    found = Caller(
        key_id, workspace_id, workspace_name, account_id, facts.name, scopes, run_url=run_url
    )
    expires_at = _expiry(created_at, expires_at, max_age)
    if ended_at or (expires_at and expires_at <= now()):
        raise Expired(expires_at or ended_at, found)
    return found


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


class _AccountFacts(NamedTuple):
    name: str
    disabled: bool
    keyless_only: bool
    scopes: frozenset[Scope]


@lru_cache(maxsize=1024)
def _granted(scopes: str) -> frozenset[Scope]:
    return frozenset(json.loads(scopes))


@lru_cache(maxsize=1024)
def _account_facts(document: str) -> _AccountFacts:
    fields: dict[str, Any] = json.loads(document)
    return _AccountFacts(
        fields["name"], fields["disabled"], fields["keyless_only"], frozenset(fields["scopes"])
    )


KeyState = Literal["active", "disabled", "expired", "revoked"]


def count_by_state(connection: Connection) -> dict[KeyState, int]:
    """How many keys there are, of all workspaces, by state. Only active ones are accepted; those of
    an account that is disabled, or that takes no stored keys, are disabled.
    """
    at = now()
    counts: dict[KeyState, int] = dict.fromkeys(get_args(KeyState), 0)
    for row in connection.all(_COUNT):
        counts[_state(row, at)] += 1
    return counts


def _state(row: Row, at: str) -> KeyState:
    revoked, ended, exchanged, created_at, expires_at, account, workspace = row
    facts = _account_facts(account)
    if revoked:
        return "revoked"
    if facts.disabled or (facts.keyless_only and not exchanged):
        return "disabled"
    _, max_age = _workspace_facts(workspace)
    expiry = _expiry(created_at, expires_at, max_age)
    return "expired" if ended or (expiry and expiry <= at) else "active"
