"""What a write would change of a resource, and whether that counts."""

from typing import Any

from signalcraft.model.draft import Draft
from signalcraft.store.config.author import Author
from signalcraft.store.config.records import Record


def is_there_already(before: Record, draft: Draft, author: Author) -> bool:
    """Whether a write of this draft would change nothing."""
    return (
        draft.parsed is not None
        and before.deletion_requested_at is None
        and (author.manager is None or author.manager == before.manager)
        and (author.manager is None or author.source == before.source)
        and _is_same_document(before, draft)
    )


def _is_same_document(before: Record, draft: Draft) -> bool:
    """Whether a draft says what is stored; the members of its maps may be in another order."""
    return draft.document == before.document or draft.fields == before.fields


def desired(before: Record, draft: Draft, author: Author) -> Record:
    """The record that a draft asks for, before its version is counted. Needs `draft.parsed`."""
    return before._replace(
        name=draft.name,
        document=before.document if _is_same_document(before, draft) else draft.document,
        manager=author.manager or before.manager,
        source=author.source if author.manager else before.source,
        deletion_requested_at=None,
    )


def effective(before: Record, after: Record) -> bool:
    """Whether a change counts as a new version: that of a link to the source alone doesn't.

    Keeping what was marked for deletion counts, so that a delete that is repeated because its answer
    was lost no longer matches; the mark itself doesn't, so that the repeated delete matches it.
    """
    kept = before.deletion_requested_at is not None and after.deletion_requested_at is None
    return kept or (before.document, before.manager) != (after.document, after.manager)


def audit_view(record: Record) -> dict[str, Any]:
    """What the feed compares of a record."""
    return record.fields | {
        "managed_by": {"manager": record.manager} if record.manager else None,
        "deletion_requested_at": record.deletion_requested_at,
    }
