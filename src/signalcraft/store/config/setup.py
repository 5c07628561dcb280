"""A workspace's beginning: its settings, its first owner, and an account that can do the rest."""

import json
from typing import Any, get_args

from sqlalchemy import insert, select

from signalcraft.model.draft import Draft, read_draft
from signalcraft.model.ids import new_id
from signalcraft.model.kinds import KINDS
from signalcraft.model.problem import invalid
from signalcraft.model.service_account import Scope
from signalcraft.store.access import keys
from signalcraft.store.config import records
from signalcraft.store.config.author import Author
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.config.write import Write
from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import workspace

_WORKSPACES = Statement(select(workspace.c.id).order_by(workspace.c.id))
_INSERT = Statement(insert(workspace))


def workspaces(connection: Connection) -> list[str]:
    """The ids of all workspaces, the oldest first."""
    return [id for (id,) in connection.all(_WORKSPACES)]


def create_workspace(
    connection: Connection, *, name: str, owner_email: str, owner_name: str
) -> str:
    """A new workspace with its first owner; returns its id. Raises `validation`."""
    workspace_id = new_id(KINDS["workspace"].id_prefix)
    connection.run(_INSERT, id=workspace_id, revision=0)
    write = Write(ChangeLog(connection, operator(workspace_id)))
    write.create(_draft("workspace", name=name), id=workspace_id)
    write.create(_draft("user", email=owner_email, name=owner_name, role="owner"))
    return workspace_id


def has_account(connection: Connection, workspace_id: str, name: str) -> bool:
    """Whether there is a service account with this name."""
    kind = KINDS["service_account"]
    return records.find_by_key(connection, workspace_id, kind, name) is not None


def create_key(connection: Connection, workspace_id: str, account: str, key: str) -> str:
    """A new key of the service account with this name, which is made, with all scopes, if there
    is none; returns the secret, which nothing can show again.
    """
    log = ChangeLog(connection, operator(workspace_id))
    kind = KINDS["service_account"]
    record = records.find_by_key(connection, workspace_id, kind, account)
    if record is None:
        draft = _draft("service_account", name=account, scopes=list(get_args(Scope)))
        record = Write(log).create(draft).record
    made, secret = keys.create(connection, workspace_id, record.id, key)
    log.enter("created", "api_key", made.id, made.name, [])
    return secret


def operator(workspace_id: str) -> Author:
    """Whoever works on the database itself, without a service account."""
    return Author(workspace_id, id="operator", name="signalcraft", request_id=new_id("req"))


def _draft(kind: str, **fields: Any) -> Draft:
    draft = read_draft(KINDS[kind], json.dumps(fields).encode())
    if draft.mistakes:
        raise invalid(draft.mistakes)
    return draft
