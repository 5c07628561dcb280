"""Runs of Terraform that have taken a state's lock."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import and_, bindparam, delete, insert, or_, select, update

from signalcraft.model.ids import new_id
from signalcraft.store.db.clock import now
from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import terraform_run, terraform_state, terraform_version


@dataclass(frozen=True)
class Caller:
    """Who sends a request about a state."""

    workspace_id: str
    account_id: str
    account_name: str
    key_id: str
    run_url: str | None = None
    """The CI run, where it is known."""


@dataclass(frozen=True)
class LockInfo:
    """What Terraform says of a lock that it takes."""

    lock_id: str
    operation: str
    who: str


class Run(NamedTuple):
    """A run that holds a state's lock, or held it."""

    id: str
    lock_id: str
    """A secret of the run: whoever has it may write under the lock."""
    operation: str
    who: str
    account_id: str
    account_name: str
    key_id: str
    url: str | None
    taken_at: str
    taken_revision: int
    released_at: str | None
    released_by: str | None

    @property
    def applies(self) -> bool:
        """Whether it changes real objects, according to Terraform's own word for what it does."""
        return applies(self.operation)


def applies(operation: str) -> bool:
    """Whether an operation is an apply. A refresh counts as one: it would write a state in which
    nothing is mended.
    """
    return operation in {"OperationTypeApply", "OperationTypeRefresh"}


def is_forced(operation: str) -> bool:
    """Whether Terraform has compared the states itself, and a person has forced the write: `state
    push -force`, `init -migrate-state`.
    """
    return operation in {"state-push", "migration destination state"}


_t = terraform_run.c
_COLUMNS = tuple(_t[name] for name in Run._fields)
_of_state = _t.state_id == bindparam("state_id")
_HELD = Statement(select(*_COLUMNS).where(_of_state, _t.released_at.is_(None)))
_HELD_BY_KEY = Statement(
    select(*_COLUMNS)
    .join_from(terraform_run, terraform_state, terraform_state.c.id == _t.state_id)
    .where(
        terraform_state.c.workspace_id == bindparam("workspace_id"),
        terraform_state.c.name == bindparam("name"),
        _t.released_at.is_(None),
        _t.key_id == bindparam("key_id"),
        _t.taken_at > bindparam("since"),
    )
)
_LATEST = Statement(select(*_COLUMNS).where(_of_state).order_by(_t.id.desc()).limit(1))
_WITH_LOCK = Statement(
    select(*_COLUMNS)
    .where(_of_state, _t.lock_id == bindparam("lock_id"))
    .order_by(_t.id.desc())
    .limit(1)
)
_INSERT = Statement(insert(terraform_run))
_RELEASE = Statement(
    update(terraform_run)
    .where(_t.id == bindparam("run_id"))
    .values(released_at=bindparam("new_released_at"), released_by=bindparam("new_released_by"))
)
_DELETE_ALL = Statement(delete(terraform_run).where(_of_state))
_HAS_WRITTEN = Statement(
    select(terraform_version.c.id).where(terraform_version.c.run_id == bindparam("run_id")).limit(1)
)
_PRUNE = Statement(
    delete(terraform_run).where(
        _of_state,
        _t.released_at.is_not(None),
        _t.id != bindparam("latest_id"),
        _t.id.not_in(
            select(terraform_version.c.run_id).where(
                terraform_version.c.state_id == bindparam("state_id"),
                terraform_version.c.run_id.is_not(None),
            )
        ),
    )
)
_OVERLAPPING = Statement(
    select(_t.state_id)
    .join_from(terraform_run, terraform_state, terraform_state.c.id == _t.state_id)
    .where(
        terraform_state.c.workspace_id == bindparam("workspace_id"),
        and_(_t.account_id == bindparam("account_id"), _t.state_id != bindparam("state_id")),
        or_(_t.released_at.is_(None), _t.released_at >= bindparam("since")),
    )
    .distinct()
)


def held(connection: Connection, state_id: str) -> Run | None:
    """The run that holds the state's lock."""
    row = connection.one(_HELD, state_id=state_id)
    return Run(*row) if row else None


def held_by_key(
    connection: Connection, workspace_id: str, name: str, key_id: str, since: str
) -> Run | None:
    """The run that holds the lock of the state with this name, if this key took it since then."""
    row = connection.one(
        _HELD_BY_KEY, workspace_id=workspace_id, name=name, key_id=key_id, since=since
    )
    return Run(*row) if row else None


def delete_all(connection: Connection, state_id: str) -> None:
    """Deletes a state's runs, of which nothing may have written a version that is left."""
    connection.run(_DELETE_ALL, state_id=state_id)


def latest(connection: Connection, state_id: str) -> Run | None:
    """The run that took the state's lock last."""
    row = connection.one(_LATEST, state_id=state_id)
    return Run(*row) if row else None


def with_lock(connection: Connection, state_id: str, lock_id: str) -> Run | None:
    """The run that holds the lock with this id, or held it, if it isn't forgotten yet."""
    row = connection.one(_WITH_LOCK, state_id=state_id, lock_id=lock_id)
    return Run(*row) if row else None


def begin(
    connection: Connection, state_id: str, caller: Caller, info: LockInfo, revision: int
) -> Run:
    """A new run, which holds the lock. Those that wrote nothing are forgotten."""
    last = latest(connection, state_id)
    if last:
        connection.run(_PRUNE, state_id=state_id, latest_id=last.id)
    run = Run(
        id=new_id("tfrun"),
        lock_id=info.lock_id,
        operation=info.operation,
        who=info.who,
        account_id=caller.account_id,
        account_name=caller.account_name,
        key_id=caller.key_id,
        url=caller.run_url,
        taken_at=now(),
        taken_revision=revision,
        released_at=None,
        released_by=None,
    )
    connection.run(_INSERT, state_id=state_id, **run._asdict())
    return run


def end(connection: Connection, run: Run, *, by: str | None = None) -> None:
    """Releases the run's lock; `by` names who does so by force."""
    connection.run(_RELEASE, run_id=run.id, new_released_at=now(), new_released_by=by)


def has_written(connection: Connection, run: Run) -> bool:
    """Whether a version was written under the run's lock."""
    return connection.one(_HAS_WRITTEN, run_id=run.id) is not None


def overlapping_states(
    connection: Connection, workspace_id: str, account_id: str, state_id: str, since: str
) -> list[str]:
    """The other states whose lock the account has held at some time since then: their ids."""
    rows = connection.all(
        _OVERLAPPING,
        workspace_id=workspace_id,
        account_id=account_id,
        state_id=state_id,
        since=since,
    )
    return [id for (id,) in rows]
