"""Importing a whole configuration, and reading the overrides for an export."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from signalcraft.client import answers
from signalcraft.client.feed import FieldChange
from signalcraft.client.request import Request


class ImportedChange(BaseModel):
    """One effective change of an import."""

    model_config = ConfigDict(frozen=True)

    action: str
    """`created`, `updated` or `deleted`."""
    kind: str
    id: str
    name: str
    diff: tuple[FieldChange, ...]
    """What was updated; empty for what was created or deleted."""


class ImportResult(BaseModel):
    """What an import changed, or would change."""

    model_config = ConfigDict(frozen=True)

    items: tuple[ImportedChange, ...]
    unchanged: int
    """Number of resources and overrides that already were as the file has them."""
    revision: int
    """The workspace's revision before the import."""

    def count(self, action: str) -> int:
        """How many were `created`, `updated` or `deleted`."""
        return sum(change.action == action for change in self.items)


class OverrideDocuments(BaseModel):
    """A page of a schedule's overrides, ordered by id, as JSON documents."""

    items: tuple[dict[str, Any], ...]
    next_cursor: str | None


def import_configuration(
    export: str,
    *,
    dry_run: bool = False,
    delete_others: bool = False,
    revision: int | None = None,
) -> Request[ImportResult]:
    """Writes an exported configuration, all of it or nothing; with `dry_run`, says what that would
    change. `delete_others` deletes what the export doesn't have. With `revision`, only if the
    workspace is still at it.
    """
    query = {
        **({"validate_only": "true"} if dry_run else {}),
        **({"delete_others": "true"} if delete_others else {}),
        **({} if revision is None else {"revision": str(revision)}),
    }
    content = export.encode()
    return Request("POST", "/v1/import", answers.shape(ImportResult), query, content=content)


def override_documents(
    schedule_id: str, *, cursor: str | None = None
) -> Request[OverrideDocuments]:
    """A page of a schedule's overrides, as JSON documents."""
    query = {"limit": "1000"} | ({} if cursor is None else {"cursor": cursor})
    path = f"/v1/schedules/{schedule_id}/overrides"
    return Request("GET", path, answers.shape(OverrideDocuments), query)
