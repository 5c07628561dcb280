"""Deleting a state with everything that is kept of it."""

from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.tfstate import runs, sentences, states, versions
from signalcraft.store.tfstate.locking import Refused
from signalcraft.store.tfstate.states import Reason


def delete(log: ChangeLog, name: str) -> int | None:
    """Deletes a state with all of its versions, and enters that in the feed; returns how many
    versions there were, or None if the workspace has no such state. Raises `Refused` while a run
    holds its lock.
    """
    connection = log.connection
    state = states.lock(connection, log.author.workspace_id, name)
    if state is None:
        return None
    holder = runs.held(connection, state.id)
    if holder:
        since = sentences.minute(holder.taken_at)
        raise Refused(Reason.LOCKED, f"{sentences.holder(holder)} since {since}.")
    newest = versions.latest(connection, state.id)
    number = versions.delete_all(connection, state.id)
    runs.delete_all(connection, state.id)
    states.remove(connection, state)
    was = {"lineage": newest.lineage, "serial": newest.serial} if newest else {}
    log.enter(
        "deleted",
        "terraform_state",
        state.id,
        name,
        [{"pointer": f"/{key}", "before": value, "after": None} for key, value in was.items()],
    )
    return number
