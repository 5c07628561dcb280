"""The versions of a Terraform state."""

from collections.abc import Iterator

from pydantic import Field

from signalcraft.api.http.call import Answer, Call, answer
from signalcraft.api.http.operation import Operation
from signalcraft.api.http.schemas import Shape
from signalcraft.api.tfstate.callers import refusal
from signalcraft.api.tfstate.content import content_answer
from signalcraft.api.tfstate.names import (
    ITEM,
    TAG,
    known_state,
    no_version,
    version_number,
)
from signalcraft.model.problem import Slug
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.tfstate import sentences, versions, writing
from signalcraft.store.tfstate.locking import Refused
from signalcraft.store.tfstate.versions import HistoryEntry

_COLLECTION = f"{ITEM}/versions"
_ITEM = f"{_COLLECTION}/{{number}}"


class TerraformStateVersion(Shape):
    """A version of a Terraform state. What is written under one lock is one version."""

    number: int
    """Counts up from 1."""
    serial: int | None
    """Terraform's own count of writes; null where OpenTofu has encrypted it away."""
    lineage: str | None
    """Terraform's id for the state since its first write; null where OpenTofu has encrypted it
    away."""
    size: int
    """Bytes."""
    written_at: str = Field(json_schema_extra={"format": "date-time"})
    """When it was written."""
    account_name: str
    """The service account that wrote it."""
    who: str | None
    """The person and the machine, as Terraform says it; null for a write without a lock."""
    operation: str | None
    """What wrote it: `apply`, `state-mv` …; null for a write without a lock."""
    url: str | None
    """The CI run; null where it isn't known."""


class TerraformStateHistory(Shape):
    """The versions that are kept."""

    items: list[TerraformStateVersion]
    """The newest first."""


def _list(call: Call) -> Answer:
    found = versions.history(call.connection, known_state(call).id)
    return answer(TerraformStateHistory(items=[_shown(entry) for entry in found]))


def _read(call: Call) -> Answer:
    version = versions.find(call.connection, known_state(call).id, version_number(call))
    if version is None:
        raise no_version(call)
    return content_answer(call, version)


def _restore(call: Call) -> Answer:
    name, number = known_state(call).name, version_number(call)
    try:
        with call.database.transaction() as connection:
            log = ChangeLog(connection, call.author)
            restored = writing.restore(log, name, number, call.states)
    except Refused as refused:
        raise refusal(refused) from None
    if restored is None:
        raise no_version(call)
    return answer(_shown(HistoryEntry(restored, None, None, None)), 201)


def _shown(entry: HistoryEntry) -> TerraformStateVersion:
    version = entry.version
    return TerraformStateVersion(
        number=version.number,
        serial=version.serial,
        lineage=version.lineage,
        size=version.size,
        written_at=version.written_at,
        account_name=version.account_name,
        who=entry.who,
        operation=sentences.operation_word(entry.operation) if entry.operation else None,
        url=entry.url,
    )


def operations() -> Iterator[Operation]:
    """Reading a state's versions, and restoring one."""
    yield Operation(
        "GET",
        _COLLECTION,
        "list_terraform_state_versions",
        "List a state's versions",
        _list,
        {200: TerraformStateHistory},
        tag=TAG,
        scope="state:read",
        problems=(Slug.NOT_FOUND,),
    )
    yield Operation(
        "GET",
        _ITEM,
        "read_terraform_state_version",
        "Read a version of a state",
        _read,
        {200: None},
        description="The state as it was written then.",
        tag=TAG,
        scope="state:read",
        problems=(Slug.NOT_FOUND, Slug.NOT_CONFIGURED),
    )
    yield Operation(
        "POST",
        f"{_ITEM}/restore",
        "restore_terraform_state_version",
        "Restore a version of a state",
        _restore,
        {201: TerraformStateVersion},
        description="Makes that version's content the newest version. Its serial follows the newest "
        "one's. Refused while the state is locked. Where the restored state lacks objects that its "
        "configuration has created, applies are refused until that is resolved.",
        tag=TAG,
        scope="state:write",
        problems=(Slug.NOT_FOUND, Slug.STATE_LOCKED, Slug.NOT_CONFIGURED),
    )
