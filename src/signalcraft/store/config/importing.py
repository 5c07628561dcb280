"""Bringing an exported configuration into a workspace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signalcraft.model.export import Export
from signalcraft.model.kinds import KINDS
from signalcraft.model.problem import Problem, Slug
from signalcraft.model.service_account import Scope
from signalcraft.store.config import changes
from signalcraft.store.config.author import Author
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.config.imported_overrides import ImportedOverrides
from signalcraft.store.config.imported_resources import ImportedResources
from signalcraft.store.db.database import Database

_EVERY_CHANGE = 2**31
# Keys and calendar links, which only go with what they belong to, need no scope of their own.
_SCOPES: Mapping[str, Scope] = {kind.name: kind.write_scope for kind in KINDS.values()} | {
    "schedule_override": "overrides:write"
}


class UnfitExport(ValueError):
    """The configuration doesn't go with what the workspace has; `mistakes` says where it
    doesn't.
    """

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Terms:
    """How an import is carried out."""

    dry_run: bool = False
    """Find out what would change, and write nothing."""
    delete_others: bool = False
    """Delete what the file doesn't have, except the author and the author's trusts."""
    revision: int | None = None
    """The workspace's revision that is expected; None for any."""


_PLAIN = Terms()


@dataclass(frozen=True)
class Imported:
    """What an import did, or would do."""

    revision: int
    """The workspace's revision before it."""
    changes: Sequence[Mapping[str, Any]]
    """Its entries in the feed, the oldest first."""
    unchanged: int
    """How many resources and overrides already were as the file has them."""

    def count(self, action: str) -> int:
        """How many were `created`, `updated` or `deleted`."""
        return sum(change["action"] == action for change in self.changes)


def import_configuration(
    database: Database, author: Author, export: Export, terms: Terms = _PLAIN
) -> Imported:
    """Writes an exported configuration into the author's workspace, in one transaction. What is
    there already, by its id or else by its name (users: e-mail address), is replaced. Writing the
    same again changes nothing.

    New resources keep the ids that they had, so that whoever knows those finds them again, unless
    another workspace of the database has them. Raises `UnfitExport`, with everything that is wrong,
    and `Problem`: `version-mismatch`, and `forbidden` for changes that the author may not make.
    """
    with database.rehearsal() if terms.dry_run else database.transaction() as connection:
        log = ChangeLog(connection, author)
        before = log.next_revision - 1
        _refuse_revision(before, terms.revision)
        resources = ImportedResources(log, export)
        resources.write()
        overrides = ImportedOverrides(log, export, resources)
        overrides.write()
        if terms.delete_others:
            overrides.delete_others()
            resources.delete_others()
        if resources.mistakes:
            raise UnfitExport(resources.mistakes)
        made = changes.entries(connection, author.workspace_id, after=before, limit=_EVERY_CHANGE)
        done = Imported(before, made, resources.unchanged + overrides.unchanged)
        _refuse_scopes(author, done)
    return done


def _refuse_revision(found: int, expected: int | None) -> None:
    if expected in {None, found}:
        return
    raise Problem(
        Slug.VERSION_MISMATCH,
        f"The workspace is now at revision {found}, not at {expected}. Look at what would change, and "
        "try again.",
        current_version=found,
    )


def _refuse_scopes(author: Author, done: Imported) -> None:
    """Raises `forbidden` if the author lacks the scope for a kind of which something changes."""
    if author.scopes is None:
        return
    for kind in dict.fromkeys(change["kind"] for change in done.changes):
        needed = _SCOPES.get(kind)
        if needed and needed not in author.scopes:
            raise Problem(
                Slug.FORBIDDEN,
                f"The service account {author.name!r} lacks the scope {needed}, which changing a "
                f"{kind.replace('_', ' ')} needs.",
                scope=needed,
            )
