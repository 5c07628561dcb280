"""Reading and writing Terraform states."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from signalcraft.api.http.call import Answer, Call, answer
from signalcraft.api.http.operation import Operation, Parameter
from signalcraft.api.http.parameters import Flag
from signalcraft.api.http.schemas import Shape
from signalcraft.api.tfstate.callers import caller_of, refusal
from signalcraft.api.tfstate.content import content_answer
from signalcraft.api.tfstate.names import COLLECTION, ITEM, TAG, known_state, no_state, state_name
from signalcraft.model.fields import NO_NUL
from signalcraft.model.problem import Problem, Slug
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.tfstate import deletion, runs, sentences, states, versions, writing
from signalcraft.store.tfstate.locking import Refused
from signalcraft.store.tfstate.snapshot import ONE_AT_A_TIME, Snapshot, Unreadable, read_snapshot
from signalcraft.store.tfstate.states import Reason
from signalcraft.store.tfstate.writing import Incoming


class TerraformLockHolder(Shape):
    """The run that holds a state's lock. The lock's own id is never shown."""

    run_id: str
    """The run's id, `tfrun_…`."""
    account_name: str
    """The service account that took the lock."""
    who: str
    """The person and the machine, as Terraform says it."""
    operation: str
    """What it does: `apply`, `plan`, `state-mv` …"""
    url: str | None
    """The CI run; null where it isn't known."""
    taken_at: str = Field(json_schema_extra={"format": "date-time"})
    """Since when it has held the lock."""


class TerraformState(Shape):
    """A Terraform state, without its content."""

    name: str
    """The state's name."""
    version: int | None
    """The number of its newest version; null before the first write."""
    serial: int | None
    """Terraform's own count of writes; null where OpenTofu has encrypted it away."""
    size: int | None
    """Bytes."""
    written_at: str | None = Field(json_schema_extra={"format": "date-time"})
    """When the newest version was written."""
    lock: TerraformLockHolder | None
    """Who holds its lock; null for nobody."""
    unsaved: bool
    """Whether an apply could not save it: applies are refused until that is resolved."""


class TerraformStateList(Shape):
    """The workspace's Terraform states."""

    items: list[TerraformState]
    """In order of name."""


def shown(call: Call, state: states.State) -> TerraformState:
    """A state as it is answered."""
    version = versions.latest(call.connection, state.id)
    holder = runs.held(call.connection, state.id)
    return TerraformState(
        name=state.name,
        version=version.number if version else None,
        serial=version.serial if version else None,
        size=version.size if version else None,
        written_at=version.written_at if version else None,
        lock=shown_holder(holder) if holder else None,
        unsaved=state.unsaved is not None,
    )


def shown_holder(run: runs.Run) -> TerraformLockHolder:
    """The holder of a lock as it is answered."""
    return TerraformLockHolder(
        run_id=run.id,
        account_name=run.account_name,
        who=run.who,
        operation=sentences.operation_word(run.operation),
        url=run.url,
        taken_at=run.taken_at,
    )


def _list(call: Call) -> Answer:
    found = states.all_of(call.connection, call.workspace_id)
    return answer(TerraformStateList(items=[shown(call, state) for state in found]))


def _read(call: Call) -> Answer:
    state = known_state(call)
    version = versions.latest(call.connection, state.id)
    if version is None:  # It has been locked, and nothing was written yet.
        raise no_state(call)
    return content_answer(call, version)


def _write(call: Call) -> Answer:
    name, settings = state_name(call), call.states
    try:
        incoming = Incoming(
            call.upload.content, _snapshot(call), call.query["ID"] or "", call.query["force"]
        )
        with call.database.transaction() as connection:
            writing.write(connection, caller_of(call), name, incoming, settings)
    except Refused as refused:
        _remember(call, name, refused.reason, str(refused))
        raise refusal(refused) from None
    except Problem as problem:
        _remember(call, name, Reason.UNREADABLE, problem.detail)
        raise
    return Answer()


def _delete(call: Call) -> Answer:
    try:
        with call.database.transaction() as connection:
            deleted = deletion.delete(ChangeLog(connection, call.author), call.path["name"])
    except Refused as refused:
        raise refusal(refused) from None
    if deleted is None:
        raise no_state(call)
    return Answer(204)


def _snapshot(call: Call) -> Snapshot:
    if call.upload.failure:
        raise call.upload.failure
    try:
        with ONE_AT_A_TIME:
            return read_snapshot(call.upload.content.plain())
    except Unreadable as error:
        raise Problem(Slug.MALFORMED_REQUEST, str(error)) from None


def _remember(call: Call, name: str, reason: Reason, detail: str) -> None:
    with call.database.transaction() as connection:
        writing.remember_refusal(
            connection,
            caller_of(call),
            name,
            call.query["ID"] or "",
            reason,
            detail,
            marks=True,
        )


def operations() -> Iterator[Operation]:
    """What Terraform does with a state, and listing them."""
    yield Operation(
        "GET",
        COLLECTION,
        "list_terraform_states",
        "List the Terraform states",
        _list,
        {200: TerraformStateList},
        tag=TAG,
        scope="state:read",
    )
    yield Operation(
        "GET",
        ITEM,
        "read_terraform_state",
        "Read a Terraform state",
        _read,
        {200: None},
        description="For Terraform's `http` backend (`address`): the state as it was written.",
        tag=TAG,
        scope="state:read",
        under_lock=True,
        parameters=(
            Parameter(
                "ID",
                Annotated[str, Field(max_length=200), NO_NUL],
                "The lock's id. Needed only where the key that took the lock has expired.",
            ),
        ),
        problems=(Slug.NOT_FOUND, Slug.NOT_CONFIGURED),
    )
    yield Operation(
        "POST",
        ITEM,
        "write_terraform_state",
        "Write a Terraform state",
        _write,
        {200: None},
        description="For Terraform's `http` backend (`address`). Up to 64 MiB. The state must have "
        "the stored state's lineage and a higher serial; sending the same bytes again succeeds. A "
        "write that is refused marks the state, so that no apply runs until somebody has looked.",
        tag=TAG,
        scope="state:write",
        under_lock=True,
        parameters=(
            Parameter(
                "ID",
                Annotated[str, Field(max_length=200), NO_NUL],
                "The lock's id. Needed while the state is locked.",
            ),
            Parameter(
                "force",
                Flag,
                "Replace the stored state, whatever its lineage and serial. The lock still holds.",
                default=False,
            ),
        ),
        is_upload=True,
        problems=(
            Slug.STATE_LOCKED,
            Slug.STATE_CONFLICT,
            Slug.PAYLOAD_TOO_LARGE,
            Slug.NOT_CONFIGURED,
        ),
    )
    yield Operation(
        "DELETE",
        ITEM,
        "delete_terraform_state",
        "Delete a Terraform state",
        _delete,
        {204: None},
        description="Deletes the state with all of its versions, for good; the objects that it lists "
        "stay. Refused while the state is locked. It is entered in the change feed.",
        tag=TAG,
        scope="state:unlock",
        problems=(Slug.NOT_FOUND, Slug.STATE_LOCKED),
    )
