"""What a write must not do, each rule with the problem that says so."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select

from signalcraft.model.draft import Draft
from signalcraft.model.kinds import KINDS
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.problem import Problem, Slug, invalid
from signalcraft.model.service_account import Scope
from signalcraft.store.config import references
from signalcraft.store.config.author import Author
from signalcraft.store.config.records import Record
from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import resource

IfMatch = frozenset[str]
"""Entity tags of which a resource must have one, or `*` for any."""

_OTHER_USERS = Statement(
    select(resource.c.document).where(
        resource.c.workspace_id == bindparam("workspace_id"),
        resource.c.kind == "user",
        resource.c.id != bindparam("id"),
        resource.c.deletion_requested_at.is_(None),
    )
)
_WORKSPACE_DOCUMENT = Statement(
    select(resource.c.document).where(resource.c.id == bindparam("workspace_id"))
)


def check(
    connection: Connection, workspace_id: str, draft: Draft, before: Record | None
) -> list[Mistake]:
    """Everything that is wrong with a draft, by itself and among what there is."""
    return [*draft.mistakes, *check_among(connection, workspace_id, draft, before)]


def refuse_mistakes(
    connection: Connection,
    workspace_id: str,
    draft: Draft,
    before: Record | None,
    other: Record | None,
) -> None:
    """Raises `validation`, and `name-taken` where nothing else is wrong. `other` is another resource
    that has the draft's name.
    """
    mistakes = check(connection, workspace_id, draft, before)
    if mistakes:
        raise invalid([*mistakes, *([taken(draft, other)] if other else [])])
    if other:
        raise name_taken(draft, other)


def check_among(
    connection: Connection, workspace_id: str, draft: Draft, before: Record | None
) -> list[Mistake]:
    """What is wrong with a draft among what there is."""
    held = before.references if before else ()
    mistakes = references.check(connection, workspace_id, draft.references, held)
    if draft.kind.name == "user" and draft.natural_key:
        mistakes += _check_domain(connection, workspace_id, draft.natural_key, before)
    return mistakes


def _check_domain(
    connection: Connection, workspace_id: str, email: str, before: Record | None
) -> list[Mistake]:
    if before and before.fields["email"] == email:
        return []  # Who is in already stays, whatever the workspace allows by now.
    row = connection.one(_WORKSPACE_DOCUMENT, workspace_id=workspace_id)
    allowed = json.loads(row[0])["allowed_email_domains"] if row else []
    if not allowed or email.rpartition("@")[2].lower() in allowed:
        return []
    return [
        Mistake(
            "/email",
            Code.DOMAIN_NOT_ALLOWED,
            f"This workspace only allows addresses at {', '.join(allowed)}. Use one of these, or "
            "add the domain to the workspace's allowed_email_domains.",
        )
    ]


def etag(record: Record) -> str:
    """The entity tag of a resource at its version."""
    return f'"{record.id}.{record.version}"'


def refuse_mismatch(record: Record, if_match: IfMatch | None) -> None:
    """Raises `version-mismatch` if the resource has none of these tags."""
    if if_match is None or "*" in if_match or etag(record) in if_match:
        return
    raise Problem(
        Slug.VERSION_MISMATCH,
        f"{_called(record)} is now at version {record.version}. Re-read it and try again.",
        current_version=record.version,
    )


def exists(record: Record) -> Problem:
    """`version-mismatch`, for a write that may only create."""
    return Problem(
        Slug.VERSION_MISMATCH,
        f"{_called(record)} already exists, and If-None-Match: * only creates.",
        current_version=record.version,
        existing_id=record.id,
    )


def name_taken(draft: Draft, holder: Record) -> Problem:
    """`name-taken`, with the id of the resource that has the name."""
    pending = (
        f" It was marked for deletion at {holder.deletion_requested_at}."
        if holder.deletion_requested_at
        else ""
    )
    key = draft.kind.natural_key.replace("email", "e-mail address")
    return Problem(
        Slug.NAME_TAKEN,
        f"Another {draft.kind.title}, {holder.id}, has the {key} {draft.natural_key!r}.{pending}",
        errors=[taken(draft, holder)],
        existing_id=holder.id,
    )


def taken(draft: Draft, holder: Record) -> Mistake:
    """What is wrong with a name that another resource has."""
    key = draft.kind.natural_key
    detail = (
        f"{holder.id} already has this {key}. Choose another, or update that {draft.kind.title}."
    )
    return Mistake(f"/{key}", Code.NAME_TAKEN, detail)


def referenced(record: Record, blockers: list[dict[str, str]]) -> Problem:
    """`referenced`, with everything that refers to the resource."""
    first = blockers[0]
    more = f" and {len(blockers) - 1} more" if len(blockers) > 1 else ""
    return Problem(
        Slug.REFERENCED,
        f"{_called(record)} can't be deleted: the {first['kind'].replace('_', ' ')} "
        f"{first['name']!r} refers to it at {first['pointer']}{more}.",
        blockers=blockers,
    )


def refuse_other_manager(record: Record, author: Author) -> None:
    """Raises `managed-elsewhere` if another tool manages the resource."""
    if author.force or author.manager is None or record.manager in (None, author.manager):
        return
    raise Problem(
        Slug.MANAGED_ELSEWHERE,
        f"{_called(record)} is managed by {record.manager}"
        + (f" ({record.source})" if record.source else "")
        + ", which would revert this. Change it there, or take it over with ?force=true.",
        managed_by={"manager": record.manager, "source": record.source},
    )


def refuse_scopes(author: Author, scopes: Iterable[Scope], held: Iterable[Scope] = ()) -> None:
    """Raises `forbidden` for a scope that the author would hand out without having it."""
    if author.scopes is None:
        return
    missing = sorted(set(scopes) - set(held) - author.scopes)
    if missing:
        raise Problem(
            Slug.FORBIDDEN,
            f"The service account {author.name!r} can't grant the scope {missing[0]}, which it "
            "lacks.",
            scope=missing[0],
        )


def refuse_stored_key(account: Record) -> None:
    """Raises `stored-key-refused` if the account takes none."""
    if account.fields["keyless_only"]:
        raise Problem(
            Slug.STORED_KEY_REFUSED,
            f"The service account {account.name!r} is keyless_only. Exchange a token for a key, or set "
            "keyless_only to false first.",
        )


def refuse_rotation_of_exchanged(trust_id: str | None) -> None:
    """Raises `stored-key-refused` for a key that was exchanged for a token: rotating it would let it
    live on without one.
    """
    if trust_id is not None:
        raise Problem(
            Slug.STORED_KEY_REFUSED,
            "This key was exchanged for a token. Exchange another token for the next one.",
        )


def refuse_last_owner(
    connection: Connection, workspace_id: str, before: Record, after: Draft | None
) -> None:
    """Raises `last-owner` if the write would leave the workspace without an owner."""
    if before.kind != "user" or not _is_owner(before.fields) or before.deletion_requested_at:
        return
    if after is not None and after.resource and _is_owner(after.resource.model_dump()):
        return
    others = connection.all(_OTHER_USERS, workspace_id=workspace_id, id=before.id)
    if any(_is_owner(json.loads(document)) for (document,) in others):
        return
    raise Problem(
        Slug.LAST_OWNER,
        f"{_called(before)} is the workspace's only owner. Make another user an owner first.",
        errors=[Mistake("/role", Code.LAST_OWNER, "Keep the role owner.")] if after else (),
    )


def _is_owner(user: dict[str, Any]) -> bool:
    return bool(user["role"] == "owner")


def _called(record: Record) -> str:
    return f"The {KINDS[record.kind].title} {record.name!r} ({record.id})"
