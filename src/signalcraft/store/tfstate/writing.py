"""Writing a state: which writes are accepted, and what is remembered of those that aren't."""

from contextlib import closing
from dataclasses import dataclass

from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.db.clock import now
from signalcraft.store.db.database import Connection
from signalcraft.store.tfstate import runs, sentences, states, versions
from signalcraft.store.tfstate.content import Content
from signalcraft.store.tfstate.keyring import Keyring
from signalcraft.store.tfstate.locking import Refused
from signalcraft.store.tfstate.objects import Ownership
from signalcraft.store.tfstate.runs import Caller
from signalcraft.store.tfstate.snapshot import (
    ONE_AT_A_TIME,
    Snapshot,
    read_snapshot,
    with_serial,
)
from signalcraft.store.tfstate.states import Incident, Reason
from signalcraft.store.tfstate.versions import Version


@dataclass(frozen=True)
class Settings:
    """How states are kept."""

    keyring: Keyring
    keep: int = 50
    """How many versions of each state."""


@dataclass(frozen=True)
class Incoming:
    """A write that has arrived."""

    content: Content
    snapshot: Snapshot
    lock_id: str
    """The lock that it claims to be under; empty for none."""
    force: bool = False
    """Whether it replaces whatever is stored."""


def write(
    connection: Connection, caller: Caller, name: str, incoming: Incoming, settings: Settings
) -> None:
    """Stores a state, which clears the mark of a write that failed. Raises `Refused`.

    The state with this name is created if the workspace lacks it. Sending the stored state again
    changes nothing: Terraform repeats a request whose answer was lost.
    """
    state = states.lock_or_create(connection, caller.workspace_id, name)
    holder = runs.held(connection, state.id)
    current = versions.latest(connection, state.id)
    if holder and holder.lock_id != incoming.lock_id:
        raise Refused(Reason.NOT_THE_HOLDER, sentences.not_the_holder(holder))
    if current and current.sha256 == incoming.content.sha256:
        return
    if current and not incoming.force and not (holder and runs.is_forced(holder.operation)):
        _refuse_conflict(current, incoming.snapshot)
    versions.add(
        connection,
        state.id,
        current,
        incoming.content,
        incoming.snapshot,
        keyring=settings.keyring,
        account_name=caller.account_name,
        run_id=holder.id if holder else None,
        keep=settings.keep,
    )
    states.note(connection, state, refusal=state.refusal, unsaved=None)


def remember_refusal(
    connection: Connection,
    caller: Caller,
    name: str,
    lock_id: str,
    reason: Reason,
    detail: str,
    *,
    marks: bool,
) -> None:
    """Notes a request that was refused. With `marks`, it was a write: Terraform unlocks even after
    it couldn't save, so that the next apply would create everything a second time.
    """
    state = states.lock_or_create(connection, caller.workspace_id, name)
    run = runs.with_lock(connection, state.id, lock_id) if lock_id else None
    incident = Incident(
        at=now(),
        reason=reason,
        detail=detail,
        account_name=caller.account_name,
        who=run.who if run else None,
        operation=run.operation if run else None,
        url=caller.run_url or (run.url if run else None),
    )
    states.note(connection, state, refusal=incident, unsaved=incident if marks else state.unsaved)


def restore(log: ChangeLog, name: str, number: int, settings: Settings) -> Version | None:
    """Makes an older version's content the newest version; None if there is no such version.

    Its serial follows the newest one's, so that Terraform takes it for newer. Where it lacks
    objects of its source, the state is marked, so that no apply creates them a second time. Raises
    `Refused` while a run holds the lock.
    """
    connection, author = log.connection, log.author
    state = states.lock(connection, author.workspace_id, name)
    current = versions.latest(connection, state.id) if state else None
    wanted = versions.find(connection, state.id, number) if state else None
    if state is None or current is None or wanted is None:
        return None
    holder = runs.held(connection, state.id)
    if holder:
        raise Refused(
            Reason.LOCKED, f"{sentences.holder(holder)} since {sentences.minute(holder.taken_at)}."
        )
    with ONE_AT_A_TIME:
        plain = versions.plain(connection, wanted, settings.keyring)
        if wanted.serial is not None and current.serial is not None:
            plain = with_serial(plain, current.serial + 1)
        snapshot = read_snapshot(plain)
        content = Content.of(plain)
    with closing(content):
        restored = versions.add(
            connection,
            state.id,
            current,
            content,
            snapshot,
            keyring=settings.keyring,
            account_name=author.name,
            run_id=None,
            keep=settings.keep,
        )
    change = {"pointer": "/version", "before": current.number, "after": number}
    log.enter("updated", "terraform_state", state.id, name, [change])
    lacks = Ownership(connection, author.workspace_id, settings.keyring).missing(state)
    mark = _restored(author.name, number, len(lacks)) if lacks else None
    states.note(connection, state, refusal=state.refusal, unsaved=mark)
    return restored


def resume(log: ChangeLog, name: str) -> bool:
    """Lets applies run again on a state that is marked; returns whether there is such a state."""
    state = states.lock(log.connection, log.author.workspace_id, name)
    if state is None:
        return False
    if state.unsaved:
        states.note(log.connection, state, refusal=state.refusal, unsaved=None)
        change = {"pointer": "/unsaved", "before": state.unsaved.detail, "after": None}
        log.enter("updated", "terraform_state", state.id, name, [change])
    return True


def _refuse_conflict(current: Version, snapshot: Snapshot) -> None:
    lineages = {current.lineage, snapshot.lineage} - {None}
    if len(lineages) > 1:
        raise Refused(Reason.OTHER_LINEAGE, sentences.other_lineage(current))
    if current.serial is None or snapshot.serial is None:
        return  # OpenTofu has encrypted them: only the lock protects such a state.
    if snapshot.serial < current.serial:
        raise Refused(Reason.OLDER_SERIAL, sentences.older_serial(snapshot.serial, current))
    if snapshot.serial == current.serial:
        raise Refused(Reason.SAME_SERIAL, sentences.same_serial(current))


def _restored(account_name: str, number: int, lacking: int) -> Incident:
    objects = "1 object" if lacking == 1 else f"{lacking} objects"
    return Incident(
        at=now(),
        reason=Reason.RESTORED,
        detail=f"{account_name!r} restored version {number}, which lacks {objects} that this "
        "state's configuration has created.",
        account_name=account_name,
    )
