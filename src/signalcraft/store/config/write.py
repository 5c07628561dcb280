"""The transaction that writes a resource.

Everything that changes configuration comes through here: it locks the workspace, checks, and
stores the document, the references that changed, an entry of the feed, and the new revision. A
write that changes nothing does none of this.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, update

from signalcraft.model.diff import diff
from signalcraft.model.draft import Draft
from signalcraft.model.ids import new_id
from signalcraft.model.kinds import KINDS, Kind
from signalcraft.model.parts import Reference
from signalcraft.model.problem import Problem, Slug, not_found
from signalcraft.model.service_account import ServiceAccount
from signalcraft.model.service_account_trust import ServiceAccountTrust
from signalcraft.model.workspace import Workspace
from signalcraft.store.access import keys
from signalcraft.store.config import dependents, guards, names, owners, records, references
from signalcraft.store.config.audit_view import audit_view, desired, effective, is_there_already
from signalcraft.store.config.change_log import Action, ChangeLog
from signalcraft.store.config.records import Record
from signalcraft.store.db.clock import timestamp
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import resource

_MUTABLE = (
    "name",
    "document",
    "version",
    "updated_at",
    "manager",
    "source",
    "deletion_requested_at",
)
_INSERT = Statement(insert(resource))
_UPDATE = Statement(
    update(resource)
    .where(resource.c.id == bindparam("old_id"))
    .values({column: bindparam(f"new_{column}") for column in _MUTABLE})
)
# By itself, since SQLite writes an index anew when a column of it is named, changed or not.
_RENAME = Statement(
    update(resource)
    .where(resource.c.id == bindparam("old_id"))
    .values(natural_key=bindparam("new_natural_key"))
)
_DELETE = Statement(delete(resource).where(resource.c.id == bindparam("id")))


@dataclass(frozen=True)
class Written:
    """What became of a write."""

    record: Record
    created: bool = False
    before: Record | None = None
    """What it was before, where it changed."""


class Write:
    """Writes resources of one workspace, in the transaction of a change log."""

    def __init__(self, log: ChangeLog, read: Record | None = None) -> None:
        """`read` is what was read before the lock: what is still so isn't decoded again."""
        self.connection = log.connection
        self._log = log
        self._author = log.author
        self._read = read
        self.at = log.at

    def create(self, draft: Draft, id: str | None = None) -> Written:
        """Creates a resource, with a new id if none is given; or replaces one that has its name and
        is marked for deletion. Raises `validation`, `name-taken` and `managed-elsewhere`.
        """
        holder, revived = names.claim(self.connection, self._author, draft)
        if revived:
            return self._replace(self._decoded(revived), draft)
        guards.refuse_mistakes(self.connection, self._author, draft, None, holder)
        return self._insert(draft, id or new_id(draft.kind.id_prefix))

    def create_sharing(self, draft: Draft, id: str) -> Written:
        """Creates a resource under a name that another may have, which only updates by id lead to:
        for a copy of where that is so. Raises `validation`.
        """
        guards.refuse_mistakes_among(self.connection, self._author, draft)
        return self._insert(draft, id)

    def replace(self, id: str, draft: Draft, if_match: guards.IfMatch | None = None) -> Written:
        """Replaces a resource, whatever name the draft gives it. Raises `not-found`,
        `version-mismatch`, `validation` and `managed-elsewhere`.
        """
        before = self._find(draft.kind, id)
        guards.refuse_mismatch(before, if_match)
        return self._replace(before, draft)

    def put(
        self, draft: Draft, if_match: guards.IfMatch | None = None, *, create_only: bool = False
    ) -> Written:
        """Creates or replaces the resource that has the draft's name. Raises what `create` and
        `replace` do, and `ambiguous-name`.
        """
        before = self._holder(draft)
        if before is None:
            if if_match is not None:
                raise Problem(
                    Slug.VERSION_MISMATCH,
                    f"If-Match was sent, but no {draft.kind.title} has this name.",
                    current_version=None,
                )
            return self.create(draft)
        if create_only and not before.deletion_requested_at:
            guards.refuse_existing(before)
        guards.refuse_mismatch(before, if_match)
        return self._replace(before, draft)

    def delete(
        self,
        kind: Kind,
        id: str,
        if_match: guards.IfMatch | None = None,
        *,
        when_unreferenced: bool,
    ) -> tuple[Record | None, list[dict[str, str]]]:
        """Deletes a resource; or, if others refer to it, marks it to be deleted when none does. The
        last owner of a workspace is marked too, until another user is an owner.

        Returns the marked resource and those others, or None if it is gone. Raises `not-found`,
        `version-mismatch`, `managed-elsewhere`, and without `when_unreferenced` also `referenced`
        and `last-owner`.
        """
        record = self._find(kind, id)
        guards.refuse_mismatch(record, if_match)
        guards.refuse_other_manager(record, self._author)
        blockers = references.blockers(self.connection, id)
        last_owner = owners.is_last(self.connection, self._author.workspace_id, record)
        if not blockers and not last_owner:
            self._delete(record)
            return None, []
        if not when_unreferenced:
            guards.refuse_deletion(record, blockers, last_owner=last_owner)
        marked = record if record.deletion_requested_at else self._mark(record)
        return marked, blockers

    def _holder(self, draft: Draft) -> Record | None:
        """The resource that has the draft's name."""
        if not isinstance(draft.natural_key, str):
            return None
        holder = records.find_by_key(
            self.connection, self._author.workspace_id, draft.kind, draft.natural_key
        )
        return self._decoded(holder) if holder else None

    def _find(self, kind: Kind, id: str) -> Record:
        record = records.find(self.connection, self._author.workspace_id, kind, id)
        if record is None:
            raise not_found(f"{kind.title} with the id {id}")
        return self._decoded(record)

    def _decoded(self, record: Record) -> Record:
        """The record that was read before, if it is the same."""
        return self._read if self._read == record else record

    def _refuse_scopes(self, draft: Draft, before: Record | None) -> None:
        if isinstance(draft.resource, ServiceAccount):
            self._refuse_account(draft.resource, before)
        if isinstance(draft.resource, Workspace) and before:
            guards.refuse_key_age(self._author, before, draft.resource)
        if isinstance(draft.resource, ServiceAccountTrust):
            self._refuse_scopes_of_account(draft.resource.service_account_id)

    def _refuse_account(self, account: ServiceAccount, before: Record | None) -> None:
        """Whoever writes an account can come to use its keys, also those of scopes that it no longer
        has, and so needs all of these scopes; but not for disabling it.
        """
        if before is None:
            guards.refuse_scopes(self._author, account.scopes)
            return
        was = before.resource
        assert isinstance(was, ServiceAccount)
        if account == was.model_copy(update={"disabled": True}):
            return
        of_keys = keys.scopes_of(self.connection, before.id)
        guards.refuse_scopes(self._author, {*account.scopes, *was.scopes, *of_keys})

    def _refuse_scopes_of_account(self, id: str) -> None:
        """A trust hands out keys of its account, so whoever writes it needs the account's scopes."""
        account = records.find(
            self.connection, self._author.workspace_id, KINDS["service_account"], id
        )
        if account:
            guards.refuse_scopes(self._author, account.fields["scopes"])

    def _insert(self, draft: Draft, id: str) -> Written:
        author = self._author
        self._refuse_scopes(draft, None)
        record = Record(
            id=id,
            kind=draft.kind.name,
            name=draft.name,
            document=draft.document,
            version=1,
            created_at=self.at,
            updated_at=self.at,
            manager=author.manager,
            source=author.source if author.manager else None,
            deletion_requested_at=None,
        )
        self.connection.run(
            _INSERT,
            workspace_id=author.workspace_id,
            natural_key=draft.kind.fold(str(draft.natural_key)),
            **record._asdict(),
        )
        references.store(self.connection, record.id, set(), _ids(draft.references))
        self._enter("created", record, diff({}, record.fields))
        self._settle_owners(None, record)
        return Written(record, created=True)

    def _replace(self, before: Record, draft: Draft) -> Written:
        author = self._author
        guards.refuse_other_manager(before, author)
        guards.refuse_mistakes(self.connection, author, draft, before)
        if is_there_already(before, draft, author):
            return Written(before)
        self._refuse_scopes(draft, before)
        after = desired(before, draft, author)
        if effective(before, after):
            after = after._replace(version=before.version + 1, updated_at=self.at)
        self._update(before, after)
        if isinstance(draft.resource, Workspace):
            self._end_keys(before.fields["max_api_key_age_days"])
        held, wanted = _ids(before.references), _ids(draft.references)
        references.store(self.connection, before.id, held, wanted)
        if effective(before, after):
            self._enter("updated", after, diff(audit_view(before), audit_view(after)))
        self._settle_owners(before, after)
        self._delete_freed(held - wanted)
        return Written(after, before=before)

    def _end_keys(self, max_age_days: int | None) -> None:
        """Ends for good the keys that were too old until now: another age doesn't revive them."""
        if max_age_days is not None:
            oldest = timestamp(datetime.fromisoformat(self.at) - timedelta(days=max_age_days))
            keys.end_older(self.connection, self._author.workspace_id, oldest, self.at)

    def _mark(self, record: Record) -> Record:
        """Notes that a resource is to be deleted when nothing refers to it."""
        marked = record._replace(deletion_requested_at=self.at)
        self._update(record, marked)
        self._enter("updated", marked, diff(audit_view(record), audit_view(marked)))
        self._settle_owners(record, marked)
        return marked

    def _delete(self, record: Record) -> None:
        held = _ids(record.references)
        references.store(self.connection, record.id, held, set())
        went = dependents.delete_with(self.connection, record.id)
        self.connection.run(_DELETE, id=record.id)
        self._enter("deleted", record, diff(record.fields, {}))
        for dependent in went:
            changes = diff(dependent.fields, {})
            self._log.enter("deleted", dependent.kind, dependent.id, dependent.name, changes)
        self._delete_freed(held)

    def _settle_owners(self, before: Record | None, after: Record) -> None:
        """Sees to it that there is an owner, and deletes one who waited for another."""
        relieved = owners.settle(self.connection, self._author.workspace_id, before, after)
        if relieved:
            self._delete_freed({relieved})

    def _delete_freed(self, released: set[str]) -> None:
        """Deletes what waited for the last reference to it to go, unless it is the acting owner."""
        for id, kind in references.freed(self.connection, released):
            record = self._find(KINDS[kind], id)
            if not owners.is_last(self.connection, self._author.workspace_id, record):
                self._delete(record)

    def _update(self, before: Record, after: Record) -> None:
        new = {f"new_{column}": getattr(after, column) for column in _MUTABLE}
        self.connection.run(_UPDATE, old_id=before.id, **new)
        if after.natural_key != before.natural_key:
            self.connection.run(_RENAME, old_id=before.id, new_natural_key=after.natural_key)

    def _enter(self, action: Action, record: Record, changes: list[dict[str, Any]]) -> None:
        self._log.enter(
            action,
            record.kind,
            record.id,
            record.name,
            changes,
            manager=record.manager,
            source=record.source,
        )


def _ids(references: Iterable[Reference]) -> set[str]:
    return {reference.id for reference in references}
