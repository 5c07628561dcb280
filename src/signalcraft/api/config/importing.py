"""`POST /v1/import`: a whole configuration, written in one transaction."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from signalcraft.api.config.changes import FieldChange
from signalcraft.api.http.call import Answer, Call, answer
from signalcraft.api.http.operation import Operation, Parameter
from signalcraft.api.http.parameters import IN_DIGITS, VALIDATE_ONLY, Flag
from signalcraft.api.http.schemas import Shape
from signalcraft.model.export import Export, UnreadableExport, read_export
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.problem import Problem, Slug, invalid
from signalcraft.store.config.importing import Terms, UnfitExport, import_configuration

_MIB = 1024 * 1024
_MAX_MIB = 8


class ImportedChange(Shape):
    """One effective change of an import."""

    action: Literal["created", "updated", "deleted"]
    """What was done."""
    kind: str
    """The kind of what changed; `schedule_override` and `api_key` too."""
    id: str
    """Its id in this workspace."""
    name: str
    """Its name."""
    diff: list[FieldChange]
    """What was updated in it; empty for what was created or deleted."""


class ImportResult(Shape):
    """What an import changed, or would change."""

    items: list[ImportedChange]
    """The changes, in order."""
    unchanged: int
    """Number of resources and overrides that already were as the file has them."""
    revision: int
    """The workspace's revision before the import."""


def _import(call: Call) -> Answer:
    terms = Terms(
        dry_run=call.query["validate_only"],
        delete_others=call.query["delete_others"],
        revision=call.query["revision"],
    )
    try:
        done = import_configuration(call.database, call.author, _export(call), terms)
    except (UnreadableExport, UnfitExport) as error:
        raise invalid(Mistake("", Code.INVALID_EXPORT, each) for each in error.mistakes) from None
    return answer(
        {
            "items": [_shown(change) for change in done.changes],
            "unchanged": done.unchanged,
            "revision": done.revision,
        }
    )


def _export(call: Call) -> Export:
    if call.upload.failure:
        raise call.upload.failure
    if call.upload.content.size > _MAX_MIB * _MIB:
        raise Problem(Slug.PAYLOAD_TOO_LARGE, f"The body has more than {_MAX_MIB} MiB.")
    return read_export(call.upload.content.plain())


def _shown(change: Any) -> dict[str, Any]:
    return {
        "action": change["action"],
        "kind": change["kind"],
        "id": change["id"],
        "name": change["name"],
        "diff": change["diff"] if change["action"] == "updated" else [],
    }


def operations() -> Iterator[Operation]:
    """Importing a configuration."""
    yield Operation(
        "POST",
        "/v1/import",
        "import_configuration",
        "Import a configuration",
        _import,
        {200: ImportResult},
        description="Writes what `signalcraft export` wrote, all of it or nothing, up to "
        f"{_MAX_MIB} MiB. What the workspace has already, by its id or else by its name (users: e-mail "
        "address), is replaced; new resources keep their ids where no other workspace has them. "
        "Also needs the write scopes of the kinds that change. Service accounts come without their "
        "keys.",
        tag="Import",
        scope="config:write",
        costly=True,
        is_upload=True,
        parameters=(
            VALIDATE_ONLY,
            Parameter(
                "delete_others",
                Flag,
                "Delete what the file doesn't have, except the calling service account and its trusts.",
                default=False,
            ),
            Parameter(
                "revision",
                Annotated[int, Field(ge=0, le=2**53 - 1), IN_DIGITS],
                "Import only if the workspace is still at this revision.",
            ),
        ),
        problems=(Slug.VALIDATION, Slug.VERSION_MISMATCH, Slug.PAYLOAD_TOO_LARGE),
    )
