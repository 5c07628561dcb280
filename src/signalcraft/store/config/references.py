"""The edges between resources: who refers to whom. Where in its document is read there."""

import json
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from sqlalchemy import Text, bindparam, delete, insert, select

from signalcraft.model.kinds import KINDS
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.parts import Reference, references_in
from signalcraft.model.problem import invalid
from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement, among, texts
from signalcraft.store.db.tables import reference, resource

_TARGETS = Statement(
    # Which workspace each is of is looked at afterwards: SQLite would rather go through a whole
    # workspace than look up a few ids.
    select(
        resource.c.id, resource.c.workspace_id, resource.c.kind, resource.c.deletion_requested_at
    ).where(among(resource.c.id, "ids"))
)
_BLOCKERS = Statement(
    select(resource.c.kind, resource.c.id, resource.c.name, resource.c.document)
    .join_from(reference, resource, resource.c.id == reference.c.source_id)
    .where(reference.c.target_id == bindparam("id"), reference.c.source_id != bindparam("id"))
    .order_by(resource.c.id)
)
_REFERRERS = Statement(
    select(resource.c.id)
    .join_from(reference, resource, resource.c.id == reference.c.source_id)
    .where(reference.c.target_id == bindparam("id"), resource.c.kind == bindparam("kind"))
    .order_by(resource.c.id)
)
_MARKED = Statement(
    select(resource.c.id, resource.c.kind).where(
        among(resource.c.id, "ids"), resource.c.deletion_requested_at.is_not(None)
    )
)
_REFERRER = Statement(
    select(reference.c.source_id)
    .where(reference.c.target_id == bindparam("id"), reference.c.source_id != bindparam("id"))
    .limit(1)
)
_INSERT = Statement(
    insert(reference).from_select(
        ["source_id", "target_id"],
        select(bindparam("source_id", type_=Text), texts("targets").c.value),
    )
)
_DELETE = Statement(
    delete(reference).where(
        reference.c.source_id == bindparam("source_id"), among(reference.c.target_id, "targets")
    )
)


def check(
    connection: Connection,
    workspace_id: str,
    references: Iterable[Reference],
    held: Iterable[Reference] = (),
) -> list[Mistake]:
    """What is wrong with these references; those that are `held` already are known to be right."""
    known = {reference.id for reference in held}
    new = [reference for reference in references if reference.id not in known]
    if not new:
        return []
    ids = json.dumps([reference.id for reference in new])
    targets = {
        id: (kind, deletion_requested_at)
        for id, workspace, kind, deletion_requested_at in connection.all(_TARGETS, ids=ids)
        if workspace == workspace_id
    }
    return [
        mistake
        for reference in new
        if (mistake := _mistake(reference, *targets.get(reference.id, (None, None))))
    ]


def _mistake(
    reference: Reference, kind: str | None, deletion_requested_at: str | None
) -> Mistake | None:
    title = reference.kind.replace("_", " ")
    if kind != reference.kind:
        return Mistake(
            reference.pointer,
            Code.UNKNOWN_REFERENCE,
            f"No {title} has the id {reference.id}. Create it first, or correct the id.",
        )
    if deletion_requested_at:
        return Mistake(
            reference.pointer,
            Code.BEING_DELETED,
            f"The {title} {reference.id} was marked for deletion at {deletion_requested_at}, so "
            "nothing new can refer to it. Write to it to keep it, or use another.",
        )
    return None


def refuse_unknown(connection: Connection, workspace_id: str, reference: Reference) -> None:
    """Raises `validation` for a reference to nothing, or to what is marked for deletion."""
    mistakes = check(connection, workspace_id, [reference])
    if mistakes:
        raise invalid(mistakes)


def blockers(connection: Connection, id: str) -> list[dict[str, str]]:
    """Everything that refers to a resource, but for itself: `{kind, id, name, pointer}`."""
    return [
        {"kind": kind, "id": source, "name": name, "pointer": found.pointer}
        for kind, source, name, document in connection.all(_BLOCKERS, id=id)
        for found in references_in(KINDS[kind].body, json.loads(document))
        if found.id == id
    ]


def referrers(connection: Connection, id: str, kind: str) -> list[str]:
    """Ids of the resources of a kind that refer to a resource."""
    return [source for (source,) in connection.all(_REFERRERS, id=id, kind=kind)]


def freed(connection: Connection, targets: AbstractSet[str]) -> list[tuple[str, str]]:
    """Those of the targets that are to be deleted and that nothing refers to: (id, kind)."""
    if not targets:
        return []
    return [
        (id, kind)
        for id, kind in connection.all(_MARKED, ids=json.dumps(sorted(targets)))
        if connection.one(_REFERRER, id=id) is None
    ]


def store(
    connection: Connection, source_id: str, before: AbstractSet[str], after: AbstractSet[str]
) -> None:
    """Stores what changed in the set of ids that a document refers to."""
    gone, new = sorted(before - after), sorted(after - before)
    if gone:
        connection.run(_DELETE, source_id=source_id, targets=json.dumps(gone))
    if new:
        connection.run(_INSERT, source_id=source_id, targets=json.dumps(new))
