"""What people are told of runs, locks and writes. Terraform shows these texts in a terminal."""

from signalcraft.store.tfstate.runs import Run
from signalcraft.store.tfstate.states import Incident, State
from signalcraft.store.tfstate.versions import Version

_OPERATIONS = {
    "OperationTypeApply": "apply",
    "OperationTypePlan": "plan",
    "OperationTypeRefresh": "refresh",
    # Terraform has no word of its own for these.
    "OperationTypeInvalid": "import or console",
}
# Terraform 1.11 prints what it has sent itself, later versions and OpenTofu print the answer.
_YOUR_OWN = "If the Lock Info below names you, it is your own, not the holder's."


def operation_word(operation: str) -> str:
    """`apply` for Terraform's `OperationTypeApply`."""
    return _OPERATIONS.get(operation, operation)


def minute(at: str) -> str:
    """`2026-03-02 09:15 UTC`."""
    return f"{at[:10]} {at[11:16]} UTC"


def held(state: State, run: Run) -> str:
    """Why a lock isn't granted: who holds it. It never has the lock's id, which lets one write."""
    return (
        f"{holder(run)} since {minute(run.taken_at)}. Wait for it (-lock-timeout=10m). If that run "
        f"has died, release its lock: signalcraft state unlock {state.name}. {_YOUR_OWN}"
    )


def holder(run: Run) -> str:
    """Who holds a lock."""
    at = f", {run.url}" if run.url else ""
    who = f" for {run.who}" if run.who else ""
    return (
        f"The lock is held by the service account {run.account_name!r}{who} "
        f"({operation_word(run.operation)}{at})"
    )


def release_by_force(run: Run) -> str:
    """How OpenTofu releases a lock; Terraform names no run, and releases whatever is held."""
    return f"To release this lock by force: tofu force-unlock {run.id}"


def unsaved(state: State, mark: Incident) -> str:
    """Why an apply isn't granted the lock of a state that is marked."""
    return (
        f"Applies are refused, since they could create objects a second time. {mark.detail} "
        f"For the way out, run: signalcraft state why {state.name}. {_YOUR_OWN}"
    )


def not_the_holder(run: Run) -> str:
    """Why a write is refused that comes without the lock."""
    return f"{holder(run)} since {minute(run.taken_at)}, and the write came without that lock."


def other_lineage(current: Version) -> str:
    """Why a write is refused."""
    return (
        f"The write has another lineage than the stored state, {current.lineage}: it belongs to "
        "another state, or its state was created anew."
    )


def older_serial(serial: int, current: Version) -> str:
    """Why a write is refused."""
    return (
        f"The write has serial {serial}, and the stored state already has {current.serial}, "
        f"{_written(current)}."
    )


def same_serial(current: Version) -> str:
    """Why a write is refused."""
    return (
        f"The write has serial {current.serial}, as the stored state does, but other content: both "
        f"began from the same state. The stored one was {_written(current)}."
    )


def released_without_write(run: Run) -> str:
    """What happened, where an apply changed objects and never wrote the state."""
    return (
        f"The apply of {run.account_name!r} ({run.who or 'unknown user'}), which took the lock at "
        f"{minute(run.taken_at)}, changed objects and then released the lock without saving the "
        "state."
    )


def _written(version: Version) -> str:
    return f"written by {version.account_name!r} at {minute(version.written_at)}"
