"""Whose a name is.

A new resource needs a name that no other has. An update by id may share one, so that names can be
swapped one resource after the other. A resource that is marked for deletion holds no name.
"""

from typing import NamedTuple

from signalcraft.model.draft import Draft
from signalcraft.model.kinds import KINDS
from signalcraft.store.config import planned_changes, records
from signalcraft.store.config.author import Author
from signalcraft.store.config.records import Record
from signalcraft.store.db.database import Connection


class Claim(NamedTuple):
    """What a new resource meets that is to have a name."""

    holder: Record | None = None
    """What is in the way: another that has the name, unless the author's manager plans that it gives
    it up."""
    revived: Record | None = None
    """What the new one takes over: one that is marked for deletion, where no other is in the way."""


def claim(connection: Connection, author: Author, draft: Draft) -> Claim:
    """What a new resource with the draft's name meets."""
    if not isinstance(draft.natural_key, str):
        return Claim()
    found = records.named(connection, author.workspace_id, draft.kind, draft.natural_key)
    for record in found:
        if not record.deletion_requested_at and not gives_up_name(connection, author, record):
            return Claim(holder=record)
    return Claim(revived=records.marked_last(found))


def shared_with(connection: Connection, author: Author, record: Record, key: str) -> list[Record]:
    """The resources that have a name, but for this one, and for those of which the author's manager
    plans that they give it up.
    """
    found = records.named(connection, author.workspace_id, KINDS[record.kind], key)
    return [
        other
        for other in found
        if other.id != record.id
        and not other.deletion_requested_at
        and not gives_up_name(connection, author, other)
    ]


def shared_by(connection: Connection, author: Author, draft: Draft, before: Record) -> list[Record]:
    """The others with whom a resource would share the name that a draft gives it."""
    key = draft.natural_key
    if key is None or draft.kind.fold(key) == before.natural_key:
        return []
    return shared_with(connection, author, before, key)


def gives_up_name(connection: Connection, author: Author, record: Record) -> bool:
    """Whether the author's manager plans to rename or delete a resource."""
    planned = planned_changes.find(connection, author, record)
    if planned is None:
        return False
    if planned.fields is None:
        return True
    kind = KINDS[record.kind]
    name = planned.fields.get(kind.natural_key)
    return name is not None and kind.fold(name) != record.natural_key
