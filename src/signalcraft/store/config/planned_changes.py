"""What a manager said at plan that it will change.

Terraform carries changes out in any order, so what is true in the end may be wrong half-way: a
resource is created before another gives its name up, a user before the workspace allows the
address. What was planned by the same manager and source is taken into account, until the resource
has another version.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from signalcraft.model.draft import Draft
from signalcraft.store.config.author import Author
from signalcraft.store.config.records import Record
from signalcraft.store.db.clock import timestamp
from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import planned_change

KEPT_FOR = timedelta(days=30)
"""For how long a plan is taken into account."""

_t = planned_change.c
_FIND = Statement(
    select(_t.version, _t.fields, _t.planned_at).where(
        _t.resource_id == bindparam("resource_id"),
        _t.manager == bindparam("manager"),
        _t.source == bindparam("source"),
    )
)
_FORGET = Statement(
    delete(planned_change).where(
        _t.resource_id == bindparam("resource_id"),
        _t.manager == bindparam("manager"),
        _t.source == bindparam("source"),
    )
)
_FORGET_OLD = Statement(delete(planned_change).where(_t.planned_at < bindparam("before")))
_KEEP = Statement(insert(planned_change))


@dataclass(frozen=True)
class PlannedChange:
    """What is to become of a resource; None for its deletion, or else those of its fields that the
    checks of other resources look at.
    """

    fields: Mapping[str, Any] | None


def planned_by(before: Record, draft: Draft) -> PlannedChange | None:
    """What a draft means for the checks of other resources; None where it changes nothing that
    they look at.
    """
    changed = {
        field: draft.fields[field]
        for field in (draft.kind.natural_key, "allowed_email_domains")
        if field in draft.fields and draft.fields[field] != before.fields[field]
    }
    return PlannedChange(changed) if changed else None


def find(connection: Connection, author: Author, record: Record) -> PlannedChange | None:
    """What the author's manager planned for a resource as it is now, if it did."""
    if author.manager is None:
        return None
    row = connection.one(_FIND, **_key(author, record))
    if row is None:
        return None
    version, fields, planned_at = row
    if version != record.version or planned_at < _oldest():
        return None
    return PlannedChange(json.loads(fields) if fields else None)


def note(
    connection: Connection, author: Author, record: Record, planned: PlannedChange | None
) -> None:
    """Remembers what the author's manager plans for a resource, or that it plans nothing that
    matters to others.
    """
    key = _key(author, record)
    connection.run(_FORGET, **key)
    if planned is None:
        return
    connection.run(_FORGET_OLD, before=_oldest())
    connection.run(
        _KEEP,
        version=record.version,
        fields=None if planned.fields is None else json.dumps(planned.fields),
        planned_at=timestamp(datetime.now(UTC)),
        **key,
    )


def _key(author: Author, record: Record) -> dict[str, str | None]:
    return {
        "resource_id": record.id,
        "manager": author.manager,
        "source": author.source or "",
    }


def _oldest() -> str:
    return timestamp(datetime.now(UTC) - KEPT_FOR)
