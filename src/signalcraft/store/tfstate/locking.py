"""Taking and releasing a state's lock."""

from signalcraft.store.config import changes
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.db.clock import now
from signalcraft.store.db.database import Connection
from signalcraft.store.tfstate import runs, sentences, states
from signalcraft.store.tfstate.keyring import Keyring
from signalcraft.store.tfstate.objects import Ownership
from signalcraft.store.tfstate.runs import Caller, LockInfo, Run
from signalcraft.store.tfstate.states import Incident, Reason, State


class Refused(Exception):
    """The request is refused; the message says why and what to do."""

    def __init__(self, reason: Reason, detail: str, holder: Run | None = None) -> None:
        """`holder` is the run that holds the lock which isn't granted."""
        super().__init__(detail)
        self.reason = reason
        self.holder = holder


def take(connection: Connection, caller: Caller, name: str, info: LockInfo) -> None:
    """Takes the lock of the state with this name, which is created if the workspace lacks it.

    The lock's own run may take it again: Terraform repeats a request whose answer was lost. Raises
    `Refused`.
    """
    state = states.lock_or_create(connection, caller.workspace_id, name)
    holder = runs.held(connection, state.id)
    if holder and holder.lock_id == info.lock_id:
        return
    if holder:
        raise Refused(Reason.LOCKED, sentences.held(state, holder), holder)
    if state.unsaved and runs.applies(info.operation):
        raise Refused(Reason.UNSAVED, sentences.unsaved(state, state.unsaved))
    runs.begin(
        connection, state.id, caller, info, changes.revision(connection, caller.workspace_id)
    )


def release(
    connection: Connection, caller: Caller, name: str, lock_id: str, keyring: Keyring
) -> None:
    """Releases the lock that the run with this lock id holds. Raises `Refused`.

    A run that has released its lock may do so again.
    """
    state = states.lock_or_create(connection, caller.workspace_id, name)
    holder = runs.held(connection, state.id)
    if holder is None:
        known = runs.with_lock(connection, state.id, lock_id)
        if known and known.released_by is None:
            return
        by = f": {known.released_by!r} has released it" if known else ""
        raise Refused(Reason.NOT_THE_HOLDER, f"This run doesn't hold the lock{by}.")
    if holder.lock_id != lock_id:
        raise Refused(
            Reason.NOT_THE_HOLDER,
            f"{sentences.holder(holder)} since {sentences.minute(holder.taken_at)}, and only that "
            f"run may release it. To release it by force: signalcraft state unlock {name}.",
        )
    runs.end(connection, holder)
    _mark_if_unsaved(connection, caller.workspace_id, state, holder, keyring)


def force_release(log: ChangeLog, name: str, run_id: str | None, keyring: Keyring) -> Run | None:
    """Releases a state's lock, whoever holds it; returns the run that held it.

    With `run_id`, only the lock of that run: another may have taken it in the meantime. Raises
    `Refused`.
    """
    connection, workspace_id = log.connection, log.author.workspace_id
    state = states.lock(connection, workspace_id, name)
    holder = runs.held(connection, state.id) if state else None
    if state is None or holder is None:
        return None
    if run_id is not None and holder.id != run_id:
        raise Refused(
            Reason.NOT_THE_HOLDER,
            f"The lock has changed hands. {sentences.holder(holder)} since "
            f"{sentences.minute(holder.taken_at)}.",
        )
    runs.end(connection, holder, by=log.author.name)
    _mark_if_unsaved(connection, workspace_id, state, holder, keyring)
    held = {"account": holder.account_name, "who": holder.who, "operation": holder.operation}
    log.enter(
        "deleted",
        "terraform_lock",
        holder.id,
        name,
        [{"pointer": f"/{key}", "before": value, "after": None} for key, value in held.items()],
    )
    return holder


def _mark_if_unsaved(
    connection: Connection, workspace_id: str, state: State, run: Run, keyring: Keyring
) -> None:
    """Marks the state if the run was an apply that changed objects and never wrote."""
    if not run.applies or runs.has_written(connection, run):
        return
    if not Ownership(connection, workspace_id, keyring).changed_by(state, run):
        return
    mark = Incident(
        at=now(),
        reason=Reason.RELEASED_WITHOUT_WRITE,
        detail=sentences.released_without_write(run),
        account_name=run.account_name,
        who=run.who,
        operation=run.operation,
        url=run.url,
    )
    states.note(connection, state, refusal=state.refusal, unsaved=mark)
