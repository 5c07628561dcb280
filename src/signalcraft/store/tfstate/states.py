"""Terraform states: their rows, which every request that changes a state locks first."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import and_, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_ignore

from signalcraft.model.ids import new_id
from signalcraft.store.db.clock import now
from signalcraft.store.db.database import Connection, Row
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import terraform_state


class Reason(StrEnum):
    """Why a request was refused, or why a state is marked as unsaved."""

    LOCKED = "locked"
    UNSAVED = "unsaved"
    NOT_THE_HOLDER = "not-the-holder"
    OTHER_LINEAGE = "other-lineage"
    OLDER_SERIAL = "older-serial"
    SAME_SERIAL = "same-serial"
    UNREADABLE = "unreadable"
    RELEASED_WITHOUT_WRITE = "released-without-write"
    RESTORED = "restored"


@dataclass(frozen=True)
class Incident:
    """A request that was refused, or what kept an apply from saving the state."""

    at: str
    reason: Reason
    detail: str
    """A sentence about what happened."""
    account_name: str
    who: str | None = None
    """The person and machine, as Terraform says it when it takes the lock."""
    operation: str | None = None
    url: str | None = None
    """The CI run."""


class State(NamedTuple):
    """A state, without its content."""

    id: str
    name: str
    created_at: str
    refusal: Incident | None
    """The last request that was refused."""
    unsaved: Incident | None
    """Why applies are refused until somebody has looked; null where they aren't."""


_t = terraform_state.c
_COLUMNS = (_t.id, _t.name, _t.created_at, _t.refusal, _t.unsaved)
_of_workspace = _t.workspace_id == bindparam("workspace_id")
_BY_NAME = select(*_COLUMNS).where(and_(_of_workspace, _t.name == bindparam("name")))
_FIND = Statement(_BY_NAME)
_LOCK = Statement(_BY_NAME.with_for_update())
_ALL = Statement(select(*_COLUMNS).where(_of_workspace).order_by(_t.name))
# SQLite spells it alike.
_INSERT = Statement(insert_or_ignore(terraform_state).on_conflict_do_nothing())
_DELETE = Statement(delete(terraform_state).where(_t.id == bindparam("state_id")))
_NOTE = Statement(
    update(terraform_state)
    .where(_t.id == bindparam("state_id"))
    .values(refusal=bindparam("new_refusal"), unsaved=bindparam("new_unsaved"))
)


def find(connection: Connection, workspace_id: str, name: str) -> State | None:
    """The state with this name, if the workspace has it."""
    row = connection.one(_FIND, workspace_id=workspace_id, name=name)
    return _state(row) if row else None


def all_of(connection: Connection, workspace_id: str) -> list[State]:
    """The workspace's states in order of name."""
    return [_state(row) for row in connection.all(_ALL, workspace_id=workspace_id)]


def lock(connection: Connection, workspace_id: str, name: str) -> State | None:
    """The state with this name, whose row is locked until the transaction ends."""
    row = connection.one(_LOCK, workspace_id=workspace_id, name=name)
    return _state(row) if row else None


def lock_or_create(connection: Connection, workspace_id: str, name: str) -> State:
    """The same; the state is created if the workspace lacks it."""
    found = lock(connection, workspace_id, name)
    if found:
        return found
    connection.run(
        _INSERT,
        id=new_id("tfstate"),
        workspace_id=workspace_id,
        name=name,
        created_at=now(),
        refusal=None,
        unsaved=None,
    )
    created = lock(connection, workspace_id, name)
    assert created is not None
    return created


def note(
    connection: Connection, state: State, *, refusal: Incident | None, unsaved: Incident | None
) -> None:
    """Stores the last refusal and the mark."""
    if (refusal, unsaved) != (state.refusal, state.unsaved):
        connection.run(
            _NOTE, state_id=state.id, new_refusal=_text(refusal), new_unsaved=_text(unsaved)
        )


def remove(connection: Connection, state: State) -> None:
    """Deletes a state that has neither versions nor runs."""
    connection.run(_DELETE, state_id=state.id)


def _text(incident: Incident | None) -> str | None:
    return json.dumps(asdict(incident), ensure_ascii=False) if incident else None


def _incident(text: str | None) -> Incident | None:
    if text is None:
        return None
    fields = json.loads(text)
    return Incident(**fields | {"reason": Reason(fields["reason"])})


def _state(row: Row) -> State:
    id, name, created_at, refusal, unsaved = row
    return State(id, name, created_at, _incident(refusal), _incident(unsaved))
