"""The history of a workspace: each change takes the workspace's next revision.

Whatever changes a workspace, resources and keys and overrides alike, opens its change log first.
"""

import json
from typing import Any, Literal

from sqlalchemy import bindparam, insert, select, update

from signalcraft.model.problem import not_found
from signalcraft.store.config.author import Author
from signalcraft.store.db.clock import now
from signalcraft.store.db.database import CHANNEL, Connection
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import change, workspace

Action = Literal["created", "updated", "deleted"]

_LOCK = Statement(
    select(workspace.c.revision)
    .where(workspace.c.id == bindparam("workspace_id"))
    .with_for_update()
)
_REVISION = Statement(
    update(workspace)
    .where(workspace.c.id == bindparam("workspace_id"))
    .values(revision=bindparam("revision"))
)
_CHANGE = Statement(insert(change))


class ChangeLog:
    """A transaction's entries in the history of one workspace.

    The workspace is locked from here to the commit, so revisions have no gaps and writes follow
    each other.
    """

    def __init__(self, connection: Connection, author: Author) -> None:
        """Locks the author's workspace. Raises `not-found`."""
        row = connection.one(_LOCK, workspace_id=author.workspace_id)
        if row is None:
            raise not_found("workspace")
        self.connection = connection
        self.author = author
        self.at = now()
        """When the transaction's changes happen, as the feed says it."""
        self._revision: int = row[0]
        self._first = self._revision + 1

    @property
    def next_revision(self) -> int:
        """The revision that the next entry takes."""
        return self._revision + 1

    def enter(
        self,
        action: Action,
        kind: str,
        id: str,
        name: str,
        changes: list[dict[str, Any]],
        *,
        manager: str | None = None,
        source: str | None = None,
    ) -> None:
        """Adds an entry, and wakes those who wait for changes once it is committed."""
        self._revision += 1
        if self._revision == self._first and self.connection.dialect == "postgresql":
            self.connection.execute(f"NOTIFY {CHANNEL}, '{self.author.workspace_id}'")
        self.connection.changed.add(self.author.workspace_id)
        self.connection.run(
            _CHANGE,
            workspace_id=self.author.workspace_id,
            revision=self._revision,
            at=self.at,
            actor_id=self.author.id,
            actor_name=self.author.name,
            action=action,
            kind=kind,
            resource_id=id,
            name=name,
            diff=json.dumps(changes, ensure_ascii=False),
            manager=manager,
            source=source,
            request_id=self.author.request_id,
        )
        self.connection.run(
            _REVISION, workspace_id=self.author.workspace_id, revision=self._revision
        )
