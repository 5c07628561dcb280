"""A workspace's beginning: its settings, its first owner, and an account that can do the rest."""

import json
from collections.abc import Sequence
from typing import Any, get_args

from sqlalchemy import bindparam, insert, select

from signalcraft.model.diff import diff
from signalcraft.model.draft import Draft, read_draft
from signalcraft.model.ids import new_id
from signalcraft.model.kinds import KINDS
from signalcraft.model.problem import invalid
from signalcraft.model.service_account import Scope
from signalcraft.store.access import keys
from signalcraft.store.config import guards, records
from signalcraft.store.config.author import Author
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.config.write import Write
from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import resource, workspace

_WORKSPACES = Statement(select(workspace.c.id).order_by(workspace.c.id))
_INSERT = Statement(insert(workspace))
_ACCOUNTS = Statement(
    select(resource.c.id, resource.c.name)
    .where(
        resource.c.workspace_id == bindparam("workspace_id"), resource.c.kind == "service_account"
    )
    .order_by(resource.c.id)
)
ALL_SCOPES: Sequence[Scope] = get_args(Scope)


def workspaces(connection: Connection) -> list[str]:
    """The ids of all workspaces, the oldest first."""
    return [id for (id,) in connection.all(_WORKSPACES)]


def create_workspace(
    connection: Connection, *, name: str, owner_email: str, owner_name: str
) -> str:
    """A new workspace with its first owner; returns its id. Raises `validation`."""
    workspace_id = new_id(KINDS["workspace"].id_prefix)
    connection.run(_INSERT, id=workspace_id, revision=0, acting_owner_id=None)
    write = Write(ChangeLog(connection, operator(workspace_id)))
    write.create(_draft("workspace", name=name), id=workspace_id)
    write.create(_draft("user", email=owner_email, name=owner_name, role="owner"))
    return workspace_id


def accounts(connection: Connection, workspace_id: str) -> dict[str, str]:
    """The ids of a workspace's service accounts, by name."""
    return {name: id for id, name in connection.all(_ACCOUNTS, workspace_id=workspace_id)}


def create_account(
    connection: Connection, workspace_id: str, name: str, scopes: Sequence[Scope]
) -> None:
    """Creates a service account. Raises `validation` and `name-taken`."""
    write = Write(ChangeLog(connection, operator(workspace_id)))
    write.create(_draft("service_account", name=name, scopes=list(scopes)))


def create_key(connection: Connection, workspace_id: str, account: str, key: str) -> str:
    """A new key of the service account with this name; returns the secret, which nothing can
    show again. Raises `stored-key-refused`.
    """
    log = ChangeLog(connection, operator(workspace_id))
    account_id = accounts(connection, workspace_id)[account]
    record = records.find(connection, workspace_id, KINDS["service_account"], account_id)
    assert record is not None
    guards.refuse_stored_key(record)
    made, secret = keys.create(connection, workspace_id, account_id, key)
    log.enter("created", "api_key", made.id, made.name, diff({}, keys.told(made, account_id)))
    return secret


def revoke_key(connection: Connection, workspace_id: str, id: str) -> bool:
    """Revokes a key at once; returns whether the workspace has it."""
    log = ChangeLog(connection, operator(workspace_id))
    for account_id in accounts(connection, workspace_id).values():
        key = keys.find(connection, workspace_id, account_id, id)
        if key is None:
            continue
        if key.revoked_at is None:
            keys.revoke(connection, id, log.at)
            log.enter("deleted", "api_key", id, key.name, diff(keys.told(key, account_id), {}))
        return True
    return False


def operator(workspace_id: str) -> Author:
    """Whoever works on the database itself, without a service account."""
    return Author(workspace_id, id="operator", name="signalcraft", request_id=new_id("req"))


def _draft(kind: str, **fields: Any) -> Draft:
    draft = read_draft(KINDS[kind], json.dumps(fields).encode())
    if draft.mistakes:
        raise invalid(draft.mistakes)
    return draft
