"""What a write must not do, each rule with the problem that says so."""

from collections.abc import Iterable
from typing import NoReturn

from signalcraft.model.draft import Draft
from signalcraft.model.kinds import KINDS
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.problem import Problem, Slug, invalid
from signalcraft.model.service_account import Scope
from signalcraft.model.workspace import Workspace
from signalcraft.store.config import planned_changes, records, references
from signalcraft.store.config.author import Author
from signalcraft.store.config.findings import called, taken
from signalcraft.store.config.records import Record
from signalcraft.store.db.database import Connection

IfMatch = frozenset[str]
"""Entity tags of which a resource must have one, or `*` for any."""


def refuse_mistakes(
    connection: Connection,
    author: Author,
    draft: Draft,
    before: Record | None,
    holder: Record | None = None,
) -> None:
    """Raises `validation`, and `name-taken` where nothing else is wrong. `before` is what the draft
    would replace, None for a new resource; `holder` is what has the new resource's name.
    """
    mistakes = [*draft.mistakes, *check_among(connection, author, draft, before)]
    if mistakes:
        raise invalid([*mistakes, *([taken(draft, holder)] if holder else [])])
    if holder:
        raise _name_taken(draft, holder)


def refuse_mistakes_among(connection: Connection, author: Author, draft: Draft) -> None:
    """Raises `validation` for a new resource, whoever has its name."""
    mistakes = [*draft.mistakes, *check_among(connection, author, draft, None)]
    if mistakes:
        raise invalid(mistakes)


def check_among(
    connection: Connection, author: Author, draft: Draft, before: Record | None
) -> list[Mistake]:
    """What is wrong with a draft among what there is."""
    held = before.references if before else ()
    mistakes = references.check(connection, author.workspace_id, draft.references, held)
    if draft.kind.name == "user" and draft.natural_key:
        mistakes += _check_domain(connection, author, draft.natural_key, before)
    return mistakes


def _check_domain(
    connection: Connection, author: Author, email: str, before: Record | None
) -> list[Mistake]:
    if before and before.fields["email"] == email:
        return []  # Who is in already stays, whatever the workspace allows by now.
    workspace = records.find(
        connection, author.workspace_id, KINDS["workspace"], author.workspace_id
    )
    if workspace is None:
        return []  # The workspace is being created, with its first owner.
    planned = planned_changes.find(connection, author, workspace)
    allowed = workspace.fields["allowed_email_domains"]
    possible = (planned.fields or {}).get("allowed_email_domains", []) if planned else []
    domain = email.rpartition("@")[2].lower()
    if not allowed or domain in {*allowed, *possible}:
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
        f"{called(record)} is now at version {record.version}. Re-read it and try again.",
        current_version=record.version,
    )


def refuse_existing(record: Record) -> NoReturn:
    """Raises `version-mismatch`, for a write that may only create."""
    raise Problem(
        Slug.VERSION_MISMATCH,
        f"{called(record)} already exists, and If-None-Match: * only creates.",
        current_version=record.version,
        existing_id=record.id,
    )


def refuse_deletion(
    record: Record, blockers: list[dict[str, str]], *, last_owner: bool
) -> NoReturn:
    """Raises `last-owner` for the user without whom there would be no owner, and otherwise
    `referenced`, with everything that refers to the resource.
    """
    if last_owner:
        raise Problem(
            Slug.LAST_OWNER,
            f"{called(record)} is the workspace's last owner. Make another user an owner first.",
        )
    first = blockers[0]
    more = f" and {len(blockers) - 1} more" if len(blockers) > 1 else ""
    raise Problem(
        Slug.REFERENCED,
        f"{called(record)} can't be deleted: the {first['kind'].replace('_', ' ')} "
        f"{first['name']!r} refers to it at {first['pointer']}{more}.",
        blockers=blockers,
    )


def refuse_other_manager(record: Record, author: Author) -> None:
    """Raises `managed-elsewhere` if another tool manages the resource, or Terraform from another
    source.
    """
    if author.force or author.manager is None or record.manager is None:
        return
    if record.manager == author.manager and not _is_of_other_source(record, author):
        return
    raise Problem(
        Slug.MANAGED_ELSEWHERE,
        f"{called(record)} is managed by {record.manager}"
        + (f" ({record.source})" if record.source else "")
        + ", which would revert this. Change it there, or take it over with ?force=true.",
        managed_by={"manager": record.manager, "source": record.source},
    )


def _is_of_other_source(record: Record, author: Author) -> bool:
    # Kubernetes' source is the object's UID: an object that is created again is managed on.
    if author.manager != "terraform" or author.source is None or record.source is None:
        return False
    return author.source != record.source


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


def refuse_key_age(author: Author, before: Record, after: Workspace) -> None:
    """Raises `forbidden` for a change of how old keys may be, by somebody who may not manage keys:
    it can end the administrator's.
    """
    if author.scopes is None or "access:write" in author.scopes:
        return
    if after.max_api_key_age_days != before.fields["max_api_key_age_days"]:
        raise Problem(
            Slug.FORBIDDEN,
            f"The service account {author.name!r} lacks the scope access:write, which changing "
            "max_api_key_age_days needs.",
            scope="access:write",
        )


def _name_taken(draft: Draft, holder: Record) -> Problem:
    key = draft.kind.natural_key.replace("email", "e-mail address")
    return Problem(
        Slug.NAME_TAKEN,
        f"Another {draft.kind.title}, {holder.id}, has the {key} {draft.natural_key!r}.",
        errors=[taken(draft, holder)],
        existing_id=holder.id,
    )
