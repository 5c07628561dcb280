"""The lock of a Terraform state."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import ConfigDict, Field

from signalcraft.api.http.body import read_body
from signalcraft.api.http.call import Answer, Call
from signalcraft.api.http.operation import Operation, Parameter
from signalcraft.api.tfstate.callers import caller_of, refusal
from signalcraft.api.tfstate.names import ITEM, TAG, no_state, state_name
from signalcraft.model.fields import NO_NUL, Pattern
from signalcraft.model.ids import id_pattern
from signalcraft.model.problem import Problem, Slug
from signalcraft.model.resource import Part
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.tfstate import locking, states, writing
from signalcraft.store.tfstate.locking import Refused
from signalcraft.store.tfstate.runs import LockInfo

_LOCK = f"{ITEM}/lock"
_LONGEST_SHOWN = 200
_RUN_ID = id_pattern("tfrun")


_LockId = Annotated[str, Field(max_length=200), NO_NUL]


class TerraformLock(Part):
    """What Terraform says of a lock that it takes. Other members are ignored."""

    model_config = ConfigDict(extra="ignore")

    ID: Annotated[_LockId, Field(min_length=1)]
    """The lock's id, which Terraform makes up. Whoever knows it may write under the lock."""
    Operation: Annotated[str, Field(max_length=1000)] = ""
    """What Terraform does, such as `OperationTypeApply`."""
    Who: Annotated[str, Field(max_length=1000)] = ""
    """The person and the machine."""


class TerraformUnlock(Part):
    """What Terraform says of a lock that it releases. Other members are ignored."""

    model_config = ConfigDict(extra="ignore")

    ID: _LockId = ""
    """The lock's id; empty, or the holder's run id (`tfrun_…`), to release the lock by force."""


def _take(call: Call) -> Answer:
    name = state_name(call)
    call.states  # noqa: B018 — a server that keeps no states grants no locks
    lock = read_body(TerraformLock, call.body)
    info = LockInfo(lock.ID, _shown(lock.Operation), _shown(lock.Who))
    try:
        with call.database.transaction() as connection:
            locking.take(connection, caller_of(call), name, info)
    except Refused as refused:
        _remember(call, name, info.lock_id, refused)
        raise refusal(refused) from None
    return Answer()


def _release(call: Call) -> Answer:
    name = state_name(call)
    lock = read_body(TerraformUnlock, call.body)
    if not lock.ID:
        return _force(call, name, call.query["run"])
    if re.fullmatch(_RUN_ID, lock.ID):
        return _force(call, name, lock.ID)
    try:
        with call.database.transaction() as connection:
            locking.release(connection, caller_of(call), name, lock.ID, call.states.keyring)
    except Refused as refused:
        _remember(call, name, lock.ID, refused)
        raise refusal(refused) from None
    return Answer()


def _force(call: Call, name: str, run_id: str | None) -> Answer:
    if "state:unlock" not in call.caller.scopes:
        raise Problem(
            Slug.FORBIDDEN,
            "Releasing a lock by force takes the scope state:unlock, which the service account "
            f"{call.caller.service_account_name!r} lacks.",
            scope="state:unlock",
        )
    if states.find(call.connection, call.workspace_id, name) is None:
        raise no_state(call)
    try:
        with call.database.transaction() as connection:
            log = ChangeLog(connection, call.author)
            locking.force_release(log, name, run_id, call.states.keyring)
    except Refused as refused:
        _remember(call, name, "", refused)
        raise refusal(refused) from None
    return Answer()


def _remember(call: Call, name: str, lock_id: str, refused: Refused) -> None:
    with call.database.transaction() as connection:
        writing.remember_refusal(
            connection,
            caller_of(call),
            name,
            lock_id,
            refused.reason,
            str(refused),
            marks=False,
        )


def _shown(text: str) -> str:
    """A text as it may be shown in somebody else's terminal."""
    return "".join(filter(str.isprintable, text))[:_LONGEST_SHOWN]


def operations() -> Iterator[Operation]:
    """Locking a state, and releasing it."""
    yield Operation(
        "POST",
        _LOCK,
        "lock_terraform_state",
        "Take a state's lock",
        _take,
        {200: None},
        description="For Terraform's `http` backend (`lock_address`, with `lock_method` POST). The "
        "lock doesn't expire. Sending the same `ID` again succeeds.",
        tag=TAG,
        scope="state:write",
        request=TerraformLock,
        problems=(Slug.STATE_LOCKED, Slug.STATE_UNSAVED, Slug.NOT_CONFIGURED),
    )
    yield Operation(
        "DELETE",
        _LOCK,
        "unlock_terraform_state",
        "Release a state's lock",
        _release,
        {200: None},
        description="For Terraform's `http` backend (`unlock_address`, with `unlock_method` "
        "DELETE). With the lock's `ID`, releases that lock. Without one, releases the lock whoever "
        "holds it, and with a run's id the lock of that run: both need the scope `state:unlock` and "
        "are entered in the change feed.",
        tag=TAG,
        scope="state:write",
        under_lock=True,
        parameters=(
            Parameter(
                "run",
                Annotated[str, Pattern(_RUN_ID, "Must be the id of a run, `tfrun_…`.")],
                "Release the lock by force only if this run still holds it.",
            ),
        ),
        request=TerraformUnlock,
        problems=(Slug.NOT_FOUND, Slug.STATE_LOCKED, Slug.NOT_CONFIGURED),
    )
